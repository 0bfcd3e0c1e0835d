"""Training runs only when what it is made from has changed; what Rasa gets to read is well formed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from bot.errors import ModelError
from bot.run import train as module
from bot.run.train import encoder_is_current, rasa_fingerprint, rasa_is_current, train_search, with_plain_variants
from bot.search.passages import read_intents
from bot.settings import Settings
from bot.text.fold import fold


@pytest.fixture
def own(settings: Settings, tmp_path: Path) -> Settings:
    """Settings over copies: a few procedures, the training examples, empty models."""
    shutil.copytree(settings.nlu_dir, tmp_path / "nlu")
    shutil.copytree(settings.knowledge_dir / "tu-dien", tmp_path / "knowledge" / "tu-dien")
    shutil.copytree(settings.knowledge_dir / "thu-tuc" / "ho-tich", tmp_path / "knowledge" / "thu-tuc" / "ho-tich")
    shutil.copy(settings.knowledge_dir / "don-vi.yml", tmp_path / "knowledge")
    return settings.model_copy(update={
        "knowledge_dir": tmp_path / "knowledge", "nlu_dir": tmp_path / "nlu", "models_dir": tmp_path / "models", "var_dir": tmp_path / "var",
    })


def birth(own: Settings) -> Path:
    return own.knowledge_dir / "thu-tuc" / "ho-tich" / "dang-ky-khai-sinh.yml"


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_plain_variants_stand_beside_the_accented_ones_once() -> None:
    assert with_plain_variants(["Lệ phí?", "le phi?", "lệ phí?"]) == ["Lệ phí?", "le phi?", "lệ phí?"]
    assert with_plain_variants(["ok"]) == ["ok"]


@pytest.mark.parametrize(("example", "kept"), [
    ("xem [khai sinh](procedure)", "xem khai sinhprocedure"), ('a {"b": 1}', 'a "b": 1'), ("/restart", None), ("", None), ("  ", None), ("[]()", None),
])
def test_nothing_that_rasa_would_read_as_markup_gets_in(example: str, kept: str | None) -> None:
    assert with_plain_variants([example])[:1] == ([kept] if kept else [])


def test_what_rasa_reads_has_every_intent_of_the_domain_and_accent_free_forms(settings: Settings) -> None:
    data = yaml.safe_load(module._nlu_yaml(settings))
    intents = {block["intent"]: block["examples"].splitlines() for block in data["nlu"]}
    domain = yaml.safe_load((Path(module.ROOT) / "domain.yml").read_text("utf-8"))
    wanted = {next(iter(name)) if isinstance(name, dict) else name for name in domain["intents"]} - {"tap"}
    assert wanted <= set(intents), wanted - set(intents)
    assert set(intents) <= wanted | {"tap"}
    for intent, lines in intents.items():
        examples = {line.removeprefix("- ") for line in lines}
        assert {fold(example) for example in examples} <= examples, intent


def test_no_example_stands_under_two_intents(settings: Settings) -> None:
    owner: dict[str, str] = {}
    shared = []
    for intent, examples in read_intents(settings.nlu_dir).items():
        for example in examples:
            if owner.setdefault(example.lower(), intent) != intent:
                shared.append(f"“{example}”: {owner[example.lower()]}, {intent}")
    assert shared == []


def test_rasas_fingerprint_follows_questions_and_not_facts(own: Settings) -> None:
    before = rasa_fingerprint(own)
    assert rasa_fingerprint(own) == before
    change(birth(own), "tóm tắt: ", "tóm tắt: Xin lưu ý. ")
    assert rasa_fingerprint(own) == before, "a changed fact needs no training"
    text = birth(own).read_text("utf-8")
    questions = yaml.safe_load(text)["câu hỏi mẫu"]
    for question in questions:
        text = text.replace(f"- {question}\n", f"- {question} vậy bạn ơi\n")
    birth(own).write_text(text, "utf-8")
    assert rasa_fingerprint(own) != before


def test_without_model_or_stamp_rasa_is_not_current(own: Settings) -> None:
    assert not rasa_is_current(own)
    own.models_dir.mkdir()
    (own.models_dir / "motcua.tar.gz").write_bytes(b"x")
    assert not rasa_is_current(own)
    (own.models_dir / module.STAMP_FILE).write_text("cũ", "utf-8")
    assert not rasa_is_current(own)
    (own.models_dir / module.STAMP_FILE).write_text(rasa_fingerprint(own), "utf-8")
    assert rasa_is_current(own)


def test_the_encoder_is_current_until_a_text_changes(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not encoder_is_current(own)
    trained: list[int] = []

    def pretend(passages, abbreviations, folder, progress, seed=0) -> None:
        import json

        from bot.search.training import training_fingerprint

        trained.append(len(passages))
        folder.mkdir(parents=True)
        (folder / "motcua.json").write_text(json.dumps({"fingerprint": training_fingerprint(passages)}), "utf-8")

    from bot.search.fuse import Fusion

    monkeypatch.setattr(module, "train_encoder", pretend)
    monkeypatch.setattr(module, "calibrate", lambda passages, abbreviations, progress: (Fusion(1, 3), None))
    train_search(own, print, print)
    assert trained and encoder_is_current(own)
    assert Fusion.load(own.models_dir / "encoder") == Fusion(1, 3)
    change(birth(own), "tên thường gọi:\n", "tên thường gọi:\n  - giấy khai sanh cho sắp nhỏ\n")
    assert not encoder_is_current(own)


def test_nothing_to_learn_from_is_said_to_be_so(settings: Settings, tmp_path: Path) -> None:
    empty = settings.model_copy(update={"knowledge_dir": tmp_path, "nlu_dir": tmp_path, "models_dir": tmp_path / "models"})
    with pytest.raises(ModelError, match="motcua check"):
        train_search(empty, print, print)


def test_a_missing_rasa_environment_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "ROOT", tmp_path)
    with pytest.raises(ModelError, match="make setup"):
        module.rasa_python()


def test_a_training_that_rasa_refuses_shows_the_end_of_its_log(own: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    refusing = tmp_path / "rasa"
    refusing.write_text("#!/bin/sh\necho 'dòng đầu'\necho 'InvalidDomain: slot x' >&2\nexit 1\n", "utf-8")
    refusing.chmod(0o755)
    monkeypatch.setattr(module, "rasa_python", lambda: refusing)
    with pytest.raises(ModelError, match="InvalidDomain: slot x"):
        module.train_rasa(own)
    assert not rasa_is_current(own)
