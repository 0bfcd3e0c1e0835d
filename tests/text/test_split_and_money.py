"""Two questions in one message; money and dates as people read them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.money import format_date, format_vnd
from bot.text.split import MIN_PART_CHARS, split_questions


@pytest.mark.parametrize(("message", "parts"), [
    ("Khai sinh cần giấy gì? Đăng ký kết hôn ở đâu?", ["Khai sinh cần giấy gì", "Đăng ký kết hôn ở đâu"]),
    ("làm lại căn cước và đăng ký tạm trú", ["làm lại căn cước", "đăng ký tạm trú"]),
    ("lam lai can cuoc voi lai dang ky tam tru", ["lam lai can cuoc", "dang ky tam tru"]),
    ("khai sinh cho con; nhập hộ khẩu cho con", ["khai sinh cho con", "nhập hộ khẩu cho con"]),
    ("sao y bằng cấp\nđăng ký kết hôn", ["sao y bằng cấp", "đăng ký kết hôn"]),
    ("khai sinh cho con cần gì", ["khai sinh cho con cần gì"]),
])
def test_split_questions(message: str, parts: list[str]) -> None:
    assert split_questions(message) == parts


def test_a_number_with_dots_is_not_cut() -> None:
    assert split_questions("nộp 8.000 đồng có đúng không") == ["nộp 8.000 đồng có đúng không"]


def test_pieces_too_short_to_mean_much_are_dropped() -> None:
    assert split_questions("dạ. vâng. Đăng ký tạm trú cần gì") == ["Đăng ký tạm trú cần gì"]
    assert split_questions("anh và em") == []


@given(st.text(max_size=200))
def test_parts_are_pieces_of_the_message(text: str) -> None:
    for part in split_questions(text):
        assert part in text
        assert len(part) >= MIN_PART_CHARS


@pytest.mark.parametrize(("amount", "written"), [
    (0, "miễn phí"), (500, "500 đồng"), (8000, "8.000 đồng"), (20_000, "20.000 đồng"), (1_250_000, "1.250.000 đồng"),
])
def test_format_vnd(amount: int, written: str) -> None:
    assert format_vnd(amount) == written


@given(st.integers(min_value=1, max_value=10**12))
def test_no_digit_of_an_amount_is_lost(amount: int) -> None:
    assert format_vnd(amount).removesuffix(" đồng").replace(".", "") == str(amount)


def test_format_date() -> None:
    assert format_date(date(2026, 7, 1)) == "01/07/2026"
