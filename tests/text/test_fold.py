"""Vietnamese text as it arrives: two Unicode forms, invisible characters, other scripts, held-down keys."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.fold import accented_tokens, clean, fold, has_accents, has_vietnamese_letters, lower, tokens

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
VIETNAMESE = st.text(LETTERS + LETTERS.upper() + " 0123456789.,/?!\n", max_size=60)
ANYTHING = st.one_of(st.text(max_size=60), VIETNAMESE)


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


@pytest.mark.parametrize(("typed", "folded"), [
    ("Đăng ký khai sinh", "dang ky khai sinh"),
    ("ĐƯỜNG", "duong"),
    ("Giấy xác nhận tình trạng hôn nhân", "giay xac nhan tinh trang hon nhan"),
    ("ủy quyền / uỷ quyền", "uy quyen / uy quyen"),
    ("lệ phí 8.000đ", "le phi 8.000d"),
    ("", ""),
])
def test_fold_takes_accents_and_capitals_away(typed: str, folded: str) -> None:
    assert fold(typed) == folded
    assert fold(nfd(typed)) == folded


@pytest.mark.parametrize(("typed", "cleaned"), [
    ("  mất   căn cước \t làm lại  ", "mất căn cước làm lại"),
    ("khai\u200b sinh\ufeff", "khai sinh"),
    ("a\x00b\x1bc\x7f", "abc"),
    ("\u202egnod nahp\u202c", "gnod nahp"),
    ("dòng một\r\ndòng hai\rdòng ba", "dòng một\ndòng hai\ndòng ba"),
    (nfd("Đăng ký"), "Đăng ký"),
    ("\u200b\u200b", ""),
    ("chào 👶🏻 bé", "chào 👶🏻 bé"),
])
def test_clean_removes_what_nobody_sees_and_keeps_what_was_written(typed: str, cleaned: str) -> None:
    assert clean(typed) == cleaned


@pytest.mark.parametrize(("typed", "found"), [
    ("Con mới sinh, cần gì?", ["con", "moi", "sinh", "can", "gi"]),
    ("mức 2", ["muc", "2"]),
    ("50k/bản", ["50k", "ban"]),
    ("mã 1.001193", ["ma", "1.001193"]),
    ("từ 01/07/2025", ["tu", "01/07/2025"]),
    ("mẫu CT01", ["mau", "ct01"]),
    ("hồ-sơ_gồm:gì", ["ho", "so", "gom", "gi"]),
    ("👶👶", []),
    ("出生登记", []),
    ("регистрация", []),
    ("<b>khai sinh</b>", ["b", "khai", "sinh", "b"]),
])
def test_tokens_are_syllables_and_numbers(typed: str, found: list[str]) -> None:
    assert tokens(typed) == found


@pytest.mark.parametrize(("held", "meant"), [
    ("ạaaaa", "ạ"), ("dạaaaa", "dạ"), ("khôngggg", "không"), ("ơiiii", "ơi"), ("đượcccc khônggg", "được không"),
    ("ALOOOO", "alo"), ("ơơơi", "ơi"),
])
def test_a_letter_held_down_counts_once(held: str, meant: str) -> None:
    assert tokens(held) == tokens(meant)
    assert lower(held) == meant
    assert tokens(fold(held)) == tokens(meant), "the same without accents"


def test_doubled_letters_and_repeated_digits_stay() -> None:
    assert tokens("cái xoong") == ["cai", "xoong"]
    assert tokens("số 0000111") == ["so", "0000111"]


@pytest.mark.parametrize(("typed", "accents"), [
    ("làm lại căn cước", True), ("đi", True), ("lam lai can cuoc", False), ("LAM LAI", False),
    ("dang ky o dauuuu", False), ("", False), (nfd("thế"), True),
])
def test_has_accents_tells_whether_the_writer_types_them(typed: str, accents: bool) -> None:
    assert has_accents(typed) is accents


@pytest.mark.parametrize(("typed", "letters"), [
    ("ok", True), ("2", True), ("đ", True), ("👍", False), ("中文", False), ("!!!", False), ("…", False), ("", False),
])
def test_has_vietnamese_letters(typed: str, letters: bool) -> None:
    assert has_vietnamese_letters(typed) is letters


def test_accented_tokens_keep_accents() -> None:
    assert accented_tokens("Quá HẠN 60 ngày") == ["quá", "hạn", "60", "ngày"]
    assert accented_tokens(nfd("muộn")) != accented_tokens("muốn")


@given(ANYTHING)
def test_fold_and_clean_change_nothing_the_second_time(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert clean(clean(text)) == clean(text)


@given(ANYTHING)
def test_tokens_do_not_depend_on_accents(text: str) -> None:
    assert tokens(fold(text)) == tokens(text)


@given(ANYTHING)
def test_both_unicode_forms_mean_the_same(text: str) -> None:
    composed, apart = unicodedata.normalize("NFC", text), nfd(text)
    assert clean(composed) == clean(apart)
    assert fold(composed) == fold(apart)
    assert lower(composed) == lower(apart)
    assert tokens(composed) == tokens(apart)
    assert accented_tokens(composed) == accented_tokens(apart)


@given(st.text())
def test_clean_text_holds_no_control_character_but_line_ends(text: str) -> None:
    assert not [char for char in clean(text) if unicodedata.category(char) == "Cc" and char != "\n"]
