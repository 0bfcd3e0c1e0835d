"""A calibrated choice: does a message mean one thing, several things alike, or nothing that is known?

A multinomial logistic regression over what the search found, fitted on texts that the encoder has not seen.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.search.passages import ACT_PREFIX, OUTSIDE

if TYPE_CHECKING:
    from bot.search.index import Found

GATE_FILE = "gate.json"
KINDS = ("specific", "vague", "outside")
SHARES = (0.78, 0.11, 0.11)
"""How often each kind comes from citizens; the sample texts hold other shares."""
_LEAST = 1e-4
_STRENGTH = 1.0


@dataclass(frozen=True)
class Reading:
    """Probabilities that a message is specific, vague (fits several) or outside of what is known; their sum is 1."""

    specific: float
    vague: float
    outside: float


def features(found: Found) -> list[float]:
    """What the choice is made from: how likely the first three are, how near, how vague, how long."""
    likely = sorted((hit.probability for hit in found.hits if hit.target != OUTSIDE), reverse=True)
    first, second, third = (math.log(max(value, _LEAST)) for value in (*likely, 0.0, 0.0, 0.0)[:3])
    outside = found.probability(OUTSIDE)
    acts = sum(hit.probability for hit in found.hits if hit.target.startswith(ACT_PREFIX)) - outside
    return [
        first, first - second, first - third, found.similarity, math.log(max(outside, _LEAST)), acts, math.log1p(found.length),
        found.known_share, found.vagueness, found.vagueness * (first - second), found.similarity * first,
    ]


@dataclass(frozen=True)
class Gate:
    """`weights` is (kinds, features + 1), the last column the bias; features are standardised by `mean` and `scale`."""

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: NDArray[np.float64]

    def read(self, found: Found) -> Reading:
        """What kind of message `found` is the result of."""
        if not found.hits:
            return Reading(0.0, 0.0, 1.0)
        row = np.append((np.array(features(found)) - self.mean) / self.scale, 1.0)
        scores = self.weights @ row
        exp = np.exp(scores - scores.max())
        return Reading(*(float(value) for value in exp / exp.sum()))

    def save(self, folder: Path) -> None:
        values = {"mean": self.mean.tolist(), "scale": self.scale.tolist(), "weights": self.weights.tolist()}
        (folder / GATE_FILE).write_text(json.dumps(values), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Gate | None:
        """The gate saved in `folder`; None when there is none that can be read."""
        try:
            values = json.loads((folder / GATE_FILE).read_text("utf-8"))
            return cls(*(np.array(values[name], dtype=np.float64) for name in ("mean", "scale", "weights")))
        except (OSError, ValueError, TypeError, KeyError):
            return None


def fit_gate(found: Sequence[Found], kinds: Sequence[int]) -> Gate:
    """Fit on search results of held-out texts.

    Args:
        found: at least one result of each kind.
        kinds: for each the number of its kind in KINDS.
    """
    from sklearn.linear_model import LogisticRegression

    rows = np.array([features(item) for item in found])
    labels = np.asarray(kinds)
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    counts = np.bincount(labels, minlength=len(KINDS))
    weight = np.array(SHARES)[labels] * len(labels) / counts[labels]
    model = LogisticRegression(C=_STRENGTH, max_iter=2000).fit((rows - mean) / scale, labels, sample_weight=weight)
    return Gate(mean, scale, np.hstack([model.coef_, model.intercept_[:, None]]))
