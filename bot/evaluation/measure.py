"""Figures of a question set: found, first, right side, right class, right facts, how fast; beside plain BM25."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median, quantiles
from typing import Any

from bot.evaluation.peer import bm25_ranks
from bot.evaluation.play import Play
from bot.knowledge.read import Book, read_book
from bot.knowledge.types import Depth
from bot.settings import get_settings
from bot.text.fold import fold, has_accents

Row = dict[str, Any]
TEENCODE = frozenset((
    "k", "ko", "j", "z", "r", "vk", "ck", "ntn", "đc", "dc", "e", "cx", "bn", "bnhieu", "trc", "bh", "dk", "đk", "gks", "hk",
    "mn", "ad", "vs", "lm", "nx", "s",
))


def measure(items: Sequence[Mapping[str, Any]], play: Play, *, plain: bool = False) -> dict[str, Any]:
    """Play every item and compare.

    Args:
        items: `{"id", "turns": [{"text", "behaviour", "gold", "aspects", "topic"?, "must_include"?}], "gold_mode"?}`.
        play: plays one conversation.
        plain: take all accents off before asking.
    """
    book = read_book(get_settings().knowledge_dir)
    rows: list[Row] = []
    for item in items:
        turns = item.get("turns", ())
        said = play([fold(turn["text"]) if plain else turn["text"] for turn in turns])
        for number, (turn, reply) in enumerate(zip(turns, said, strict=True)):
            rows.append(_row(item, number, turn, reply, book))
    return figures(rows, book)


def _row(item: Mapping[str, Any], number: int, turn: Mapping[str, Any], reply: Mapping[str, Any], book: Book) -> Row:
    gold = [_current(code, book) for code in turn.get("gold", ())]
    wanted = turn.get("behaviour", "answer")
    codes = list(reply["codes"])
    needed = item.get("gold_mode") == "all"
    first = set(gold) <= set(codes) if needed else bool(codes) and codes[0] in gold
    return {
        "id": item.get("id"), "turn": number, "text": turn["text"], "wanted": wanted, "gold": gold,
        "outcome": reply["outcome"], "codes": codes, "said": reply["text"],
        "hit1": bool(gold) and first and (reply["outcome"] == "answer" or not _at_ward(codes, book)),
        "hit3": bool(gold) and any(code in gold for code in codes[:3]),
        "aspect": _overlaps(turn.get("aspects", ()), reply["aspects"]), "aspects": list(reply["aspects"]),
        "wanted_aspects": list(turn.get("aspects", ())),
        "facts": all(fact in reply["text"] for fact in turn.get("must_include", ())),
        "has_facts": bool(turn.get("must_include")),
        "topic": turn.get("topic") in (None, reply["topic"]) if wanted == "info" else True,
        "latency_ms": reply["latency_ms"], "style": item.get("style") or style_of(turn["text"]),
        "field": _field(gold, book), "full": _full(gold, book),
    }


def _current(code: str, book: Book) -> str:
    procedure = book.by_id(code)
    return procedure.id if procedure else code


def _overlaps(wanted: Sequence[str], said: Sequence[str]) -> bool:
    return not wanted or bool(set(wanted) & set(said))


def _at_ward(codes: Sequence[str], book: Book) -> bool:
    """Whether the ward decides it; who asks for another's procedure is served when told whose it is and where."""
    found = book.by_id(codes[0]) if codes else None
    return found is None or found.at_ward


def _field(gold: Sequence[str], book: Book) -> str:
    found = book.by_id(gold[0]) if gold else None
    return found.field if found else ""


def _full(gold: Sequence[str], book: Book) -> bool:
    return any((found := book.by_id(code)) is not None and found.depth is Depth.FULL for code in gold)


def style_of(text: str) -> str:
    """"teencode", "no diacritics" or "plain"."""
    if set(text.lower().replace(",", " ").replace("?", " ").split()) & TEENCODE:
        return "teencode"
    return "plain" if has_accents(text) else "no diacritics"


