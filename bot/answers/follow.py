"""Whether a message goes on about the procedure in hand, or turns to another one."""

from __future__ import annotations

from bot.answers.aspects import words_of
from bot.answers.library import Library
from bot.answers.state import State
from bot.knowledge.types import Procedure
from bot.search.index import Found, Hit
from bot.search.passages import ACT_PREFIX, INFO_PREFIX, OUTSIDE

SPECIFIC_PROBABILITY = 0.85
NAMED_PROBABILITY = 0.5
TOGETHER_PROBABILITY = 0.85
BY_NAME_PROBABILITY = 0.9
UNRELATED_PROBABILITY = 0.02
OTHER_PROBABILITY = 0.75
"""From here on, talk or a topic of the ward's own is taken for meant even in the middle of a procedure."""
MIN_CONTENT = 2

_CUES = {
    ("neu",), ("vay",), ("the",), ("con",), ("thi",), ("the", "con"), ("vay", "con"), ("vay", "neu"), ("roi",), ("u",),
    ("con", "neu"), ("rua",), ("lo",), ("ma",), ("v",),
}
_POINTING = (
    ("thu", "tuc", "nay"), ("viec", "nay"), ("cai", "nay"), ("thu", "tuc", "do"), ("truong", "hop", "nay"), ("cai", "ni"),
    ("giay", "nay"), ("viec", "do"), ("cai", "do"), ("giay", "do"), ("thu", "tuc", "tren"), ("ho", "so", "nay"),
)


def turned_to(
    current: Procedure, state: State, message: str, words: list[str], asks: bool, content: list[str], found: Found,
    library: Library,
) -> Procedure | None:
    """The procedure that a message in the middle of a conversation is about; None when it must be read by itself.

    Read by itself a short message says little, so it is also searched together with the question that led here.

    Args:
        current: the procedure in hand.
        words: folded syllables of the message.
        asks: whether it asks for some side of a procedure.
        content: its syllables that carry a subject.
        found: what the message alone finds.
    """
    if not found.hits:
        return None  # words never seen say nothing, in no context
    top = found.hits[0]
    if top.target == current.stem:
        return current
    together = library.search(f"{state.asked or current.title}. {message}")
    joint = together.hits[0] if together.hits else Hit("", 0.0)
    spoken = top.target.startswith(ACT_PREFIX) and top.probability >= NAMED_PROBABILITY
    tells_case = bool(library.cases_of(current, message))
    if not content or set(content) <= _names(current, library):
        return current if asks or tells_case or (joint.target == current.stem and not spoken) else None
    if _points_back(words):
        return current if asks else None
    if not asks and top.target.startswith((ACT_PREFIX, INFO_PREFIX)) and top.probability >= OTHER_PROBABILITY:
        return None
    book = library.book.procedures
    other = joint.target in book and joint.target != current.stem and joint.probability >= TOGETHER_PROBABILITY
    reading = library.read(found)
    named = reading.specific >= SPECIFIC_PROBABILITY and top.probability >= NAMED_PROBABILITY
    by_name = top.probability >= BY_NAME_PROBABILITY and top.target in book and set(content) <= _names(book[top.target], library)
    if (named or by_name) and top.target in book and (len(content) >= MIN_CONTENT or top.probability >= BY_NAME_PROBABILITY):
        return book[joint.target if other else top.target]
    if other or (joint.target in book and joint.target == top.target):
        return book[joint.target]
    unrelated = joint.target != current.stem or found.probability(current.stem) < UNRELATED_PROBABILITY
    elsewhere = reading.vague >= NAMED_PROBABILITY and len(content) >= MIN_CONTENT and unrelated
    if elsewhere or found.probability(OUTSIDE) >= NAMED_PROBABILITY:
        return None
    goes_on = asks or tells_case or tuple(words[:1]) in _CUES or tuple(words[:2]) in _CUES
    return current if goes_on or joint.target == current.stem else None


def _names(procedure: Procedure, library: Library) -> set[str]:
    return set(words_of(" ".join((procedure.title, *procedure.aliases)), library.abbreviations))


def _points_back(words: list[str]) -> bool:
    """"Cái đó", "thủ tục này"."""
    return any(tuple(words[i : i + len(cue)]) == cue for cue in _POINTING for i in range(len(words)))
