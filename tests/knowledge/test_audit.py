"""What is no error but needs the staff: unknown, unconfirmed and stale facts, loose ends."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot import clock
from bot.knowledge.audit import audit
from bot.knowledge.read import read_book

from .conftest import BIRTH, DEATH, OTHER, PROCEDURE, put


@pytest.fixture
def lines(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Audit of the folder on a fixed day, with the procedure's file changed first."""
    monkeypatch.setattr(clock, "today", lambda: date(2026, 12, 1))

    def read(text: str = PROCEDURE) -> list[str]:
        put(folder, BIRTH, text)
        book = read_book(folder)
        assert book.problems == ()
        return list(audit(book, folder))

    return read


def section(lines: list[str], title: str) -> list[str]:
    start = next((number for number, line in enumerate(lines) if title in line and line.lstrip().startswith("==")), None)
    if start is None:
        return []
    rest = lines[start + 1 :]
    end = next((number for number, line in enumerate(rest) if line.lstrip().startswith("==")), len(rest))
    return [line.strip() for line in rest[:end]]


def test_what_the_ward_has_not_published(lines) -> None:
    found = section(lines(), "chưa công bố")
    assert any("địa chỉ" in line for line in found)
    assert any("điện thoại" in line for line in found)


def test_unknown_facts_of_a_procedure(lines) -> None:
    found = section(lines(PROCEDURE.replace("số: 3", "số: chưa rõ").replace("8000", "chưa rõ")), "Chưa rõ")
    assert "khai-sinh: thời hạn" in found
    assert "khai-sinh: lệ phí" in found
    assert "khai-tu: thời hạn" not in found
    assert "khai-tu: lệ phí" not in found


def test_what_is_known_is_not_listed(lines) -> None:
    known = PROCEDURE + "trực tuyến:\n  có: không\nhiệu lực từ: 2026-01-01\nngười phụ trách: Cán bộ tư pháp\n"
    assert not [line for line in section(lines(known), "Chưa rõ") if line.startswith("khai-sinh:")]


def test_a_same_day_limit_is_known(lines) -> None:
    text = PROCEDURE.replace("  - số: 3\n    đơn vị: ngày làm việc", "  - đơn vị: trong ngày")
    assert "khai-sinh: thời hạn" not in section(lines(text), "Chưa rõ")


def test_what_the_province_sets(lines) -> None:
    assert section(lines(PROCEDURE.replace("8000", "tỉnh quy định")), "Tỉnh quy định") == ["khai-sinh: lệ phí"]
    assert section(lines(), "Tỉnh quy định") == []


def test_doubts_are_listed_with_their_field(lines) -> None:
    doubt = PROCEDURE + "cần xác nhận:\n  - mục: lệ phí\n    nội dung: Cổng ghi khác với nghị quyết\n"
    assert section(lines(doubt), "Cần xác nhận") == ["khai-sinh (lệ phí): Cổng ghi khác với nghị quyết"]


def test_related_files_that_do_not_exist(lines) -> None:
    related = PROCEDURE + "liên quan: [khai-tu, nuoi-con-nuoi]\n"
    found = section(lines(related), "Liên quan")
    assert len(found) == 1
    assert "khai-sinh" in found[0] and "nuoi-con-nuoi" in found[0]


def test_facts_checked_long_ago(lines, folder: Path) -> None:
    assert section(lines(), "Quá hạn kiểm tra") == []
    found = section(lines(PROCEDURE.replace("2026-11-24", "2026-01-02")), "Quá hạn kiểm tra")
    assert len(found) == 1
    assert "khai-sinh" in found[0]


def test_few_questions_and_equal_buttons(lines, folder: Path) -> None:
    put(folder, DEATH, OTHER.replace("nhãn nút: Khai sinh", "nhãn nút: Khai tử"))
    found = lines()
    assert any(line.startswith("khai-sinh:") for line in section(found, "Ít câu hỏi"))
    assert section(found, "Nhãn nút") == []
    put(folder, DEATH, OTHER)
    assert section(lines(), "Nhãn nút") == ["“Khai sinh”"]


def test_coverage_by_field(lines, folder: Path) -> None:
    put(folder, DEATH, OTHER.replace("đầy đủ", "danh mục"))
    assert section(lines(), "Độ phủ") == ["Hộ tịch: 1/2"]


def test_a_folder_without_ward_can_be_audited(folder: Path) -> None:
    (folder / "don-vi.yml").unlink()
    assert list(audit(read_book(folder), folder))


def test_a_special_version_of_nothing_is_named(tmp_path) -> None:
    folder = tmp_path / "knowledge"
    shutil.copytree(Path(__file__).parents[2] / "knowledge", folder)
    path = folder / "thu-tuc" / "ho-tich" / "ket-hon-yeu-to-nuoc-ngoai.yml"
    path.write_text(path.read_text("utf-8").replace("thủ tục: dang-ky-ket-hon", "thủ tục: khong-co")
                    .replace("khi nói: nước ngoài", "khi nói: sao hỏa"), "utf-8")
    told = "\n".join(audit(read_book(folder), folder))
    assert "ket-hon-yeu-to-nuoc-ngoai: thủ tục khong-co" in told
    assert "ket-hon-yeu-to-nuoc-ngoai: nhóm từ “sao hỏa”" in told
