"""From a folder to a book: good files in, all problems named, a broken file keeps its last good version."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.knowledge.read import MAX_FILE_BYTES, Book, read_book

from .conftest import BIRTH, DEATH, HOURS, INFO, OTHER, PROCEDURE, WARD, WARD_NAME, line_of, put


def named(book: Book) -> list[tuple[str, int]]:
    return [(problem.file, problem.line) for problem in book.problems]


def test_a_good_folder_has_no_problem(folder: Path) -> None:
    book = read_book(folder)
    assert book.problems == ()
    assert set(book.procedures) == {"khai-sinh", "khai-tu"}
    assert set(book.infos) == {"hours"}
    assert book.ward is not None
    assert book.ward.address is None, "“chưa rõ” is no address"
    assert set(book.files) == {BIRTH, DEATH, HOURS, WARD_NAME}


def test_a_procedure_is_found_by_its_code_an_older_code_and_its_file(folder: Path) -> None:
    put(folder, BIRTH, PROCEDURE.replace("tên: Đăng", "mã khác: [2.000001]\ntên: Đăng", 1))
    book = read_book(folder)
    birth = book.procedures["khai-sinh"]
    assert book.by_id("1.001193") is book.by_id("2.000001") is book.by_id("file:khai-sinh") is birth
    assert book.by_id("9.999999") is None
    assert book.by_id("file:khong-co") is None
    assert book.by_id("") is None


def test_all_problems_of_all_files_are_named_at_once_and_the_rest_is_served(folder: Path) -> None:
    put(folder, BIRTH, PROCEDURE.replace("mức: 8000", "mức: 8.000"))
    put(folder, HOURS, INFO.replace("chủ đề: hours\n", ""))
    put(folder, WARD_NAME, WARD.replace("365", "một năm"))
    book = read_book(folder)
    assert named(book) == [(WARD_NAME, line_of(WARD, "số ngày")), (HOURS, 1), (BIRTH, line_of(PROCEDURE, "  - mức"))]
    assert set(book.procedures) == {"khai-tu"}
    assert book.ward is None


BROKEN: list[tuple[str | bytes, int]] = [
    (PROCEDURE.replace("đầy đủ", "nửa vời"), line_of(PROCEDURE, "mức độ")),
    ("", 1),
    (PROCEDURE.encode("utf-16"), 1),
    (PROCEDURE.replace("Hộ tịch", "H\u00ca\u00ca").encode("latin-1", "replace").replace(b"?", b"\xff"), 1),
    (PROCEDURE + "# " + "x" * MAX_FILE_BYTES, 1),
    ("tên: khác\n\tmã: 1", 2),
]


@pytest.mark.parametrize(("content", "line"), BROKEN, ids=["value", "empty", "utf-16", "not utf-8", "too large", "tab"])
def test_a_broken_file_keeps_its_last_good_version(folder: Path, content: str | bytes, line: int) -> None:
    good = read_book(folder)
    put(folder, BIRTH, content)
    book = read_book(folder, last=good)
    assert named(book) == [(BIRTH, line)]
    assert book.procedures["khai-sinh"] is good.procedures["khai-sinh"]
    assert book.fingerprint == good.fingerprint, "nothing that is served has changed"
    assert "khai-sinh" not in read_book(folder).procedures, "without a good version it is left out"


def test_ward_and_info_keep_their_last_good_version_too(folder: Path) -> None:
    good = read_book(folder)
    put(folder, WARD_NAME, "tên: [")
    put(folder, HOURS, "chủ đề: hours")
    book = read_book(folder, last=good)
    assert book.ward == good.ward
    assert book.infos == good.infos
    assert {problem.file for problem in book.problems} == {WARD_NAME, HOURS}


def test_a_mended_file_is_served_and_a_removed_one_is_not(folder: Path) -> None:
    good = read_book(folder)
    put(folder, BIRTH, PROCEDURE.replace("8000", "9000"))
    (folder / DEATH).unlink()
    book = read_book(folder, last=good)
    assert book.problems == ()
    assert book.procedures["khai-sinh"].fees[0].amount == 9000
    assert set(book.procedures) == {"khai-sinh"}
    assert book.fingerprint != good.fingerprint


def test_two_files_with_one_code(folder: Path) -> None:
    put(folder, DEATH, "# ghi chú\n" + OTHER.replace("1.000656", "1.001193"))
    book = read_book(folder)
    assert named(book) == [(DEATH, 2)]
    assert BIRTH in book.problems[0].text and "1.001193" in book.problems[0].text
    assert book.by_id("1.001193") is book.procedures["khai-sinh"]


def test_a_code_typed_wrong_does_not_take_the_procedure_away(folder: Path) -> None:
    good = read_book(folder)
    put(folder, DEATH, OTHER.replace("1.000656", "1.001193"))
    book = read_book(folder, last=good)
    assert named(book) == [(DEATH, 1)]
    assert book.procedures["khai-tu"].code == "1.000656"


def test_an_older_code_of_one_is_no_code_of_another(folder: Path) -> None:
    put(folder, DEATH, OTHER.replace("tên: Đăng", "mã khác: [1.001193]\ntên: Đăng", 1))
    assert named(read_book(folder)) == [(DEATH, 2)]


def test_two_files_of_one_name_in_two_folders(folder: Path) -> None:
    put(folder, "thu-tuc/khac/khai-sinh.yml", PROCEDURE.replace("1.001193", "1.009999"))
    book = read_book(folder)
    assert named(book) == [("thu-tuc/khac/khai-sinh.yml", 1)]
    assert "đổi tên" in book.problems[0].cure
    assert book.procedures["khai-sinh"].code == "1.001193"


def test_two_entries_on_one_topic(folder: Path) -> None:
    put(folder, "hoi-dap/mo-cua.yml", INFO)
    book = read_book(folder)
    assert named(book) == [("hoi-dap/mo-cua.yml", 1)]
    assert "hours" in book.problems[0].text


def test_a_missing_ward_file_is_named(folder: Path) -> None:
    (folder / WARD_NAME).unlink()
    book = read_book(folder)
    assert named(book) == [(WARD_NAME, 1)]
    assert WARD_NAME in book.problems[0].cure


def test_an_empty_or_missing_folder_is_said_to_be_so(tmp_path: Path) -> None:
    for root in (tmp_path, tmp_path / "khong-co"):
        book = read_book(root)
        assert not book.procedures
        assert {problem.file for problem in book.problems} == {WARD_NAME, "thu-tuc/"}


def test_a_broken_dictionary_is_named(folder: Path) -> None:
    put(folder, "tu-dien/khia-canh.yml", "fee:\n  rõ: [bao nhiêu tiền\n")
    put(folder, "tu-dien/viet-tat.yml", b"\xff\xfe")
    assert {problem.file for problem in read_book(folder).problems} == {"tu-dien/khia-canh.yml", "tu-dien/viet-tat.yml"}


def test_a_file_saved_by_windows_is_read(folder: Path) -> None:
    plain = read_book(folder)
    put(folder, BIRTH, b"\xef\xbb\xbf" + PROCEDURE.replace("\n", "\r\n").encode())
    book = read_book(folder)
    assert book.problems == ()
    assert book.procedures == plain.procedures


def test_hidden_and_other_files_are_not_read(folder: Path) -> None:
    for name in ("thu-tuc/.khai-sinh.yml.swp", "thu-tuc/.nhap.yml", "thu-tuc/ghi-chu.txt", "thu-tuc/bang.xlsx"):
        put(folder, name, b"\x00\xff")
    put(folder, "thu-tuc/khac/ket-hon.yaml", PROCEDURE.replace("1.001193", "1.000894"))
    book = read_book(folder)
    assert book.problems == ()
    assert "ket-hon" in book.procedures


def test_a_file_that_may_not_be_read_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> bytes:
        if self.name == "khai-sinh.yml":
            raise PermissionError(13, "Permission denied")
        return original(self)

    original = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", refuse)
    book = read_book(folder)
    assert named(book) == [(BIRTH, 1)]
    assert "quyền" in book.problems[0].cure
