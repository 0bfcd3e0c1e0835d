"""Which sides of a procedure a message asks about, from the ward's own list of phrases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import KnowledgeError
from bot.knowledge.source import YamlProblem, read_yaml
from bot.outcomes import Aspect
from bot.text.abbreviations import Abbreviations
from bot.text.fold import tokens

ASPECTS_FILE = "tu-dien/khia-canh.yml"
MAX_ASPECTS = 3

# Asking "is it possible / how" beside a precise side is only its wrapping ("nộp online được không").
_WRAPPING = frozenset({Aspect.CONDITIONS, Aspect.OVERVIEW})


@dataclass(frozen=True)
class Phrase:
    """Folded syllables that ask for `aspect`; a clear one decides at once, a weak one only when nothing clear was found."""

    syllables: tuple[str, ...]
    aspect: Aspect
    clear: bool


@dataclass(frozen=True)
class AspectWords:
    """Phrases by their first syllable, and the syllables that carry no subject."""

    phrases: Mapping[str, tuple[Phrase, ...]]
    fillers: frozenset[str]

    def detect(self, words: list[str]) -> list[Aspect]:
        """Aspects asked for, in the order of their first mention; empty when none is named.

        Args:
            words: folded syllables of the message, abbreviations written out.
        """
        clear: dict[Aspect, int] = {}
        weak: dict[Aspect, int] = {}
        for place, phrase in self._found(words):
            (clear if phrase.clear else weak).setdefault(phrase.aspect, place)
        for found in (clear, weak):
            if Aspect.RESULT in found:
                found.pop(Aspect.FEE, None)  # "được hỗ trợ bao nhiêu tiền" asks what one gets, not what one pays
        precise = {aspect: place for aspect, place in clear.items() if aspect not in _WRAPPING}
        chosen = precise or clear or weak
        if chosen is weak and Aspect.STEPS in weak:
            return [Aspect.STEPS, Aspect.DOCUMENTS]  # "làm thế nào" wants to know what to do and what to bring
        return sorted(chosen, key=lambda aspect: chosen[aspect])[:MAX_ASPECTS]

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
        for place, word in enumerate(words):
            for phrase in self.phrases.get(word, ()):
                if tuple(words[place : place + len(phrase.syllables)]) == phrase.syllables:
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
    return AspectWords({first: tuple(found) for first, found in phrases.items()}, fillers)


def words_of(text: str, abbreviations: Abbreviations) -> list[str]:
    """Folded syllables of a message with abbreviations written out."""
    return tokens(abbreviations.expand(text))
