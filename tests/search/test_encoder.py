"""The encoder: trained with sentence-transformers, read without it, the same vectors."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from bot.errors import ModelError
from bot.search.encoder import META_FILE, HubEncoder, StaticEncoder, load_encoder
from bot.search.features import features_of
from bot.search.passages import Passage
from bot.search.training import shorten, train_encoder, trained_fingerprint, training_fingerprint
from bot.text.abbreviations import Abbreviations

NONE = Abbreviations({}, {})
TEXTS = ["đăng ký khai sinh cho con", "mất căn cước làm lại", "sao y bản chính", "ở", "khai sinh xyzzy qwerty", "nộp online"]
PASSAGES = [
    Passage(target, f"{verb} {thing}") for target, thing in
    (("a", "khai sinh cho bé"), ("b", "kết hôn với chồng"), ("c", "căn cước bị mất"), ("d", "hộ kinh doanh quán phở"))
    for verb in ("làm", "xin", "đăng ký", "hỏi về", "thủ tục")
]


@pytest.fixture(scope="module")
def folder(settings) -> Path:
    return settings.models_dir / "encoder"


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A little encoder, trained for this module."""
    pytest.importorskip("sentence_transformers")
    path = tmp_path_factory.mktemp("models") / "encoder"
    steps: list[tuple[int, int]] = []
    train_encoder(PASSAGES, NONE, path, lambda done, total: steps.append((done, total)))
    assert steps[-1][0] == steps[-1][1] == len(steps), "progress is told to the end"
    return path


def encode(encoder: StaticEncoder, *texts: str) -> np.ndarray:
    return encoder.encode(texts, [features_of(text, NONE) for text in texts])


def test_vectors_are_those_of_sentence_transformers(folder: Path) -> None:
    library = pytest.importorskip("sentence_transformers")
    found = [features_of(text, NONE) for text in TEXTS]
    lines = [" ".join((*item.grams, *item.accented_grams)) for item in found]
    theirs = library.SentenceTransformer(str(folder), device="cpu").encode(lines, normalize_embeddings=True, show_progress_bar=False)
    assert encode(StaticEncoder.load(folder), *TEXTS) == pytest.approx(theirs, abs=1e-5)


def test_vectors_have_length_one_and_unknown_words_none(folder: Path) -> None:
    vectors = encode(StaticEncoder.load(folder), *TEXTS, "xyzzy qwertz", "👍", "")
    lengths = np.linalg.norm(vectors, axis=1)
    assert lengths[: len(TEXTS)] == pytest.approx(1, abs=1e-4)
    assert not vectors[len(TEXTS) :].any()
    assert np.isfinite(vectors).all()


def test_training_brings_texts_of_one_target_together(trained: Path) -> None:
    vectors = encode(load_encoder(str(trained)), *(passage.text for passage in PASSAGES))
    near = vectors @ vectors.T
    same = np.array([[a.target == b.target for b in PASSAGES] for a in PASSAGES])
    assert near[same].min() > near[~same].max()


def test_the_folder_says_what_it_was_trained_on(trained: Path, folder: Path) -> None:
    assert trained_fingerprint(trained) == training_fingerprint(PASSAGES)
    assert trained_fingerprint(trained.parent / "khong-co") is None
    assert not list(trained.parent.glob("*.new")), "nothing half done is left"
    assert {path.name for path in trained.iterdir()} == {path.name for path in folder.iterdir()} - {"fusion.json", "gate.json"}


def test_the_fingerprint_changes_with_texts_and_not_with_their_order() -> None:
    before = training_fingerprint(PASSAGES)
    assert training_fingerprint(PASSAGES[::-1]) == before
    assert training_fingerprint(PASSAGES[1:]) != before
    assert training_fingerprint([Passage("b", PASSAGES[0].text), *PASSAGES[1:]]) != before


def test_training_again_replaces_the_folder(trained: Path, tmp_path: Path) -> None:
    copy = tmp_path / "encoder"
    shutil.copytree(trained, copy)
    (copy / "left-over.txt").write_text("x", "utf-8")
    train_encoder(PASSAGES[:10], NONE, copy)
    assert not (copy / "left-over.txt").exists()
    assert trained_fingerprint(copy) == training_fingerprint(PASSAGES[:10])


def test_shortening_uses_the_dictionary() -> None:
    import random

    short = Abbreviations({"ks": "khai sinh"}, {"tt": ["tạm trú", "thường trú"]})
    assert shorten("làm khai sinh", short, random.Random(1)) == "làm ks"
    assert shorten("đăng ký tạm trú", short, random.Random(1)) == "đăng ký tt"
    assert shorten("kết hôn", short, random.Random(1)) == "kết hôn"


BREAKS = {
    "no folder": lambda path: shutil.rmtree(path),
    "no weights": lambda path: (path / "model.safetensors").unlink(),
    "cut weights": lambda path: (path / "model.safetensors").write_bytes((path / "model.safetensors").read_bytes()[:1000]),
    "other weights": lambda path: (path / "model.safetensors").write_bytes(b"not weights at all"),
    "no vocabulary": lambda path: (path / "tokenizer.json").write_text("{}", "utf-8"),
    "broken vocabulary": lambda path: (path / "tokenizer.json").write_text("{", "utf-8"),
    "no description": lambda path: (path / META_FILE).unlink(),
    "older features": lambda path: (path / META_FILE).write_text(json.dumps({"features_version": 0, "fingerprint": "x"}), "utf-8"),
}


@pytest.mark.parametrize("how", BREAKS)
def test_a_broken_model_says_what_to_do(trained: Path, tmp_path: Path, how: str) -> None:
    copy = tmp_path / "encoder"
    shutil.copytree(trained, copy)
    BREAKS[how](copy)
    with pytest.raises(ModelError, match="motcua train"):
        StaticEncoder.load(copy)


def test_a_hub_model_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    library = pytest.importorskip("sentence_transformers")

    def refuse(name: str, **options: object) -> None:
        raise OSError(f"{name} is not a valid model identifier")

    monkeypatch.setattr(library, "SentenceTransformer", refuse)
    with pytest.raises(ModelError, match="to-chuc/mo-hinh.*ENCODER"):
        load_encoder("to-chuc/mo-hinh")


def test_an_encoder_that_was_not_trained_yet_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="motcua train"):
        load_encoder(str(tmp_path / "models" / "encoder"))


def test_any_sentence_transformers_folder_serves_as_encoder(trained: Path) -> None:
    vectors = HubEncoder(str(trained)).encode(["khai sinh"], [features_of("khai sinh", NONE)])
    assert vectors.shape[0] == 1
    assert np.linalg.norm(vectors) == pytest.approx(1, abs=1e-4)
