"""Learning the weights of the scorers and of the gate on texts that the encoder has not seen."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.search.encoder import StaticEncoder
from bot.search.features import features_of
from bot.search.fuse import Fusion, fit_fusion
from bot.search.gate import KINDS, Gate, fit_gate
from bot.search.index import Index
from bot.search.passages import ACT_PREFIX, OUTSIDE, Passage
from bot.search.training import Progress, train_encoder
from bot.text.abbreviations import Abbreviations

HELD_OUT_SHARE = 0.2
HELD_OUT_LIMIT = 4000


def calibrate(
    passages: Sequence[Passage], abbreviations: Abbreviations, progress: Progress = lambda done, total: None,
    seed: int = 7,
) -> tuple[Fusion, Gate | None]:
    """Train on four fifths of the texts; fit the weights of the scorers, then the gate, on the rest.

    The gate is None when the texts hold no example of some kind of message.
    """
    kept, held = _split(passages, random.Random(seed))
    with TemporaryDirectory() as folder:
        train_encoder(kept, abbreviations, Path(folder) / "encoder", progress, seed=seed)
        encoder = StaticEncoder.load(Path(folder) / "encoder")
    index = Index(kept, encoder, abbreviations, Fusion())
    numbers = {target: number for number, target in enumerate(index.targets)}
    single = [passage for passage in held if not passage.vague]
    rows = [index.scores(passage.text, features_of(passage.text, abbreviations))[:2] for passage in single]
    fusion = fit_fusion(rows, [numbers[passage.target] for passage in single])
    index.fusion = fusion
    told = {passage.text: _kind(passage) for passage in held if _kind(passage) is not None}
    kinds = [kind for kind in told.values() if kind is not None]
    gate = fit_gate([index.search(text) for text in told], kinds) if len(set(kinds)) == len(KINDS) else None
    return fusion, gate


def _split(passages: Sequence[Passage], rng: random.Random) -> tuple[list[Passage], list[Passage]]:
    """(kept, held out); a target keeps at least one text, a text that stands for several is held out for all."""
    shuffled = list(passages)
    rng.shuffle(shuffled)
    vague = {text for text in dict.fromkeys(item.text for item in shuffled if item.vague) if rng.random() < HELD_OUT_SHARE}
    seen: set[str] = set()
    kept: list[Passage] = []
    held: list[Passage] = []
    for passage in shuffled:
        if passage.vague:
            (held if passage.text in vague else kept).append(passage)
        elif passage.target in seen and rng.random() < HELD_OUT_SHARE and len(held) < HELD_OUT_LIMIT:
            held.append(passage)
        else:
            seen.add(passage.target)
            kept.append(passage)
    return kept, held


def _kind(passage: Passage) -> int | None:
    """Number of the kind of message in KINDS; None for talk, which has its own way."""
    if passage.vague:
        return KINDS.index("vague")
    if passage.target == OUTSIDE:
        return KINDS.index("outside")
    return None if passage.target.startswith(ACT_PREFIX) else KINDS.index("specific")
