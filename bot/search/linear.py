"""A linear classifier from text to target on syllables, pairs and letter pieces: forgives typing errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.search.features import Features

C = 1.0


@dataclass(frozen=True)
class Linear:
    """One-versus-rest linear SVM. `weights` is (features, targets), `bias` (targets,)."""

    vocabulary: dict[str, int]
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    @classmethod
    def fit(cls, features: Sequence[Features], labels: Sequence[int], targets: int) -> Linear:
        """Fit on texts with labels 0…targets−1 (each at least once)."""
        from scipy.sparse import csr_matrix
        from sklearn.svm import LinearSVC

        vocabulary: dict[str, int] = {}
        rows: list[int] = []
        columns: list[int] = []
        for row, item in enumerate(features):
            for gram in dict.fromkeys((*item.grams, *item.pieces)):
                columns.append(vocabulary.setdefault(gram, len(vocabulary)))
                rows.append(row)
        data = np.ones(len(rows), dtype=np.float32)
        matrix = csr_matrix((data, (rows, columns)), shape=(len(features), len(vocabulary)))
        found = np.bincount(columns, minlength=len(vocabulary))
        idf = (np.log((1 + len(features)) / (1 + found)) + 1).astype(np.float32)
        matrix = matrix.multiply(idf).tocsr()
        norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
        matrix = matrix.multiply(1 / np.maximum(norms, 1e-9)[:, None]).tocsr()
        model = LinearSVC(C=C, random_state=0).fit(matrix, np.asarray(labels))
        weights = np.zeros((len(vocabulary), targets), dtype=np.float32)
        bias = np.full(targets, -10, dtype=np.float32)
        weights[:, model.classes_] = model.coef_.T
        bias[model.classes_] = model.intercept_
        return cls(vocabulary, idf, weights, bias)

    def scores(self, features: Features) -> NDArray[np.float32]:
        """Decision values, shape (targets,). About −1 means "not this", +1 "this"."""
        get = self.vocabulary.get
        ids = [index for gram in dict.fromkeys((*features.grams, *features.pieces)) if (index := get(gram)) is not None]
        if not ids:
            return self.bias
        value = self.idf[ids]
        value = value / (np.linalg.norm(value) + 1e-9)
        return np.asarray(value @ self.weights[ids] + self.bias)
