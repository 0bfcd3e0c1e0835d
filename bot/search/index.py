"""The search index: built from passages in seconds, or loaded when nothing it depends on has changed."""

from __future__ import annotations

import hashlib
import pickle
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.search.dense import Dense
from bot.search.encoder import Encoder
from bot.search.features import FEATURES_VERSION, Features, features_of
from bot.search.fuse import Fusion
from bot.search.lexical import Lexical
from bot.search.linear import Linear
from bot.search.passages import Passage, is_procedure
from bot.text.abbreviations import Abbreviations

INDEX_VERSION = 3
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

    @property
    def procedures(self) -> tuple[Hit, ...]:
        return tuple(hit for hit in self.hits if is_procedure(hit.target))

    def probability(self, target: str) -> float:
        return next((hit.probability for hit in self.hits if hit.target == target), 0.0)


class Index:
    """All scorers over one set of passages."""

    def __init__(
        self, passages: Sequence[Passage], encoder: Encoder, abbreviations: Abbreviations, fusion: Fusion,
        linear: Linear | None = None,
    ) -> None:
        self.targets = tuple(dict.fromkeys(passage.target for passage in passages))
        numbers = {target: number for number, target in enumerate(self.targets)}
        self._owners = np.array([numbers[passage.target] for passage in passages], dtype=np.int32)
        self._abbreviations = abbreviations
        self._encoder = encoder
        self.fusion = fusion
        features = [features_of(passage.text, abbreviations) for passage in passages]
        texts = [passage.text for passage in passages]
        self._lexical = Lexical(features)
        self._dense = Dense(encoder.encode(texts, features), self._owners, len(self.targets))
        self.linear = linear or Linear.fit(features, self._owners.tolist(), len(self.targets))
        self._recent: OrderedDict[tuple[str, int], Found] = OrderedDict()
        order = np.argsort(self._owners, kind="stable")
        self._sorted = order
        self._starts = np.searchsorted(self._owners[order], np.arange(len(self.targets)))

    def scores(self, text: str, features: Features) -> tuple[NDArray, NDArray, NDArray]:
        """(dense, linear, lexical) over all targets; lexical as a share of the best a text could reach."""
        dense = self._dense.scores(self._encoder.encode([text], [features])[0])
        linear = self.linear.scores(features)
        best = np.maximum.reduceat(self._lexical.scores(features)[self._sorted], self._starts)
        reachable = sum(self._lexical.idf.get(gram, 0.0) for gram in features.grams) or 1.0
        return dense, linear, best / reachable

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
        dense, linear, lexical = self.scores(text, features)
        known = self._lexical.known_share(features)
        if known == 0 and linear.max() < 0:
            return Found((), 0.0, -1.0)  # no word of it was ever seen: whatever comes first comes by chance
        probabilities = self.fusion.probabilities(dense, linear, lexical)
        limit = min(limit, len(probabilities))
        top = np.argpartition(-probabilities, limit - 1)[:limit]
        top = top[np.argsort(-probabilities[top])]
        hits = tuple(Hit(self.targets[number], float(probabilities[number])) for number in top)
        return Found(hits, known, float(dense[top[0]]))


def build_or_load(
    passages: Sequence[Passage], encoder: Encoder, abbreviations: Abbreviations, fusion: Fusion, cache_dir: Path
) -> Index:
    """An index of `passages`; its slow part (the linear classifier, some seconds) is kept in `cache_dir`."""
    digest = hashlib.sha256(repr((INDEX_VERSION, FEATURES_VERSION, sorted(abbreviations.exact.items()))).encode())
    for passage in passages:
        digest.update(f"\n{passage.target}\t{passage.text}".encode())
    path = cache_dir / f"linear-{digest.hexdigest()[:16]}.pickle"
    linear = _load(path)
    index = Index(passages, encoder, abbreviations, fusion, linear)
    if linear is None:
        _save(path, index.linear)
    return index


def _load(path: Path) -> Linear | None:
    try:
        with path.open("rb") as file:
            loaded = pickle.load(file)  # written by _save below, in our own var folder
        return loaded if isinstance(loaded, Linear) else None
    except Exception:  # whatever is wrong with the file, it can be made anew
        return None


def _save(path: Path, linear: Linear) -> None:
    """A full disk must not stop the bot: without the cache it only starts some seconds later."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.glob("linear-*.pickle"):
            old.unlink(missing_ok=True)
        fresh = path.with_suffix(".new")
        with fresh.open("wb") as file:
            pickle.dump(linear, file, protocol=5)
        fresh.replace(path)
    except OSError:
        return
