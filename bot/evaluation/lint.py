"""Sample questions that find another procedure first: they are told wrongly, or two procedures cannot be told apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.answers.library import Library

SHOWN_QUESTIONS = 3


@dataclass(frozen=True)
class Collision:
    """`question` of `stem` finds `other` first, with this probability."""

    stem: str
    question: str
    other: str
    probability: float


def collisions(library: Library, told: Callable[[int, int], object] = lambda done, total: None) -> list[Collision]:
    """Every sample question of every procedure is asked once; those that another procedure answers are returned.

    The search knows these very sentences, so each result is a mistake in the files rather than bad luck.
    """
    procedures = list(library.book.procedures.items())
    found = []
    for number, (stem, procedure) in enumerate(procedures, 1):
        for question in procedure.questions:
            hits = library.search(question).procedures
            if hits and hits[0].target != stem:
                found.append(Collision(stem, question, hits[0].target, hits[0].probability))
        told(number, len(procedures))
    return found


def collision_lines(found: list[Collision]) -> Iterator[str]:
    """For the staff: pairs of procedures, the most confused first, with the questions that cause it."""
    pairs: dict[tuple[str, str], list[Collision]] = defaultdict(list)
    for item in found:
        pairs[item.stem, item.other].append(item)
    yield f"\n== Câu hỏi mẫu tìm ra thủ tục khác ({len(found)}) =="
    for (stem, other), items in sorted(pairs.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        yield f"  {stem} → {other} ({len(items)} câu)"
        yield from (f"    “{item.question}”" for item in items[:SHOWN_QUESTIONS])
