"""The search index: built from passages in a few seconds, so that an edit needs no training."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.search.dense import Dense
from bot.search.encoder import Encoder
from bot.search.features import Features, features_of
from bot.search.fuse import Fusion
from bot.search.lexical import Lexical
from bot.search.passages import Passage, is_procedure
from bot.text.abbreviations import Abbreviations

RECENT = 256


@dataclass(frozen=True)
class Hit:
    target: str
    probability: float


@dataclass(frozen=True)
class Found:
    """Result of a search: all targets by falling probability, and how familiar the words are."""

    hits: tuple[Hit, ...]
    known_share: float
    similarity: float
    """Mean similarity of the best target's three nearest passages, −1…1."""
    vagueness: float = 0.0
    """How much nearer the nearest saying that fits several targets is than the nearest that fits one."""
    length: int = 0
    """Syllables of the message."""

    @property
    def procedures(self) -> tuple[Hit, ...]:
        return tuple(hit for hit in self.hits if is_procedure(hit.target))

    def probability(self, target: str) -> float:
        return next((hit.probability for hit in self.hits if hit.target == target), 0.0)


class Index:
    """All scorers over one set of passages."""

    def __init__(
        self, passages: Sequence[Passage], encoder: Encoder, abbreviations: Abbreviations, fusion: Fusion
    ) -> None:
        self.targets = tuple(dict.fromkeys(passage.target for passage in passages))
        numbers = {target: number for number, target in enumerate(self.targets)}
        passages = sorted(passages, key=lambda passage: numbers[passage.target])  # each target's stand together
        self._owners = np.array([numbers[passage.target] for passage in passages], dtype=np.int32)
        self._abbreviations = abbreviations
        self._encoder = encoder
        self.fusion = fusion
        features = [features_of(passage.text, abbreviations) for passage in passages]
        texts = [passage.text for passage in passages]
        self._lexical = Lexical(features)
        vague = np.array([passage.vague for passage in passages], dtype=bool)
        self._dense = Dense(encoder.encode(texts, features), self._owners, len(self.targets), vague)
        self._recent: OrderedDict[tuple[str, int], Found] = OrderedDict()
        self._starts = np.searchsorted(self._owners, np.arange(len(self.targets)))

    def scores(self, text: str, features: Features) -> tuple[NDArray, NDArray, float]:
        """(dense, lexical, vagueness): the first two over all targets, lexical as a share of the best a text could reach."""
        dense, vagueness = self._dense.search(self._encoder.encode([text], [features])[0])
        best = np.maximum.reduceat(self._lexical.scores(features), self._starts)
        reachable = sum(self._lexical.idf.get(gram, 0.0) for gram in features.grams) or 1.0
        return dense, best / reachable, vagueness

    def search(self, text: str, limit: int = 12) -> Found:
        """The most likely targets of `text`. The newest results are kept: one turn asks for the same text more than once."""
        key = (text, limit)
        found = self._recent.get(key)
        if found is None:
            found = self._recent[key] = self._search(text, limit)
            if len(self._recent) > RECENT:
                self._recent.popitem(last=False)
        return found

    def _search(self, text: str, limit: int) -> Found:
        features = features_of(text, self._abbreviations)
        if not features.words:
            return Found((), 0.0, -1.0)
        dense, lexical, vagueness = self.scores(text, features)
        known = self._lexical.known_share(features)
        if known == 0:
            return Found((), 0.0, -1.0)  # no word of it was ever seen: whatever comes first comes by chance
        probabilities = self.fusion.probabilities(dense, lexical)
        limit = min(limit, len(probabilities))
        top = np.argpartition(-probabilities, limit - 1)[:limit]
        top = top[np.argsort(-probabilities[top])]
        hits = tuple(Hit(self.targets[number], float(probabilities[number])) for number in top)
        return Found(hits, known, float(dense[top[0]]), vagueness, len(features.words))

