"""Passages: every text by which a target can be found. A target is a procedure, an info topic or a kind of talk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.dictionary import Vague, read_vague
from bot.knowledge.read import Book
from bot.knowledge.source import YamlProblem, read_yaml

INFO_PREFIX = "info:"
ACT_PREFIX = "act:"
ASK_PREFIX = "ask_"
OUTSIDE = f"{ACT_PREFIX}out_of_scope"
MOVES = frozenset({"correct", "more", "go_back", "repeat", "affirm", "deny", "helpful_yes", "helpful_no", "stop"})
"""Moves inside a conversation. They say nothing by themselves, so they are no search targets."""


@dataclass(frozen=True)
class Passage:
    """`vague`: the text stands for several targets, a passage each."""

    target: str
    text: str
    vague: bool = False


def is_procedure(target: str) -> bool:
    return not target.startswith((INFO_PREFIX, ACT_PREFIX))


def book_passages(book: Book) -> list[Passage]:
    """Names, everyday names and sample questions of all procedures and info entries."""
    passages = [
        Passage(stem, text)
        for stem, procedure in book.procedures.items()
        for text in dict.fromkeys((procedure.name, *procedure.aliases, *procedure.questions))
    ]
    passages += [
        Passage(INFO_PREFIX + info.topic, text)
        for info in book.infos.values()
        for text in dict.fromkeys((info.name, *info.questions))
    ]
    return passages


def vague_passages(groups: Iterable[Vague], book: Book) -> list[Passage]:
    """Sayings that fit several procedures, once for each: then none of them is much likelier than the others."""
    return [
        Passage(stem, text, vague=True)
        for group in groups for text in group.texts for stem in group.procedures if stem in book.procedures
    ]


def read_intents(nlu_dir: Path) -> Mapping[str, Sequence[str]]:
    """Intent → examples of Rasa's training files. A file that cannot be read is skipped (Rasa's own check names it)."""
    intents: dict[str, list[str]] = {}
    for path in sorted(nlu_dir.glob("*.yml")):
        try:
            data, _ = read_yaml(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, YamlProblem):
            continue
        blocks = data.get("nlu") if isinstance(data, dict) else None
        for block in blocks if isinstance(blocks, list) else ():
            if isinstance(block, dict) and "intent" in block:
                lines = str(block.get("examples", "")).splitlines()
                examples = [line.strip().removeprefix("- ").strip() for line in lines if line.strip().startswith("- ")]
                intents.setdefault(str(block["intent"]), []).extend(examples)
    return intents


def act_passages(intents: Mapping[str, Iterable[str]]) -> list[Passage]:
    """Examples of talk that asks for no procedure: small talk, feedback, safety, out of scope."""
    return [
        Passage(ACT_PREFIX + intent, text)
        for intent, examples in intents.items()
        if not intent.startswith(ASK_PREFIX) and intent not in MOVES
        for text in examples
    ]


def all_passages(book: Book, knowledge_dir: Path, nlu_dir: Path) -> list[Passage]:
    """Everything that the search is trained on and built from."""
    return [*book_passages(book), *vague_passages(read_vague(knowledge_dir), book), *act_passages(read_intents(nlu_dir))]