def figures(rows: Sequence[Row], book: Book) -> dict[str, Any]:
    """All figures of played rows."""
    answerable = [row for row in rows if row["wanted"] == "answer" and row["gold"]]
    known = [row for row in answerable if any(book.by_id(code) for code in row["gold"])]
    full = [row for row in known if row["full"]]
    firsts = [row for row in known if row["turn"] == 0]
    times = sorted(row["latency_ms"] for row in rows) or [0.0]
    ranks = bm25_ranks(book, [(row["text"], row["gold"]) for row in firsts])
    return {
        "turns": len(rows),
        "answerable": _quality(known), "answerable, written in full": _quality(full),
        "follow-ups": _quality([row for row in known if row["turn"] > 0]),
        "clarify": _class(rows, "clarify"), "out_of_scope": _class(rows, "out_of_scope"),
        "answered though out of scope": sum(row["wanted"] == "out_of_scope" and row["outcome"] == "answer" for row in rows),
        "facts included": _share([row["facts"] for row in rows if row["has_facts"]]),
        "info topics": _share([row["topic"] and row["outcome"] == "info" for row in rows if row["wanted"] == "info"]),
        "latency_ms": {"p50": round(median(times), 1), "p95": round(quantiles([*times, times[-1]], n=20)[-1], 1)},
        "by style": {name: _quality(group) for name, group in _groups(known, "style").items()},
        "by field": {name: _quality(group) for name, group in _groups(known, "field").items()},
        "bm25s, first turns": ranks,
        "ours, first turns": _quality(firsts),
        "failures": [
            {key: row[key] for key in ("id", "turn", "text", "wanted", "gold", "outcome", "codes", "aspects", "wanted_aspects")}
            for row in rows if _failed(row)
        ],
    }


def _failed(row: Row) -> bool:
    if row["wanted"] == "answer":
        return bool(row["gold"]) and not (row["hit1"] and row["aspect"])
    return row["outcome"] != row["wanted"] or not row["facts"] or not row["topic"]


def _share(flags: Sequence[bool]) -> float | None:
    return round(sum(flags) / len(flags), 3) if flags else None


def _quality(rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "n": len(rows), "hit@1": _share([row["hit1"] for row in rows]), "hit@3": _share([row["hit3"] for row in rows]),
        "aspect": _share([row["aspect"] for row in rows if row["hit1"]]),
    }


def _class(rows: Sequence[Row], name: str) -> dict[str, Any]:
    wanted = sum(row["wanted"] == name for row in rows)
    said = sum(row["outcome"] == name and not row["hit1"] for row in rows)
    right = sum(row["wanted"] == name == row["outcome"] for row in rows)
    return {"wanted": wanted, "said": said, "precision": round(right / said, 3) if said else None,
            "recall": round(right / wanted, 3) if wanted else None,
            "F1": round(2 * right / (said + wanted), 3) if said + wanted else None}


def _groups(rows: Sequence[Row], key: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return dict(sorted(groups.items()))


def print_figures(found: Mapping[str, Any], *, failures: bool) -> None:
    """The figures as tables for a person."""
    from rich.console import Console
    from rich.table import Table

    console = Console(width=110)
    table = Table("", "n", "hit@1", "hit@3", "aspect")
    groups = [(name, found[name]) for name in ("answerable", "answerable, written in full", "follow-ups", "ours, first turns")]
    groups.append(("bm25s, first turns", found["bm25s, first turns"] or {}))
    groups += [(f"style: {name}", group) for name, group in found["by style"].items()]
    groups += [(f"field: {name}", group) for name, group in found["by field"].items()]
    for name, group in groups:
        table.add_row(name, *(str(group.get(key, "–")) for key in ("n", "hit@1", "hit@3", "aspect")))
    console.print(table)
    for name in ("clarify", "out_of_scope", "answered though out of scope", "facts included", "info topics", "latency_ms"):
        console.print(f"{name}: {found[name]}")
    for row in found["failures"] if failures else ():
        console.print(row, soft_wrap=True)
