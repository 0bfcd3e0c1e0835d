"""What a message is about: which procedure (the one in hand or a new one), which sides of it, which case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.answers.aspects import clauses_of, widened, words_of
from bot.answers.follow import NAMED_PROBABILITY, SPECIFIC_PROBABILITY, turned_to
from bot.answers.library import Library
from bot.answers.state import State
from bot.knowledge.types import Cases, Procedure
from bot.outcomes import Aspect
from bot.search.index import Found, Hit
from bot.search.passages import ACT_PREFIX, INFO_PREFIX, OUTSIDE
from bot.text.split import split_questions

MIN_KNOWN_SHARE = 0.5
"""Of a message whose words are mostly unknown (markup, another language) nothing is understood."""
OUTSIDE_PROBABILITY = 0.4
VAGUE_PROBABILITY = 0.3
"""Asking back costs a tap, a wrong answer more: so one asks before it is more likely than not that one should."""
CLEAR_PROBABILITY = 0.8
KNOWN_PROBABILITY = 0.7
OUTSIDE_HINT = 0.1
CHOICE_PROBABILITY = 0.02
MIN_CHOICES = 2
MAX_CHOICES = 4
MIN_CHOICE_SIMILARITY = 0.35
ACT_PROBABILITY = 0.5
PART_PROBABILITY = 0.75
MIN_PART_WORDS = 3
MIN_NAME_WORDS = 2
MAX_NAME_WORDS = 4
FIELD_PROBABILITY = 0.9
BARE_PROBABILITY = 0.8
"""A message of filler words alone ("vâng") answers nothing unless it is as good as a name ("sao y")."""


class Kind(StrEnum):
    ANSWER = "answer"
    BOTH = "both"
    CLARIFY = "clarify"
    FIELD = "field"
    INFO = "info"
    ACT = "act"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Decision:
    """`procedures` are the one answered, the two of BOTH, or the choices of CLARIFY and NOTHING (nearest names)."""

    kind: Kind
    procedures: tuple[Procedure, ...] = ()
    aspects: tuple[Aspect, ...] = ()
    cases: Cases = ()
    topic: str = ""
    act: str = ""


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
    if current is not None and not excluding:
        meant = turned_to(current, state, message, words, bool(aspects), content, found, library)
        if meant is current:
            return Decision(Kind.ANSWER, (current,), aspects, library.cases_of(current, message) or state.cases)
        if meant is not None:
            return Decision(Kind.ANSWER, (meant,), widened(aspects, found.length), library.cases_of(meant, message))
    if excluding and state.asked:
        found = _corrected(found, _without(library.search(f"{state.asked}. {message}"), excluding), library)

    if aspects and not content and state.procedure is None and not _named(found, words, library):
        return Decision(Kind.ACT, act="out_of_scope") if state.away else Decision(Kind.NOTHING, aspects=aspects)
    fresh = _fresh(found, message, aspects, library)
    if fresh.kind is Kind.ANSWER and not content and found.hits[0].probability < BARE_PROBABILITY:
        fresh = Decision(Kind.NOTHING, aspects=aspects)
    sure = fresh.kind is Kind.ANSWER and found.hits[0].probability >= FIELD_PROBABILITY
    if not sure and (stems := library.fields.get(_field_key(content, words, library))):
        return Decision(Kind.FIELD, tuple(library.book.procedures[stem] for stem in stems[:MAX_CHOICES]), aspects)
    return fresh


def _fresh(found: Found, message: str, aspects: tuple[Aspect, ...], library: Library) -> Decision:
    if not found.hits or found.known_share < MIN_KNOWN_SHARE:
        return Decision(Kind.NOTHING)
    top = found.hits[0]
    choices = _choices(found, library)
    if top.target.startswith(ACT_PREFIX) and top.target != OUTSIDE and top.probability >= ACT_PROBABILITY:
        return Decision(Kind.ACT, act=top.target.removeprefix(ACT_PREFIX), procedures=choices[:1])
    reading = library.read(found)
    known = top.target != OUTSIDE and top.probability >= KNOWN_PROBABILITY and found.probability(OUTSIDE) < OUTSIDE_HINT
    if reading.outside >= OUTSIDE_PROBABILITY and not known:
        if top.target == OUTSIDE:
            return Decision(Kind.ACT, act=OUTSIDE.removeprefix(ACT_PREFIX), procedures=choices[:1])
        return Decision(Kind.NOTHING, choices if found.similarity >= MIN_CHOICE_SIMILARITY else ())
    best = next((hit.target for hit in found.hits if not hit.target.startswith(ACT_PREFIX)), "")
    if best.startswith(INFO_PREFIX):
        return Decision(Kind.INFO, topic=best.removeprefix(INFO_PREFIX))
    vague = reading.vague >= VAGUE_PROBABILITY and (top.probability < CLEAR_PROBABILITY or reading.vague > reading.specific)
    if vague and len(choices) > 1:
        return Decision(Kind.CLARIFY, choices, aspects)
    procedure = library.book.procedures.get(best)
    if procedure is None:
        return Decision(Kind.NOTHING)
    return Decision(Kind.ANSWER, (procedure,), widened(aspects, found.length), library.cases_of(procedure, message))


def _choices(found: Found, library: Library) -> tuple[Procedure, ...]:
    """The likely procedures, at least the first two."""
    known = [hit for hit in found.procedures if hit.target in library.book.procedures]
    likely = [hit for number, hit in enumerate(known) if number < MIN_CHOICES or hit.probability >= CHOICE_PROBABILITY]
    return tuple(library.book.procedures[hit.target] for hit in likely[:MAX_CHOICES])


def _named(found: Found, words: list[str], library: Library) -> bool:
    """Whether a short name of the first procedure stands in the message; "sao y" is made of filler words alone."""
    procedure = library.book.procedures.get(found.hits[0].target) if found.hits else None
    if procedure is None:
        return False
    names = [words_of(text, library.abbreviations) for text in (*procedure.aliases, *procedure.questions)]
    return any(
        words[place : place + len(name)] == name
        for name in names if MIN_NAME_WORDS <= len(name) <= MAX_NAME_WORDS for place in range(len(words) - len(name) + 1)
    )


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


def _corrected(alone: Found, together: Found, library: Library) -> Found:
    """"Không, ý tôi là …": what is said now, unless it means something only with what was asked before."""
    said = library.read(alone).specific >= SPECIFIC_PROBABILITY and alone.hits[0].probability >= NAMED_PROBABILITY
    return alone if said or not together.hits or together.hits[0].probability < NAMED_PROBABILITY else together


def _without(found: Found, stem: str) -> Found:
    hits = tuple(hit for hit in found.hits if hit.target != stem)
    total = sum(hit.probability for hit in hits) or 1.0
    return replace(found, hits=tuple(Hit(hit.target, hit.probability / total) for hit in hits))
