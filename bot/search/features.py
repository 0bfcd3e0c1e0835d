"""What the search looks at in a text: folded syllables, pairs of neighbours, and pieces of letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.text.abbreviations import Abbreviations
from bot.text.fold import tokens

FEATURES_VERSION = 2
_PIECE_LENGTHS = (3, 4)
_SPAN = 5
MAX_TOKENS = 160
"""A longer message is cut to its first and last half of this many syllables: stories end with the question."""


@dataclass(frozen=True)
class Features:
    """All views of one text. `words` are syllables; `grams` add neighbour pairs; `pieces` are letter n-grams."""

    words: tuple[str, ...]

    @property
    def grams(self) -> list[str]:
        words = self.words
        return [*words, *(f"{a}_{b}" for a, b in zip(words, words[1:], strict=False))]

    @property
    def pieces(self) -> list[str]:
        out: list[str] = []
        for word in self.words:
            padded = f" {word} "
            for length in _PIECE_LENGTHS:
                out.extend(f"#{padded[i : i + length]}" for i in range(max(1, len(padded) - length + 1)))
        line = " ".join(self.words)
        out.extend(line[i : i + _SPAN] for i in range(len(line) - _SPAN + 1))
        return out


def features_of(text: str, abbreviations: Abbreviations) -> Features:
    """Features of `text`, abbreviations written out first."""
    words: Sequence[str] = tokens(abbreviations.expand(text))
    if len(words) > MAX_TOKENS:
        half = MAX_TOKENS // 2
        words = [*words[:half], *words[-half:]]
    return Features(tuple(words))
