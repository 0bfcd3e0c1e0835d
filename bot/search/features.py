"""What the search looks at in a text: syllables and pairs of neighbours, without accents and as they were typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.text.abbreviations import Abbreviations
from bot.text.fold import accented_tokens, tokens

FEATURES_VERSION = 3
ACCENT_MARK = "~"
PAIR_MARK = "_"
MAX_TOKENS = 160
"""A longer message is cut to its first and last half of this many syllables: stories end with the question."""


@dataclass(frozen=True)
class Features:
    """Two views of one text: `words` are syllables without accents, `accented` the same as typed.

    `accented` is empty when the writer types no accents; then nothing is known about them, rather than that there are none.
    """

    words: tuple[str, ...]
    accented: tuple[str, ...] = ()

    @property
    def grams(self) -> list[str]:
        """Syllables and neighbour pairs without accents."""
        return _with_pairs(self.words)

    @property
    def accented_grams(self) -> list[str]:
        """Syllables and neighbour pairs as typed, marked, so that "bán" and "bản" differ."""
        return [ACCENT_MARK + gram for gram in _with_pairs(self.accented)]


def _with_pairs(words: Sequence[str]) -> list[str]:
    return [*words, *(f"{a}{PAIR_MARK}{b}" for a, b in zip(words, words[1:], strict=False))]


def features_of(text: str, abbreviations: Abbreviations) -> Features:
    """Features of `text`, abbreviations written out first."""
    written = abbreviations.expand(text)
    words, accented = tokens(written), accented_tokens(written)
    return Features(_cut(words), _cut(accented) if accented != words else ())


def _cut(words: Sequence[str]) -> tuple[str, ...]:
    half = MAX_TOKENS // 2
    return tuple(words) if len(words) <= MAX_TOKENS else (*words[:half], *words[-half:])
