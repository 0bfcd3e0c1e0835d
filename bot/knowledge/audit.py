"""What is no error but needs the staff: unknown, unconfirmed and stale facts, loose ends, coverage by field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bot import clock
from bot.knowledge.catalogue import coverage_lines, read_catalogue
from bot.knowledge.dictionary import read_sign_groups, read_vague
from bot.knowledge.read import Book
from bot.knowledge.types import Depth, Procedure, Ward

STALE_DAYS = 180
FEW_QUESTIONS = 15

_WARD_FIELDS = {
    "địa chỉ": "address", "điện thoại": "phone", "thư điện tử": "email", "trang web": "website",
    "giờ làm việc": "hours", "lịch tiếp công dân": "reception",
}


def audit(book: Book, root: Path) -> Iterator[str]:
    """Lines for the staff, in Vietnamese, grouped by kind."""
    today = clock.today()
    if book.ward:
        yield from _section("Đơn vị chưa công bố", (f"don-vi.yml: {name}" for name in _unknown_of_ward(book.ward)))
    procedures = list(book.procedures.values())
    yield from _section("Chưa rõ", (f"{item.stem}: {name}" for item in procedures for name in _unknown(item)))
    yield from _section("Tỉnh quy định, chưa có mức", (
        f"{item.stem}: lệ phí" for item in procedures if any(fee.provincial for fee in item.fees)))
    yield from _section("Cần xác nhận", (
        f"{item.stem} ({doubt.field}): {doubt.text}" for item in procedures if item.depth is Depth.FULL for doubt in item.doubts))
    yield from _section("Quá hạn kiểm tra", (
        f"{item.stem}: kiểm tra lần cuối {item.checked_on}" for item in procedures
        if (today - item.checked_on).days > STALE_DAYS))
    yield from _section("Liên quan trỏ tới tệp không có", (
        f"{item.stem}: {name}" for item in procedures for name in item.related if name not in book.procedures))
    yield from _section("Bản riêng trỏ tới thủ tục hoặc nhóm từ không có", _lost_variants(book, read_sign_groups(root)))
    yield from _section("Câu mơ hồ trỏ tới thủ tục không có", (
        f"{', '.join(group.texts[:1])}: {stem}" for group in read_vague(root) for stem in group.procedures
        if stem not in book.procedures))
    yield from _section("Ít câu hỏi mẫu", (
        f"{item.stem}: {len(item.questions)} câu" for item in procedures
        if item.depth is Depth.FULL and len(item.questions) < FEW_QUESTIONS))
    yield from _section("Nhãn nút trùng nhau", (
        f"“{label}”" for label, count in Counter(item.button for item in procedures).items() if count > 1))
    yield from _section("Độ phủ danh mục", coverage_lines(book, read_catalogue(root)))
    full = Counter(item.field for item in procedures if item.depth is Depth.FULL)
    every = Counter(item.field for item in procedures)
    yield from _section("Độ phủ theo lĩnh vực (đầy đủ/tất cả)", (
        f"{field}: {full[field]}/{count}" for field, count in sorted(every.items())))


def _section(title: str, lines: Iterator[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield f"\n== {title} ({len(found)}) =="
        yield from (f"  {line}" for line in found)


def _lost_variants(book: Book, groups: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for stem, procedure in book.procedures.items():
        variant = procedure.variant
        if variant and variant.of and variant.of not in book.procedures:
            yield f"{stem}: thủ tục {variant.of}"
        if variant and variant.signs not in groups:
            yield f"{stem}: nhóm từ “{variant.signs}”"


def _unknown_of_ward(ward: Ward) -> Iterator[str]:
    yield from (name for name, attribute in _WARD_FIELDS.items() if getattr(ward, attribute) is None)


def _unknown(procedure: Procedure) -> Iterator[str]:
    if procedure.code is None:
        yield "mã"
    if procedure.depth is Depth.CATALOGUE:
        return
    if any(not limit.known for limit in procedure.time_limits):
        yield "thời hạn"
    if any(fee.amount is None for fee in procedure.fees):
        yield "lệ phí"
    if procedure.online.available is None:
        yield "trực tuyến"
    if procedure.effective_from is None:
        yield "hiệu lực từ"
    if procedure.owner is None:
        yield "người phụ trách"
