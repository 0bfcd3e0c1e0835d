"""A peer to compare with: BM25 of the `bm25s` package on the full text of the same records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.knowledge.read import Book
from bot.knowledge.types import Procedure
from bot.text.fold import tokens


def record_text(procedure: Procedure) -> str:
    """All that a reader of the record would see, without our sample questions."""
    parts = [procedure.name, *procedure.aliases, procedure.summary or "", *procedure.steps, *procedure.conditions]
    parts += [document.name for document in procedure.documents] + list(procedure.results)
    return "\n".join(parts)


def bm25_ranks(book: Book, asked: Sequence[tuple[str, Sequence[str]]]) -> dict[str, Any] | None:
    """hit@1 and hit@3 of BM25 for (question, right codes); None when the package is not installed."""
    try:
        import bm25s
    except ImportError:
        return None
    procedures = list(book.procedures.values())
    if not procedures or not asked:
        return None
    index = bm25s.BM25()
    index.index([tokens(record_text(procedure)) for procedure in procedures], show_progress=False)
    first = third = 0
    for text, gold in asked:
        found, _ = index.retrieve([tokens(text) or [""]], k=min(3, len(procedures)), show_progress=False)
        codes = [procedures[int(number)].id for number in found[0]]
        first += codes[0] in gold
        third += any(code in gold for code in codes)
    return {"n": len(asked), "hit@1": round(first / len(asked), 3), "hit@3": round(third / len(asked), 3)}
