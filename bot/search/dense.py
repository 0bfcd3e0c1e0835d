"""Nearest passages by vector (FAISS); a target scores as the mean of its three nearest passages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.search.encoder import Vectors

if TYPE_CHECKING:
    import faiss

NEAREST = 100
PER_TARGET = 3
FLAT_LIMIT = 10_000
"""Up to this many passages the exact scan takes under half a millisecond; beyond, a graph finds 99 % of the same in less."""
LINKS = 32
REACH = 200
"""The graph's `efSearch`: candidates kept while searching; 128 finds 98.9 %, 200 finds 99.4 % of the exact hundred."""


class Dense:
    """`owners[i]` is the target number of passage i, `vague[i]` whether its text stands for several targets."""

    def __init__(
        self, vectors: Vectors, owners: NDArray[np.int32], targets: int, vague: NDArray[np.bool_] | None = None
    ) -> None:
        import faiss

        self._vague = vague if vague is not None else np.zeros(len(owners), dtype=bool)
        self._owners = owners
        self._targets = targets
        dimensions = vectors.shape[1]
        exact = len(vectors) <= FLAT_LIMIT
        self._index: faiss.Index = faiss.IndexFlatIP(dimensions) if exact else make_graph(dimensions)
        threads = faiss.omp_get_max_threads()
        faiss.omp_set_num_threads(1)  # a graph built by several threads is another one each time
        self._index.add(np.ascontiguousarray(vectors))
        faiss.omp_set_num_threads(threads)

    def scores(self, vector: Vectors) -> NDArray[np.float32]:
        """Mean similarity of each target's three nearest passages, shape (targets,).

        A target with fewer than three among the nearest hundred counts the hundredth's similarity for the rest.
        """
        return self.search(vector)[0]

    def search(self, vector: Vectors) -> tuple[NDArray[np.float32], float]:
        """(scores, vagueness): how much nearer the nearest vague passage is than the nearest of a single target."""
        near = min(NEAREST, self._index.ntotal)
        similarity, rows = self._index.search(vector[None, :], near)
        floor = float(similarity[0, -1])
        sums = np.full(self._targets, floor * PER_TARGET, dtype=np.float32)
        taken = np.zeros(self._targets, dtype=np.int8)
        for value, row in zip(similarity[0].tolist(), rows[0].tolist(), strict=True):
            owner = self._owners[row]
            if row >= 0 and taken[owner] < PER_TARGET:
                taken[owner] += 1
                sums[owner] += value - floor
        kinds = self._vague[rows[0]]
        nearest = [float(similarity[0][kinds == kind].max(initial=floor)) for kind in (True, False)]
        return np.asarray(sums / PER_TARGET, dtype=np.float32), nearest[0] - nearest[1]


def make_graph(dimensions: int) -> faiss.Index:
    """An empty graph index over inner products."""
    import faiss

    graph = faiss.IndexHNSWFlat(dimensions, LINKS, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efSearch = REACH
    return graph
