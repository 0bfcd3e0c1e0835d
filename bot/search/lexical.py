"""BM25 over passages, on folded syllables and pairs; a target scores as its best passage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.search.features import Features

K1 = 1.2
B = 0.6


class Lexical:
    """Inverted lists of precomputed BM25 weights.

    The weight of term t in passage p is `idf(t) · tf·(K1+1) / (tf + K1·(1 − B + B·len/avg))` (Robertson and Zaragoza,
    2009), with `idf = ln(1 + (N − n + 0.5)/(n + 0.5))`.
    """

    def __init__(self, features: Sequence[Features]) -> None:
        lengths = np.array([max(1, len(item.grams)) for item in features], dtype=np.float32)
        average = float(lengths.mean()) if len(lengths) else 1.0
        rows: dict[str, list[tuple[int, int]]] = {}
        for row, item in enumerate(features):
            for gram, count in Counter(item.grams).items():
                rows.setdefault(gram, []).append((row, count))
        self.size = len(features)
        self._lists: dict[str, tuple[NDArray[np.int32], NDArray[np.float32]]] = {}
        self.idf: dict[str, float] = {}
        for gram, entries in rows.items():
            idf = float(np.log(1 + (self.size - len(entries) + 0.5) / (len(entries) + 0.5)))
            index = np.array([row for row, _ in entries], dtype=np.int32)
            counts = np.array([count for _, count in entries], dtype=np.float32)
            weight = idf * counts * (K1 + 1) / (counts + K1 * (1 - B + B * lengths[index] / average))
            self._lists[gram] = (index, weight.astype(np.float32))
            self.idf[gram] = idf

    def scores(self, features: Features) -> NDArray[np.float32]:
        """BM25 of every passage, shape (passages,)."""
        out = np.zeros(self.size, dtype=np.float32)
        for gram in features.grams:
            found = self._lists.get(gram)
            if found is not None:
                out[found[0]] += found[1]
        return out

    def known_share(self, features: Features) -> float:
        """Share of the message's syllables that occur in any passage, 0–1."""
        if not features.words:
            return 0.0
        return sum(word in self._lists for word in features.words) / len(features.words)
