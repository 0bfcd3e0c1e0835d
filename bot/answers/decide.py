"""What a message is about: which procedure (the one in hand or a new one), which sides of it, which case."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.answers.aspects import clauses_of, widened, words_of
from bot.answers.library import Library
from bot.answers.state import State
from bot.knowledge.types import Procedure
from bot.outcomes import Aspect
from bot.search.index import Found, Hit
from bot.search.passages import ACT_PREFIX, INFO_PREFIX, is_procedure
from bot.text.split import split_questions

ANSWER_PROBABILITY = 0.5
ANSWER_LEAD = 4.0
"""Below ANSWER_PROBABILITY, the first still wins if it is this many times as likely as the second and …"""
ANSWER_LEAD_PROBABILITY = 0.4
CLARIFY_TOTAL = 0.3
CHOICE_PROBABILITY = 0.04
MAX_CHOICES = 4
MIN_SIMILARITY = 0.42
MIN_CHOICE_SIMILARITY = 0.35
ACT_PROBABILITY = 0.5
STAY_PROBABILITY = 0.3
SWITCH_PROBABILITY = 0.75
SWITCH_PROBABILITY_AFTER_CUE = 0.93
PART_PROBABILITY = 0.75
MIN_PART_WORDS = 3
BARE_PROBABILITY = 0.8
"""A message of filler words alone ("vâng") answers nothing unless it is as good as a name ("sao y")."""

_CUES = {
    ("neu",), ("vay",), ("the",), ("con",), ("thi",), ("the", "con"), ("vay", "con"), ("vay", "neu"), ("roi",), ("u",),
    ("con", "neu"),
}
_POINTING = (
    ("thu", "tuc", "nay"), ("viec", "nay"), ("cai", "nay"), ("thu", "tuc", "do"), ("truong", "hop", "nay"),
    ("giay", "nay"), ("viec", "do"), ("cai", "do"), ("giay", "do"), ("thu", "tuc", "tren"), ("ho", "so", "nay"),
)


class Kind(StrEnum):
    ANSWER = "answer"
    BOTH = "both"
    CLARIFY = "clarify"
    FIELD = "field"
    INFO = "info"
    ACT = "act"
    NOTHING = "nothing"


_UNSURE = (Kind.CLARIFY, Kind.NOTHING, Kind.ACT)
_NO_ACT = ("", "out_of_scope")


@dataclass(frozen=True)
class Decision:
    """`procedures` are the one answered, the two of BOTH, or the choices of CLARIFY and NOTHING (nearest names)."""

    kind: Kind
    procedures: tuple[Procedure, ...] = ()
    aspects: tuple[Aspect, ...] = ()
    case: str | None = None
    topic: str = ""
    act: str = ""
    follow_up: bool = False


def decide(message: str, state: State, library: Library, excluding: str | None = None) -> Decision:
    """Decide what `message` asks, given what the conversation is about.

    Args:
        message: the citizen's text, cleaned.
        state: the conversation so far.
        excluding: stem of a procedure that was just denied.
    """
    words = words_of(message, library.abbreviations)
    aspects = tuple(library.aspect_words.detect(*clauses_of(message, library.abbreviations)))
    content = library.aspect_words.content(words)
    if not any(word[0].isalpha() for word in words):
        return Decision(Kind.NOTHING)
    found = library.search(message)
    if excluding:
        found = _without(found, excluding)

    parts = _parts(message, library)
    if len(parts) == 2:
        return Decision(Kind.BOTH, tuple(parts), aspects)

    current = library.procedure(state.procedure)
    if current is not None and not excluding and _stays(current, message, words, aspects, content, found, library):
        case = library.case_of(current, message) or state.case
        return Decision(Kind.ANSWER, (current,), aspects, case, follow_up=True)

    if aspects and not content and state.procedure is None:
        return Decision(Kind.ACT, act="out_of_scope") if state.away else Decision(Kind.NOTHING, aspects=aspects)
    fresh = _fresh(found, message, aspects, library)
    if fresh.kind is Kind.ANSWER and not content and found.hits[0].probability < BARE_PROBABILITY:
        fresh = Decision(Kind.NOTHING, aspects=aspects)
    if current is not None and not excluding and fresh.kind in _UNSURE and fresh.act in _NO_ACT:
        # "nếu sau này nghỉ bán thì sao": what it is about is said by the field of the talk so far.
        nearby = _fresh(library.search(f"{current.field} {message}"), message, aspects, library)
        if nearby.kind is Kind.ANSWER:
            return nearby
        if fresh.kind is Kind.CLARIFY and len(fresh.procedures) == 1 and fresh.procedures[0].field == current.field:
            return Decision(Kind.ANSWER, fresh.procedures, aspects, library.case_of(fresh.procedures[0], message))
    if fresh.kind in (Kind.CLARIFY, Kind.NOTHING) and (stems := library.fields.get(_field_key(content, words, library))):
        return Decision(Kind.FIELD, tuple(library.book.procedures[stem] for stem in stems[:MAX_CHOICES]), aspects)
    return fresh


def _fresh(found: Found, message: str, aspects: tuple[Aspect, ...], library: Library) -> Decision:
    if not found.hits:
        return Decision(Kind.NOTHING)
    top = found.hits[0]
    if top.target.startswith(ACT_PREFIX) and top.probability >= ACT_PROBABILITY:
        return Decision(Kind.ACT, act=top.target.removeprefix(ACT_PREFIX), procedures=_choices(found, library)[:1])
    if top.target.startswith(INFO_PREFIX) and _sure(found):
        return Decision(Kind.INFO, topic=top.target.removeprefix(INFO_PREFIX))
    if is_procedure(top.target) and _sure(found) and top.target in library.book.procedures:
        procedure = library.book.procedures[top.target]
        return Decision(Kind.ANSWER, (procedure,), widened(aspects), library.case_of(procedure, message))
    choices = _choices(found, library)
    total = sum(hit.probability for hit in found.procedures[:MAX_CHOICES])
    if len(choices) == 1 and total >= CLARIFY_TOTAL:
        return Decision(Kind.CLARIFY, choices, aspects)
    if len(choices) > 1 and total >= CLARIFY_TOTAL and found.similarity >= MIN_CHOICE_SIMILARITY:
        return Decision(Kind.CLARIFY, choices, aspects)
    return Decision(Kind.NOTHING, choices if found.similarity >= MIN_CHOICE_SIMILARITY else ())


def _sure(found: Found) -> bool:
    first = found.hits[0].probability
    second = found.hits[1].probability if len(found.hits) > 1 else 0.0
    if found.similarity < MIN_SIMILARITY:
        return False
    return first >= ANSWER_PROBABILITY or (first >= ANSWER_LEAD_PROBABILITY and first >= ANSWER_LEAD * second)


def _choices(found: Found, library: Library) -> tuple[Procedure, ...]:
    return tuple(
        library.book.procedures[hit.target] for hit in found.procedures
        if hit.probability >= CHOICE_PROBABILITY and hit.target in library.book.procedures
    )[:MAX_CHOICES]


def _stays(
    current: Procedure, message: str, words: list[str], aspects: tuple[Aspect, ...], content: list[str], found: Found,
    library: Library,
) -> bool:
    """Whether the message goes on about the procedure in hand."""
    top = found.hits[0] if found.hits else Hit("", 0.0)
    if top.target == current.stem:
        return True
    if not content or set(content) <= set(words_of(" ".join((current.title, *current.aliases)), library.abbreviations)):
        return bool(aspects) or library.case_of(current, message) is not None
    if top.target.startswith((ACT_PREFIX, INFO_PREFIX)) and top.probability >= SWITCH_PROBABILITY:
        return False
    case = library.case_of(current, message)
    if found.probability(current.stem) >= STAY_PROBABILITY or (case and top.probability < SWITCH_PROBABILITY_AFTER_CUE):
        return True
    if not aspects:
        return False  # it asks no side of what is in hand, so it must name something itself
    pointing = any(tuple(words[i : i + len(cue)]) == cue for cue in _POINTING for i in range(len(words)))
    cue = pointing or tuple(words[:1]) in _CUES or tuple(words[:2]) in _CUES
    slight = cue or len(content) == 1
    if top.probability >= (SWITCH_PROBABILITY_AFTER_CUE if slight else SWITCH_PROBABILITY):
        return False
    if pointing:
        return True
    together = library.search(f"{current.title} {message}")
    return bool(together.hits) and together.hits[0].target == current.stem


def _parts(message: str, library: Library) -> list[Procedure]:
    """Two different procedures, each named surely in its own part of the message."""
    parts = split_questions(message)
    if len(parts) < 2:
        return []
    sure: list[Procedure] = []
    for part in parts:
        if len(words_of(part, library.abbreviations)) < MIN_PART_WORDS:
            continue
        found = library.search(part)
        top = found.hits[0] if found.hits else Hit("", 0.0)
        procedure = library.book.procedures.get(top.target)
        if procedure is not None and top.probability >= PART_PROBABILITY and procedure not in sure:
            sure.append(procedure)
    return sure if len(sure) == 2 else []


def _field_key(content: list[str], words: list[str], library: Library) -> tuple[str, ...]:
    """The name of a whole field ("hộ tịch", "đất đai") when it is all that the message names."""
    for name in library.fields:
        width = len(name)
        named = any(tuple(words[i : i + width]) == name for i in range(len(words) - width + 1))
        if named and not set(content) - set(name):
            return name
    return ()


def _without(found: Found, stem: str) -> Found:
    hits = tuple(hit for hit in found.hits if hit.target != stem)
    total = sum(hit.probability for hit in hits) or 1.0
    return Found(tuple(Hit(hit.target, hit.probability / total) for hit in hits), found.known_share, found.similarity)
