"""From two scores to one probability: a multinomial logistic model with one weight a scorer, learned on held-out text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FUSION_FILE = "fusion.json"
LEXICAL_FLOOR = 1.0
"""Names alone must count: a procedure added a minute ago has no other way to be found."""


@dataclass(frozen=True)
class Fusion:
    """Weights of the scorers. The defaults come from a run of `motcua train` and serve until the first own run."""

    dense: float = 9.0
    lexical: float = 3.0

    def probabilities(self, dense: NDArray, lexical: NDArray) -> NDArray[np.float32]:
        """Probability of each target, shape (targets,), summing to 1."""
        logits = self.dense * dense + self.lexical * lexical
        logits -= logits.max()
        exp = np.exp(logits)
        return (exp / exp.sum()).astype(np.float32)

    def save(self, folder: Path) -> None:
        (folder / FUSION_FILE).write_text(json.dumps(asdict(self)), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Fusion:
        """The weights saved in `folder`, or the defaults."""
        try:
            return cls(**json.loads((folder / FUSION_FILE).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return cls()


def fit_fusion(rows: Sequence[tuple[NDArray, NDArray]], labels: Sequence[int]) -> Fusion:
    """Weights that make the true targets most likely.

    Args:
        rows: for each held-out text its (dense, lexical) scores over all targets.
        labels: the true target number of each text.
    """
    from scipy.optimize import minimize

    scores = np.stack([np.stack(row) for row in rows]).astype(np.float64)  # (texts, scorers, targets)
    wanted = np.asarray(labels)

    def loss(weights: NDArray) -> tuple[float, NDArray]:
        logits = np.einsum("s,nst->nt", weights, scores)
        logits -= logits.max(axis=1, keepdims=True)
        exp = np.exp(logits)
        probability = exp / exp.sum(axis=1, keepdims=True)
        picked = probability[np.arange(len(wanted)), wanted]
        gradient = np.einsum("nt,nst->s", probability, scores) - scores[np.arange(len(wanted)), :, wanted].sum(axis=0)
        return float(-np.log(picked + 1e-12).sum()), gradient

    start = Fusion()
    bounds = [(0, 60), (LEXICAL_FLOOR, 60)]
    found = minimize(loss, [start.dense, start.lexical], jac=True, bounds=bounds, method="L-BFGS-B")
    return Fusion(*(round(float(value), 3) for value in found.x))
