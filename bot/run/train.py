"""Training of the search encoder and of Rasa's model, each only when what it is made from has changed."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.answers.aspects import read_aspect_words, words_of
from bot.errors import ModelError
from bot.knowledge.dictionary import read_abbreviations
from bot.knowledge.read import read_book
from bot.knowledge.types import Depth
from bot.search.calibrate import calibrate
from bot.search.passages import ASK_PREFIX, all_passages, read_intents
from bot.search.training import Progress, train_encoder, trained_fingerprint, training_fingerprint
from bot.settings import ROOT, Settings
from bot.text.fold import fold

RASA_MODEL = "motcua"
RASA_INPUTS = ("config.yml", "domain.yml")
QUESTIONS_PER_PROCEDURE = 3
STAMP_FILE = "rasa.stamp"
_SEED = 11


def encoder_is_current(settings: Settings) -> bool:
    """Whether the encoder was trained on today's texts."""
    return trained_fingerprint(_encoder_dir(settings)) == training_fingerprint(_passages(settings))


def train_search(settings: Settings, progress: Progress, calibrating: Progress) -> None:
    """Train the encoder, then learn the fusion weights on held-out text. About a minute on two cores."""
    passages = _passages(settings)
    if not passages:
        raise ModelError("không có câu nào để huấn luyện; xem lại thư mục knowledge bằng “motcua check”")
    abbreviations = read_abbreviations(settings.knowledge_dir)
    folder = _encoder_dir(settings)
    folder.parent.mkdir(parents=True, exist_ok=True)
    fusion, gate = calibrate(passages, abbreviations, calibrating)
    train_encoder(passages, abbreviations, folder, progress)
    fusion.save(folder)
    if gate is not None:
        gate.save(folder)


def _encoder_dir(settings: Settings) -> Path:
    return settings.models_dir / "encoder"


def _passages(settings: Settings) -> list:
    return all_passages(read_book(settings.knowledge_dir), settings.knowledge_dir, settings.nlu_dir)


# --- Rasa -------------------------------------------------------------------------------------------------------------


def rasa_python(name: str = "rasa") -> Path:
    """A program of Rasa's own environment.

    Raises:
        ModelError: the environment is not there.
    """
    path = ROOT / ".venv-rasa" / "bin" / name
    if not path.is_file():
        raise ModelError("chưa có môi trường Rasa (.venv-rasa); chạy “make setup”")
    return path


def rasa_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Environment of Rasa's processes: no telemetry, little noise, one thread a library."""
    quiet = {
        "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "SQLALCHEMY_WARN_20": "0", "OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1", "PYTHONWARNINGS": "ignore",
        "MPLBACKEND": "Agg", "CUDA_VISIBLE_DEVICES": "",
    }
    return {**os.environ, **quiet, **(extra or {})}


def rasa_fingerprint(settings: Settings) -> str:
    """Changes when anything that Rasa's training reads has changed."""
    digest = hashlib.sha256()
    for path in [*(ROOT / name for name in RASA_INPUTS), *sorted((ROOT / "nlu_data").rglob("*.yml"))]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for intent, examples in sorted(_knowledge_examples(settings).items()):
        digest.update(repr((intent, examples)).encode())
    return digest.hexdigest()[:16]


def rasa_is_current(settings: Settings) -> bool:
    stamp = settings.models_dir / STAMP_FILE
    model = settings.models_dir / f"{RASA_MODEL}.tar.gz"
    return model.is_file() and stamp.is_file() and stamp.read_text("utf-8") == rasa_fingerprint(settings)


def train_rasa(settings: Settings) -> None:
    """Write the training data with accent-free variants and run `rasa train`. About 30 s on two cores.

    Raises:
        ModelError: Rasa refused; the last lines of its log are in the message.
    """
    fingerprint = rasa_fingerprint(settings)
    data = settings.var_dir / "rasa-data"
    shutil.rmtree(data, ignore_errors=True)
    (data / "nlu").mkdir(parents=True)
    (data / "nlu" / "examples.yml").write_text(_nlu_yaml(settings), "utf-8")
    for folder in ("rules", "stories"):
        shutil.copytree(ROOT / "nlu_data" / folder, data / folder)
    settings.models_dir.mkdir(parents=True, exist_ok=True)
    log_path = settings.var_dir / "log" / "rasa-train.log"
    log_path.parent.mkdir(parents=True, exist_ok=True)
    command = [
        str(rasa_python()), "train", "--config", "config.yml", "--domain", "domain.yml", "--data", str(data),
        "--out", str(settings.models_dir), "--fixed-model-name", RASA_MODEL, "--force",
    ]
    with log_path.open("wb") as log_file:
        done = subprocess.run(command, cwd=ROOT, env=rasa_environment(), stdout=log_file, stderr=subprocess.STDOUT)
    if done.returncode != 0 or not (settings.models_dir / f"{RASA_MODEL}.tar.gz").is_file():
        tail = " / ".join(log_path.read_text("utf-8", errors="replace").strip().splitlines()[-3:])
        raise ModelError(f"Rasa không huấn luyện được: {tail} (xem {log_path})")
    (settings.models_dir / STAMP_FILE).write_text(fingerprint, "utf-8")


def _knowledge_examples(settings: Settings) -> dict[str, list[str]]:
    """Some sample questions of each full record as examples of asking, labelled by the aspect their words name."""
    words = read_aspect_words(settings.knowledge_dir)
    abbreviations = read_abbreviations(settings.knowledge_dir)
    chooser = random.Random(_SEED)
    examples: dict[str, list[str]] = {}
    written = [item for item in read_book(settings.knowledge_dir).procedures.values() if item.depth is Depth.FULL]
    for procedure in written:
        for question in chooser.sample(procedure.questions, k=min(QUESTIONS_PER_PROCEDURE, len(procedure.questions))):
            aspects = words.detect(words_of(question, abbreviations))
            intent = ASK_PREFIX + (aspects[0].value if aspects else "overview")
            examples.setdefault(intent, []).append(question)
    return examples


def _nlu_yaml(settings: Settings) -> str:
    intents: dict[str, list[str]] = {name: list(found) for name, found in read_intents(settings.nlu_dir).items()}
    for intent, examples in _knowledge_examples(settings).items():
        intents.setdefault(intent, []).extend(examples)
    lines = ['version: "3.1"', "nlu:"]
    for intent, examples in intents.items():
        lines += [f"  - intent: {intent}", "    examples: |"]
        lines += [f"      - {example}" for example in with_plain_variants(examples)]
    return "\n".join(lines) + "\n"


def with_plain_variants(examples: Sequence[str]) -> list[str]:
    """The examples and their accent-free spellings, each once, without what Rasa would read as markup."""
    variants: dict[str, None] = {}
    for example in examples:
        line = " ".join(example.translate(str.maketrans("", "", "[]{}()")).split())
        if line and not line.startswith("/"):
            variants[line] = None
            variants[fold(line)] = None
    return list(variants)
