"""How the vector index grows: exact scan against graph and inverted lists, at 1,000 to 1,000,000 passages."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from statistics import median, quantiles
from typing import Any

import numpy as np

from bot.knowledge.dictionary import read_abbreviations
from bot.knowledge.read import read_book
from bot.search.dense import make_graph
from bot.search.encoder import StaticEncoder, Vectors
from bot.search.features import features_of
from bot.search.passages import all_passages
from bot.settings import get_settings

SIZES = (1_000, 10_000, 100_000, 1_000_000)
GRAPH_LIMIT = 100_000
"""Above this, building the graph takes longer than a benchmark should."""
ASKED = 200
TOP = 100
CHUNK = 20_000


def made_texts(count: int, seed: int = 5) -> list[str]:
    """`count` passages in the ward's words: halves of two sample questions joined."""
    settings = get_settings()
    book = read_book(settings.knowledge_dir)
    source = [passage.text.split() for passage in all_passages(book, settings.knowledge_dir, settings.nlu_dir)]
    rng = random.Random(seed)
    made = []
    for _ in range(count):
        first, second = rng.choice(source), rng.choice(source)
        made.append(" ".join((*first[: len(first) // 2 + 1], *second[len(second) // 2 :])))
    return made


def growth(told: Callable[[str], object] = lambda line: None, sizes: Sequence[int] = SIZES) -> list[dict[str, Any]]:
    """Search time, build time, size and recall of each kind of index at each size."""
    settings = get_settings()
    abbreviations = read_abbreviations(settings.knowledge_dir)
    encoder = StaticEncoder.load(settings.models_dir / "encoder")

    def encode(texts: Sequence[str]) -> Vectors:
        chunks = [texts[start : start + CHUNK] for start in range(0, len(texts), CHUNK)]
        return np.concatenate([encoder.encode(chunk, [features_of(text, abbreviations) for text in chunk]) for chunk in chunks])

    told(f"{max(sizes):,} texts")
    vectors = encode(made_texts(max(sizes)))
    queries = encode(made_texts(ASKED, seed=6))
    rows = []
    for size in sizes:
        held = vectors[:size]
        wanted: np.ndarray | None = None
        for kind in ("flat", "HNSW", "IVF"):
            if (kind == "HNSW" and size > GRAPH_LIMIT) or (kind == "IVF" and size < 10_000):
                continue
            told(f"{size:,} {kind}")
            began = time.perf_counter()
            index = _index(kind, held)
            build_s = time.perf_counter() - began
            times, found = [], []
            for query in queries:
                began = time.perf_counter()
                found.append(index.search(query[None, :], min(TOP, size))[1][0])
                times.append((time.perf_counter() - began) * 1000)
            wanted = np.array(found) if wanted is None else wanted
            shared = [len({*got.tolist()} & {*exact.tolist()}) / len(exact) for got, exact in zip(found, wanted, strict=True)]
            rows.append({
                "passages": size, "index": kind,
                "p50_ms": round(median(times), 2), "p95_ms": round(quantiles(times, n=20)[-1], 2),
                "recall@100": round(float(np.mean(shared)), 3), "build_s": round(build_s, 1),
                "memory_mb": round(_bytes(index, held) / 1e6),
            })
    return rows


def _index(kind: str, vectors: Vectors) -> Any:
    import faiss

    dimensions = vectors.shape[1]
    if kind == "IVF":
        lists = int(4 * np.sqrt(len(vectors)))
        inverted = faiss.IndexIVFFlat(faiss.IndexFlatIP(dimensions), dimensions, lists, faiss.METRIC_INNER_PRODUCT)
        inverted.nprobe = max(8, lists // 32)
        inverted.train(vectors[:: max(1, len(vectors) // (lists * 40))])
        inverted.add(vectors)
        return inverted
    index = faiss.IndexFlatIP(dimensions) if kind == "flat" else make_graph(dimensions)
    index.add(vectors)
    return index


def _bytes(index: Any, vectors: Vectors) -> int:
    """Size of the index; of the largest only that of its vectors, as writing it out would double the memory."""
    import faiss

    return len(faiss.serialize_index(index)) if len(vectors) <= GRAPH_LIMIT else vectors.nbytes
