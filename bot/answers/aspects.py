"""Which sides of a procedure a message asks about, from the ward's own list of phrases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import KnowledgeError
from bot.knowledge.source import YamlProblem, read_yaml
from bot.outcomes import Aspect
from bot.text.abbreviations import Abbreviations
from bot.text.fold import tokens

ASPECTS_FILE = "tu-dien/khia-canh.yml"
MAX_ASPECTS = 3
STORY_WORDS = 18

_CLAUSE_END = re.compile(r"[?!;,\n]+|\.(?=\s|$)")
_WRAPPING = frozenset({Aspect.CONDITIONS, Aspect.OVERVIEW})
"""Asking "is it possible" or "tell me about it" beside a precise side only wraps that side."""
_BROAD = _WRAPPING | {Aspect.STEPS}


@dataclass(frozen=True)
class Phrase:
    """Folded syllables that ask for `aspect`; a clear one decides at once, a weak one only when nothing clear was found."""

    syllables: tuple[str, ...]
    aspect: Aspect
    clear: bool


@dataclass(frozen=True)
class AspectWords:
    """Phrases by their first syllable, the syllables that carry no subject, and names that only look like a question."""

    phrases: Mapping[str, tuple[Phrase, ...]]
    fillers: frozenset[str]
    names: frozenset[tuple[str, ...]] = frozenset()

    def detect(self, *clauses: list[str]) -> list[Aspect]:
        """Aspects asked for, in the order of their first mention; empty when none is named.

        Args:
            clauses: folded syllables of each clause of the message, abbreviations written out. "Được không" and the like
                only wrap a precise side of the same clause ("nộp online được không"), not one of another.
        """
        clear: dict[Aspect, None] = {}
        weak: dict[Aspect, None] = {}
        for words in clauses:
            found = [(phrase.aspect, phrase.clear) for _, phrase in self._found(words)]
            named = [aspect for aspect, sure in found if sure]
            precise = [aspect for aspect in named if aspect not in _WRAPPING]
            clear |= dict.fromkeys(precise or named)
            weak |= dict.fromkeys(aspect for aspect, sure in found if not sure)
        for chosen in (clear, weak):
            if Aspect.RESULT in chosen:
                chosen.pop(Aspect.FEE, None)  # "được hỗ trợ bao nhiêu tiền" asks what one gets, not what one pays
        return list(clear or weak)[:MAX_ASPECTS]

    def content(self, words: list[str]) -> list[str]:
        """The syllables that carry a subject: without fillers, numbers and aspect phrases."""
        covered = [False] * len(words)
        for place, phrase in self._found(words):
            covered[place : place + len(phrase.syllables)] = [True] * len(phrase.syllables)
        return [
            word for word, hidden in zip(words, covered, strict=True)
            if not hidden and word not in self.fillers and not word[0].isdigit()
        ]

    def _found(self, words: list[str]) -> Iterator[tuple[int, Phrase]]:
        named = {
            place + step for name in self.names for place in range(len(words) - len(name) + 1)
            if tuple(words[place : place + len(name)]) == name for step in range(len(name))
        }
        for place, word in enumerate(words):
            for phrase in self.phrases.get(word, ()):
                span = range(place, place + len(phrase.syllables))
                if tuple(words[place : span.stop]) == phrase.syllables and not named.intersection(span):
                    yield place, phrase


def read_aspect_words(knowledge_dir: Path) -> AspectWords:
    """Read the phrase file.

    Raises:
        KnowledgeError: the file cannot be read.
    """
    try:
        data, _ = read_yaml((knowledge_dir / ASPECTS_FILE).read_text("utf-8"))
    except YamlProblem as problem:
        raise KnowledgeError(f"{ASPECTS_FILE}:{problem.line}: {problem.text} → {problem.cure}") from problem
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{ASPECTS_FILE}: không đọc được tệp trong {knowledge_dir}") from error
    if not isinstance(data, dict):
        raise KnowledgeError(f"{ASPECTS_FILE}:1: tệp không có các mục → chép lại tệp mẫu")
    phrases: dict[str, list[Phrase]] = {}
    for aspect in Aspect:
        entry = data.get(aspect.value)
        entry = entry if isinstance(entry, dict) else {}
        for key, clear in (("rõ", True), ("yếu", False)):
            listed = entry.get(key) or ()
            for syllables in sorted({tuple(tokens(str(line))) for line in listed} - {()}):
                phrases.setdefault(syllables[0], []).append(Phrase(syllables, aspect, clear))
    fillers = frozenset(word for phrase in data.get("chữ đệm", ()) for word in tokens(phrase))
    names = frozenset(tuple(tokens(str(name))) for name in data.get("tên gọi") or ()) - {()}
    return AspectWords({first: tuple(found) for first, found in phrases.items()}, fillers, names)


def words_of(text: str, abbreviations: Abbreviations) -> list[str]:
    """Folded syllables of a message with abbreviations written out."""
    return tokens(abbreviations.expand(text))


def clauses_of(text: str, abbreviations: Abbreviations) -> list[list[str]]:
    """Folded syllables of each clause of a message."""
    clauses = [words_of(clause, abbreviations) for clause in _CLAUSE_END.split(text)]
    return [words for words in clauses if words]


def widened(aspects: Sequence[Aspect], words: int) -> tuple[Aspect, ...]:
    """What a first answer should tell: to "is it possible" and "how", and to a story, belongs the overview too.

    Args:
        words: length of the message in syllables.
    """
    if aspects and (words >= STORY_WORDS or set(aspects) <= _BROAD):
        return tuple(dict.fromkeys((*aspects, Aspect.OVERVIEW)))
    return tuple(aspects)
