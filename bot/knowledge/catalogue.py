"""The official list of procedures that matter to a ward, and how much of it the files cover."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.read import Book
from bot.knowledge.types import Depth, Procedure
from bot.text.fold import fold

CATALOGUE_FILE = "danh-muc.csv"
COLUMNS = ("mã", "tên", "lĩnh vực", "bậc")
ENOUGH_QUESTIONS = {"1": 15, "2": 6}
"""Sample questions that a procedure of each tier should have."""
_LEAD = re.compile(r"^thu tuc ")


@dataclass(frozen=True)
class Entry:
    """One row of the list. `tier` is "1" for what people often need, "2" for the rest."""

    code: str
    name: str
    field: str
    tier: str


def read_catalogue(knowledge_dir: Path) -> Sequence[Entry]:
    """Rows of the list; empty when there is none that can be read."""
    try:
        with (knowledge_dir / CATALOGUE_FILE).open(encoding="utf-8-sig", newline="") as file:
            return [Entry(*((row[name] or "").strip() for name in COLUMNS)) for row in csv.DictReader(file)]
    except (OSError, UnicodeDecodeError, KeyError, csv.Error):
        return []


def coverage_lines(book: Book, entries: Sequence[Entry]) -> Iterator[str]:
    """For each tier how many rows have a file, enough sample questions, and everything written; then what is missing."""
    by_name = {_key(item.name): item for item in book.procedures.values()}
    found = {entry: (book.by_id(entry.code) if entry.code else None) or by_name.get(_key(entry.name)) for entry in entries}
    for tier, least in ENOUGH_QUESTIONS.items():
        rows = [entry for entry in entries if entry.tier == tier]
        files: list[Procedure] = [item for entry in rows if (item := found[entry]) is not None]
        asked = sum(len(item.questions) >= least for item in files)
        full = sum(item.depth is Depth.FULL for item in files)
        if rows:
            yield f"bậc {tier}: {len(files)}/{len(rows)} có tệp, {asked} có từ {least} câu hỏi mẫu, {full} đầy đủ"
    yield from (f"chưa có tệp: {entry.code or '(không mã)'} {entry.name}" for entry in entries if found[entry] is None)


def _key(name: str) -> str:
    return _LEAD.sub("", " ".join(re.findall(r"\w+", fold(name))))
