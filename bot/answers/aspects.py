"""Which sides of a procedure a message asks about, from the ward's own list of phrases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.source import YamlProblem, read_yaml
from bot.outcomes import Aspect
from bot.text.abbreviations import Abbreviations
from bot.text.fold import tokens

ASPECTS_FILE = "tu-dien/khia-canh.yml"
MAX_ASPECTS = 3

# Asking "is it possible / how" beside a precise side is only its wrapping ("nộp online được không").
_WRAPPING = frozenset({Aspect.CONDITIONS, Aspect.OVERVIEW})


@dataclass(frozen=True)
class AspectWords:
    """Phrases by aspect, as token tuples; `clear` decide at once, `weak` only when nothing clear was found."""

    clear: Mapping[Aspect, tuple[tuple[str, ...], ...]]
    weak: Mapping[Aspect, tuple[tuple[str, ...], ...]]
    fillers: frozenset[str]

    def detect(self, words: list[str]) -> list[Aspect]:
        """Aspects asked for, in the order of their first mention; empty when none is named.

        Args:
            words: folded syllables of the message, abbreviations written out.
        """
        found = self._first_places(words, self.clear)
        precise = {aspect: place for aspect, place in found.items() if aspect not in _WRAPPING}
        chosen = precise or found or self._first_places(words, self.weak)
        return sorted(chosen, key=lambda aspect: chosen[aspect])[:MAX_ASPECTS]

    def content(self, words: list[str]) -> list[str]:
        """The syllables that carry a subject: without fillers, numbers and aspect phrases."""
        covered = [False] * len(words)
        for phrases in (*self.clear.values(), *self.weak.values()):
            for phrase in phrases:
                for start in _places(words, phrase):
                    covered[start : start + len(phrase)] = [True] * len(phrase)
        return [
            word for word, hidden in zip(words, covered, strict=True)
            if not hidden and word not in self.fillers and not word[0].isdigit()
        ]

    def _first_places(
        self, words: list[str], phrases_by_aspect: Mapping[Aspect, tuple[tuple[str, ...], ...]]
    ) -> dict[Aspect, int]:
        found: dict[Aspect, int] = {}
        for aspect, phrases in phrases_by_aspect.items():
            places = [place for phrase in phrases for place in _places(words, phrase)]
            if places:
                found[aspect] = min(places)
        if Aspect.RESULT in found and Aspect.FEE in found:
            del found[Aspect.FEE]  # "được hỗ trợ bao nhiêu tiền" asks what one gets, not what one pays
        return found


def _places(words: list[str], phrase: tuple[str, ...]) -> list[int]:
    width = len(phrase)
    first = phrase[0]
    return [
        start for start, word in enumerate(words)
        if word == first and tuple(words[start : start + width]) == phrase
    ]


def read_aspect_words(knowledge_dir: Path) -> AspectWords:
    """Read the phrase file.

    Raises:
        YamlProblem, OSError, KeyError, ValueError: the file cannot be used.
    """
    data, _ = read_yaml((knowledge_dir / ASPECTS_FILE).read_text("utf-8"))
    if not isinstance(data, dict):
        raise YamlProblem(1, "tệp không có các mục", "chép lại tệp mẫu")
    clear: dict[Aspect, tuple[tuple[str, ...], ...]] = {}
    weak: dict[Aspect, tuple[tuple[str, ...], ...]] = {}
    for aspect in Aspect:
        entry = data.get(aspect.value, {})
        clear[aspect] = _phrases(entry.get("rõ", ()))
        weak[aspect] = _phrases(entry.get("yếu", ()))
    fillers = frozenset(word for phrase in data.get("chữ đệm", ()) for word in tokens(phrase))
    return AspectWords(clear, weak, fillers)


def _phrases(entries: object) -> tuple[tuple[str, ...], ...]:
    listed = entries if isinstance(entries, list) else ()
    phrases = {tuple(tokens(str(entry))) for entry in listed}
    return tuple(sorted(phrase for phrase in phrases if phrase))


def words_of(text: str, abbreviations: Abbreviations) -> list[str]:
    """Folded syllables of a message with abbreviations written out."""
    return tokens(abbreviations.expand(text))
