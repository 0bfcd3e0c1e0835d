"""Each mistake that staff make in a file: named once, with file, exact line and a cure."""

from __future__ import annotations

import pytest

from bot.knowledge.problems import Problem
from bot.knowledge.read import parse_record
from bot.knowledge.types import Info, Procedure, Ward

from .conftest import INFO, PROCEDURE, WARD, line_of


def problems(text: str, kind: type = Procedure) -> list[Problem]:
    record, found = parse_record(text, "f.yml", "f", kind)
    assert (record is None) == bool(found), "a record comes without problems, or not at all"
    return found


def broken(old: str, new: str) -> tuple[str, int]:
    """The procedure with `old` replaced, and the line where the replacement begins."""
    assert PROCEDURE.count(old) == 1, old
    return PROCEDURE.replace(old, new), line_of(PROCEDURE, old)


def test_the_pattern_itself_is_good() -> None:
    assert problems(PROCEDURE) == []
    assert problems(INFO, Info) == []
    assert problems(WARD, Ward) == []


# (what is replaced, by what, lines below the place, words of the text, words of the cure)
MISTAKES = {
    "code with too few digits": ("mã: 1.001193", "mã: 1.1193", 0, "1.1193", "1.001193"),
    "misspelt key": ("lệ phí:", "lệ phi:", 0, "lệ phi", "lệ phí"),
    "misspelt required key": ("  - nơi: một cửa", "  - noi: một cửa", 0, "noi", "nơi"),
    "unknown key": ("các bước:", "giá vàng: 1\ncác bước:", 0, "giá vàng", "bỏ mục này"),
    "key twice": ("lĩnh vực: Hộ tịch", "lĩnh vực: Hộ tịch\nlĩnh vực: Đất đai", 1, "hai lần", "gộp"),
    "tab": ("  - mức: 8000", "\t- mức: 8000", 0, "không đọc được", "Tab"),
    "colon in a name": ("tên: Đăng ký khai sinh", "tên: Khai sinh: lần đầu", 0, "không đọc được", "dấu hai chấm"),
    "unclosed quote": ("tên: Đăng ký khai sinh", 'tên: "Đăng ký khai sinh', 0, "không đọc được", "dấu ngoặc kép"),
    "empty value": ("tên: Đăng ký khai sinh", "tên:", 0, "trống", "chưa rõ"),
    "date the other way round": ("2026-11-24", "24/11/2026", 0, "24/11/2026", "2026-11-24"),
    "month 13": ("2026-11-24", "2026-13-24", 0, "2026-13-24", "2026-11-24"),
    "date unknown": ("2026-11-24", "chưa rõ", 0, "không phải ngày", "2026-11-24"),
    "number in words": ("số: 3", "số: ba", 0, "ba", "ví dụ 3"),
    "half a day": ("số: 3", "số: 3.5", 0, "3.5", "ví dụ 3"),
    "days with dots": ("số: 3", "số: 3.000", 0, "3.000", "ví dụ 3"),
    "days below zero": ("số: 3", "số: -3", 0, "-3", "ví dụ 3"),
    "unknown unit": ("đơn vị: ngày làm việc", "đơn vị: tuần", 0, "tuần", "ngày làm việc"),
    "unknown level": ("cấp: [xã]", "cấp: [huyện]", 0, "huyện", "xã"),
    "no level": ("cấp: [xã]", "cấp: []", 0, "trống", "điền"),
    "word for a list": ("cấp: [xã]", "cấp: xã", 0, "danh sách", "- "),
    "number for a list": ("lệ phí:\n  - mức: 8000", "lệ phí: 8000", 0, "danh sách", "- "),
    "button too long": ("nhãn nút: Khai sinh", "nhãn nút: Khai sinh cho trẻ mới sinh", 0, "20 ký tự", "gọn"),
    "copies in words": ("bản chính: 1", "bản chính: một", 0, "một", "số"),
    "use of a paper": ("bản chính: 1", "cách dùng: xem", 0, "xem", "nộp"),
    "case not declared": ("  - mức: 8000", "  - mức: 8000\n    trường hợp: bo-roi", 1, "bo-roi", "trường hợp"),
    "case by its name": ("  - mức: 8000", "  - mức: 8000\n    trường hợp: Quá hạn", 1, "Quá hạn", "qua-han"),
    "link without https": ("  tên: Cổng Dịch vụ công", "  tên: Cổng\n  đường dẫn: dichvucong.gov.vn", 1, "dichvucong", "https://"),
    "script for a link": ("  tên: Cổng Dịch vụ công", "  tên: Cổng\n  đường dẫn: javascript:alert(1)", 1, "javascript", "https://"),
    "yes or no": ("các bước:", "trực tuyến:\n  có: tạm\ncác bước:", 1, "có, không, chưa rõ", "tệp mẫu"),
    "stem as a key": ("cấp: [xã]", "stem: x\ncấp: [xã]", 0, "stem", "xóa"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_one_mistake_is_one_problem_with_line_and_cure(name: str) -> None:
    old, new, below, said, cure = MISTAKES[name]
    text, line = broken(old, new)
    found = problems(text)
    assert len(found) == 1, [str(problem) for problem in found]
    assert (found[0].file, found[0].line) == ("f.yml", line + below), str(found[0])
    assert said in found[0].text
    assert cure in found[0].cure
    assert str(found[0]).startswith(f"f.yml:{line + below}: ")


@pytest.mark.parametrize("amount", ["8.000", "8,000", "8 000", "8000 đồng", "8000đ", "8.0", "8e3", "-5", "0x10", "8_000", "~", "miễn phí"])
def test_an_amount_that_is_no_plain_number_is_refused_never_guessed(amount: str) -> None:
    text, line = broken("mức: 8000", f"mức: {amount}")
    found = problems(text)
    assert [(problem.line, amount in problem.text, "8000" in problem.cure) for problem in found] == [(line, True, True)]


@pytest.mark.parametrize(("written", "amount"), [
    ("0", 0), ("8000", 8000), ('"8000"', 8000), ("tỉnh quy định", "tỉnh quy định"), ("chưa rõ", None), ("Chưa rõ", None), ("", None),
])
def test_an_amount_is_a_number_or_said_to_be_unknown(written: str, amount: object) -> None:
    record, found = parse_record(broken("mức: 8000", f"mức: {written}")[0], "f.yml", "f", Procedure)
    assert not found
    assert record is not None
    assert record.fees[0].amount == amount


@pytest.mark.parametrize("code", ["1.001193", '"1.001193"', "2.000100", "3.000000"])
def test_a_code_keeps_its_zeros_without_quotes(code: str) -> None:
    record, _ = parse_record(broken("1.001193", code)[0], "f.yml", "f", Procedure)
    assert record is not None
    assert record.code == record.id == code.strip('"')


def test_a_procedure_without_code_is_named_by_its_file() -> None:
    record, _ = parse_record(broken("mã: 1.001193", "mã: chưa rõ")[0], "f.yml", "dang-ky-thu", Procedure)
    assert record is not None
    assert (record.code, record.id) == (None, "file:dang-ky-thu")


def test_missing_keys_are_all_named_at_once() -> None:
    text = PROCEDURE.replace("tên: Đăng ký khai sinh\n", "").replace("nhãn nút: Khai sinh\n", "")
    found = problems(text)
    assert {problem.text for problem in found} == {"thiếu mục “tên”", "thiếu mục “nhãn nút”"}
    assert all("thêm" in problem.cure and problem.line == 1 for problem in found)


def test_a_full_procedure_without_fee_and_papers_is_not_full() -> None:
    text = PROCEDURE.replace("lệ phí:\n  - mức: 8000\n", "").replace("hồ sơ:\n  - giấy tờ: Tờ khai\n    bản chính: 1\n", "")
    found = problems(text)
    assert len(found) == 1
    assert "lệ phí" in found[0].text and "hồ sơ" in found[0].text
    assert problems(text.replace("đầy đủ", "danh mục")) == []


def test_several_mistakes_in_one_file_are_all_named_in_order() -> None:
    text = PROCEDURE.replace("1.001193", "12").replace("8000", "tám nghìn").replace("2026-11-24", "hôm qua")
    assert [problem.line for problem in problems(text)] == [1, line_of(text, "  - mức"), line_of(text, "kiểm tra")]


@pytest.mark.parametrize(("text", "line"), [
    ("", 1), ("# chỉ có ghi chú\n", 1), ("- a\n- b\n", 1), ("chỉ là chữ", 1), ("{", 2), ("a: b\n---\nc: d\n", 2), ("? [a]\n: b\n", 1),
    ("tên: \x07", 1), ("a: " + "[" * 500, 2), ("\n".join(" " * depth + "a:" for depth in range(600)), None),
])
def test_what_is_no_record_at_all_gives_a_problem_not_a_crash(text: str, line: int | None) -> None:
    found = problems(text)
    assert found
    assert all(problem.cure for problem in found)
    if line:
        assert found[0].line == line


@pytest.mark.parametrize("text", ["mã: &a [*a]\n", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "tên: &t Khai\nnhãn nút: *t\n"])
def test_references_inside_a_file_are_refused(text: str) -> None:
    found = problems(text)
    assert len(found) == 1
    assert "“&”" in found[0].text


@pytest.mark.parametrize(("written", "good"), [("30", True), ("1.000", False), ("0", False), ("-1", False)])
def test_days_of_keeping_conversations_are_a_whole_number(written: str, good: bool) -> None:
    assert (problems(WARD.replace("365", written), Ward) == []) is good


def test_decomposed_letters_are_read_as_the_composed_ones() -> None:
    import unicodedata

    record, found = parse_record(unicodedata.normalize("NFD", PROCEDURE), "f.yml", "f", Procedure)
    assert not found
    assert record == parse_record(PROCEDURE, "f.yml", "f", Procedure)[0]
