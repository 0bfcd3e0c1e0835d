"""Training of the static encoder: texts of one target are pulled together, of different targets pushed apart."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.search.encoder import META_FILE
from bot.search.features import FEATURES_VERSION, PAIR_MARK, Features, features_of
from bot.search.passages import Passage
from bot.text.abbreviations import Abbreviations

DIMENSIONS = 256
EPOCHS = 14
BATCH = 256
LEARNING_RATE = 0.02
TEMPERATURE = 0.07
FEATURE_DROP = 0.25
ACCENT_DROP = 0.3
"""Share of readings of a text, in training, that see it without accents: many people type none."""
MIN_PAIR_TEXTS = 2
"""A pair of syllables seen in a single text tells nothing about others."""
LAST_RATE = 0.1
"""Share of the learning rate that is left at the end."""
UNKNOWN = "[UNK]"
SHORT_FORM_SHARE = 0.15
"""Share of texts that get a copy with chat abbreviations, so that the unclear ones ("ks", "tt") are learned in use."""

Progress = Callable[[int, int], None]


def training_fingerprint(passages: Sequence[Passage]) -> str:
    """Changes when the texts, the features or the settings of the training change."""
    shape = (FEATURES_VERSION, DIMENSIONS, EPOCHS, LEARNING_RATE, TEMPERATURE, FEATURE_DROP, ACCENT_DROP)
    digest = hashlib.sha256(repr(shape).encode())
    for passage in sorted(passages, key=lambda item: (item.target, item.text)):
        digest.update(f"\n{passage.target}\t{passage.text}".encode())
    return digest.hexdigest()[:16]


def shorten(text: str, abbreviations: Abbreviations, rng: random.Random) -> str:
    """`text` with one or two phrases replaced by chat abbreviations, unclear ones included."""
    forms: list[tuple[str, str]] = [(meaning, short) for short, meaning in abbreviations.exact.items()]
    forms += [(meaning, short) for short, meanings in abbreviations.ambiguous.items() for meaning in meanings]
    low = text.lower()
    fitting = [(meaning, short) for meaning, short in forms if len(meaning) > 3 and meaning in low]
    for meaning, short in rng.sample(fitting, k=min(2, len(fitting))):
        low = low.replace(meaning, short, 1)
    return low


def train_encoder(
    passages: Sequence[Passage],
    abbreviations: Abbreviations,
    folder: Path,
    progress: Progress = lambda done, total: None,
    seed: int = 20261124,
) -> None:
    """Train and save a sentence-transformers StaticEmbedding into `folder`, replacing it when complete.

    The loss is InfoNCE in both directions over a batch of (text, other text of the same target); other pairs of the
    same target in the batch are masked. Features are dropped at random, so that no single word decides.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit

    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    chooser = random.Random(seed)
    texts = [(passage.target, passage.text) for passage in passages]
    texts += [
        (target, shorten(text, abbreviations, chooser)) for target, text in texts if chooser.random() < SHORT_FORM_SHARE
    ]
    features = [features_of(text, abbreviations) for _, text in texts]
    vocabulary = _vocabulary(features)
    plain = [_ids(item.grams, vocabulary) for item in features]
    accented = [_ids(item.accented_grams, vocabulary) for item in features]
    targets = {target: index for index, target in enumerate(dict.fromkeys(target for target, _ in texts))}
    labels = np.array([targets[target] for target, _ in texts])
    unknown = np.zeros(1, dtype=np.int64)
    members = [np.flatnonzero(labels == label) for label in range(len(targets))]

    bag = torch.nn.EmbeddingBag(len(vocabulary), DIMENSIONS, mode="mean", sparse=True)
    torch.nn.init.normal_(bag.weight, 0, 0.1)
    optimizer = torch.optim.SparseAdam(bag.parameters(), lr=LEARNING_RATE)
    steps = EPOCHS * -(-len(texts) // BATCH)
    decay = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, LAST_RATE, steps)

    def encode(rows: Sequence[int] | NDArray[np.int64]) -> torch.Tensor:
        flat: list[np.ndarray] = []
        offsets = [0]
        for row in rows:
            kept = plain[row]
            if rng.random() >= ACCENT_DROP:
                kept = np.concatenate([kept, accented[row]])
            if len(kept) > 3:
                chosen = rng.random(len(kept)) >= FEATURE_DROP
                kept = kept[chosen] if chosen.any() else kept
            kept = kept if len(kept) else unknown
            flat.append(kept)
            offsets.append(offsets[-1] + len(kept))
        vectors = bag(torch.from_numpy(np.concatenate(flat)), torch.tensor(offsets[:-1]))
        return torch.nn.functional.normalize(vectors, dim=1)

    for epoch in range(EPOCHS):
        order = rng.permutation(len(texts))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            partners = [rng.choice(members[labels[row]]) for row in rows]
            similarity = encode(rows) @ encode(partners).T / TEMPERATURE
            label = torch.from_numpy(labels[rows])
            same = (label[:, None] == label[None]) & ~torch.eye(len(rows), dtype=torch.bool)
            similarity = similarity.masked_fill(same, -1e4)
            wanted = torch.arange(len(rows))
            loss = torch.nn.functional.cross_entropy(similarity, wanted)
            loss = loss + torch.nn.functional.cross_entropy(similarity.T, wanted)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            decay.step()
        progress(epoch + 1, EPOCHS)

    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    weights = bag.weight.detach()
    weights[0] = 0
    module = StaticEmbedding(tokenizer, embedding_weights=weights.numpy())
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    SentenceTransformer(modules=[module], device="cpu").save(str(fresh))
    meta = {"features_version": FEATURES_VERSION, "fingerprint": training_fingerprint(passages), "dimensions": DIMENSIONS}
    (fresh / META_FILE).write_text(json.dumps(meta), "utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def _vocabulary(features: Sequence[Features]) -> dict[str, int]:
    """Gram → row of the table; row 0 is for texts without a known gram."""
    texts = Counter(gram for item in features for gram in {*item.grams, *item.accented_grams})
    kept = (gram for gram, count in texts.items() if count >= MIN_PAIR_TEXTS or PAIR_MARK not in gram)
    return {UNKNOWN: 0, **{gram: row for row, gram in enumerate(sorted(kept), 1)}}


def _ids(grams: Sequence[str], vocabulary: dict[str, int]) -> NDArray[np.int64]:
    return np.array([vocabulary[gram] for gram in grams if gram in vocabulary], dtype=np.int64)


def trained_fingerprint(folder: Path) -> str | None:
    """Fingerprint of the texts the encoder in `folder` was trained on, None when there is no encoder."""
    try:
        return str(json.loads((folder / META_FILE).read_text("utf-8"))["fingerprint"])
    except (OSError, ValueError, KeyError):
        return None


__all__ = ["Features", "train_encoder", "trained_fingerprint", "training_fingerprint"]
