"""How much of the official list the files cover."""

from __future__ import annotations

from pathlib import Path

from bot.knowledge.catalogue import CATALOGUE_FILE, Entry, coverage_lines, read_catalogue
from bot.knowledge.read import read_book


def test_the_ward_covers_its_list(settings) -> None:
    entries = read_catalogue(settings.knowledge_dir)
    lines = list(coverage_lines(read_book(settings.knowledge_dir), entries))
    assert len(entries) > 500
    assert [line for line in lines if line.startswith("chưa có tệp")] == []
    assert lines[0].startswith("bậc 1: 221/221 có tệp, 221 có từ 15 câu hỏi mẫu")
    assert lines[1].startswith("bậc 2: 367/367 có tệp, 367 có từ 6 câu hỏi mẫu")


def test_a_row_is_found_by_code_or_by_name_and_a_missing_one_is_named(settings) -> None:
    book = read_book(settings.knowledge_dir)
    rows = [Entry("1.001193", "tên khác", "", "1"), Entry("", "Thủ tục Đăng ký KHAI SINH", "", "1"), Entry("9.9", "Nuôi voi", "", "2")]
    lines = list(coverage_lines(book, rows))
    assert lines[0].startswith("bậc 1: 2/2 ")
    assert lines[-1] == "chưa có tệp: 9.9 Nuôi voi"


def test_a_list_that_cannot_be_read_is_empty(tmp_path: Path) -> None:
    assert read_catalogue(tmp_path) == []
    (tmp_path / CATALOGUE_FILE).write_text("a,b\n1,2\n", "utf-8")
    assert read_catalogue(tmp_path) == []


def test_a_short_row_and_a_mark_at_the_beginning_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / CATALOGUE_FILE).write_text("\ufeffmã,tên,lĩnh vực,bậc\n1.1,Nuôi voi\n", "utf-8")
    assert read_catalogue(tmp_path) == [Entry("1.1", "Nuôi voi", "", "")]
