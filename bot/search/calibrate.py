"""Learning the fusion weights on texts that the encoder has not seen."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.search.encoder import StaticEncoder
from bot.search.features import features_of
from bot.search.fuse import Fusion, fit_fusion
from bot.search.index import Index
from bot.search.passages import Passage
from bot.search.training import Progress, train_encoder
from bot.text.abbreviations import Abbreviations

HELD_OUT_SHARE = 0.2
HELD_OUT_LIMIT = 900


def calibrate(
    passages: Sequence[Passage], abbreviations: Abbreviations, progress: Progress = lambda done, total: None,
    seed: int = 7,
) -> Fusion:
    """Train on four fifths of the passages, fit the weights on the rest."""
    rng = random.Random(seed)
    shuffled = list(passages)
    rng.shuffle(shuffled)
    seen: set[str] = set()
    kept: list[Passage] = []
    held: list[Passage] = []
    for passage in shuffled:
        if passage.target in seen and rng.random() < HELD_OUT_SHARE and len(held) < HELD_OUT_LIMIT:
            held.append(passage)
        else:
            seen.add(passage.target)
            kept.append(passage)
    with TemporaryDirectory() as folder:
        train_encoder(kept, abbreviations, Path(folder) / "encoder", progress, seed=seed)
        encoder = StaticEncoder.load(Path(folder) / "encoder")
    index = Index(kept, encoder, abbreviations, Fusion())
    numbers = {target: number for number, target in enumerate(index.targets)}
    rows = [index.scores(passage.text, features_of(passage.text, abbreviations)) for passage in held]
    return fit_fusion(rows, [numbers[passage.target] for passage in held])
