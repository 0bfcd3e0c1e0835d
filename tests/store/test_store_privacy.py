"""Masking: personal numbers go, the numbers of procedures stay."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.privacy import CARD, CCCD, CMND, EMAIL, OTHER, PHONE, mask, pseudonym


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


# Words as they stand around numbers; none of them ends or begins with a digit.
around = st.sampled_from(["", "tôi tên An ", "CCCD: ", "số (", "Gọi ", "sđt", "“", "lệ phí bao nhiêu? "])
behind = st.sampled_from(["", " ạ", ".", ", cảm ơn", ")", " là số của tôi", "?", "đi"])

mobile = st.tuples(st.sampled_from("35789"), digits(8)).map("".join)
shapes = st.sampled_from(
    [(4, 3, 3), (3, 3, 4), (3, 4, 3), (4, 6), (2, 2, 2, 2, 2), (4, 2, 2, 2), (2, 4, 4), (3, 7), (10,)]
)
gaps = st.sampled_from([" ", ".", "-", "\u00a0"])


def cut(number: str, shape: tuple[int, ...], gap: str) -> str:
    parts, at = [], 0
    for size in shape:
        parts.append(number[at : at + size])
        at += size
    return gap.join(parts)


def is_date_like(number: str) -> bool:
    """09.12.2024 … as the beginning of a telephone number: then a date is what stays."""
    return re.match(r"\d{2}([ .\-])\d{2}\1(19|20)\d\d", number) is not None


@given(around, digits(12), behind)
def test_cccd(before: str, number: str, after: str) -> None:
    assert mask(before + number + after) == before + CCCD + after


@given(digits(11), st.sampled_from([(3, 3, 3, 3), (4, 4, 4), (6, 6)]), gaps)
def test_cccd_in_groups(number: str, shape: tuple[int, ...], gap: str) -> None:
    assert mask(f"số {cut('0' + number, shape, gap)} nhé") == f"số {CCCD} nhé"


@given(around, digits(9), behind)
def test_cmnd(before: str, number: str, after: str) -> None:
    assert mask(before + number + after) == before + CMND + after


@given(mobile, shapes, gaps, around.filter(lambda text: not text.endswith("(")), behind)
def test_mobile_phones(number: str, shape: tuple[int, ...], gap: str, before: str, after: str) -> None:
    written = cut("0" + number, shape, gap)
    if not is_date_like(written):
        assert mask(before + written + after) == before + PHONE + after


@given(
    mobile,
    st.sampled_from([(3, 3, 3), (9,), (2, 3, 4), (2, 7)]),
    gaps,
    st.sampled_from(["+84", "0084", "(+84)", "+84 (0)"]),
)
def test_phones_from_abroad(number: str, shape: tuple[int, ...], gap: str, country: str) -> None:
    assert mask(f"gọi {country}{gap}{cut(number, shape, gap)}!") == f"gọi {PHONE}!"
    assert mask(f"gọi +84{number}!") == f"gọi {PHONE}!"


@given(
    digits(16).filter(lambda n: not all(n[i : i + 2] in ("19", "20") for i in range(0, 16, 4))),
    st.sampled_from([" ", "-", ""]),
)
def test_cards(number: str, gap: str) -> None:
    label = CARD
    written = cut(number, (4, 4, 4, 4), gap)
    assert mask(f"thẻ {written}.") == f"thẻ {label}."


@given(st.from_regex(r"[a-z][a-z0-9._+\-]{0,20}@[a-z][a-z0-9\-]{0,10}(\.[a-z]{2,6}){1,2}", fullmatch=True))
def test_emails(address: str) -> None:
    assert mask(f"thư {address}, ạ") == f"thư {EMAIL}, ạ"


codes = st.tuples(st.integers(1, 9), digits(6)).map(lambda p: f"{p[0]}.{p[1]}")
fees = st.integers(1, 999_999).map(lambda n: f"{n * 1000:,}".replace(",", "."))
money = st.tuples(fees, st.sampled_from(["đ", " đồng", "", " VNĐ"])).map("".join)
years = st.integers(1900, 2099).map(str)
decisions = st.one_of(
    st.tuples(st.integers(1, 99_999), st.sampled_from(["QĐ-BTP", "QĐ-UBND", "QĐ-BCA"])).map(lambda p: f"{p[0]}/{p[1]}"),
    st.tuples(st.integers(1, 999), years, st.sampled_from(["NĐ-CP", "TT-BTC", "QH15"])).map(
        lambda p: f"{p[0]}/{p[1]}/{p[2]}"
    ),
)
dates = st.tuples(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%m/%Y"]),
).map(lambda p: p[0].strftime(p[1]))
short = st.integers(0, 99_999).map(str)
kept = st.one_of(codes, money, years, decisions, dates, short)


@given(around, kept, behind)
def test_numbers_of_procedures_stay(before: str, number: str, after: str) -> None:
    assert mask(before + number + after) == before + number + after


@given(st.lists(kept, min_size=1, max_size=6), st.sampled_from([", ", "; ", " và ", "\n"]))
def test_they_stay_in_each_others_company(numbers: list[str], between: str) -> None:
    text = between.join(numbers)
    assert mask(text) == text


@given(kept, st.sampled_from([", ", " của ", "\n", " – số "]), mobile, digits(12))
def test_personal_numbers_go_beside_those_that_stay(number: str, between: str, phone: str, card: str) -> None:
    text = between.join([number, "0" + phone, number, card, number])
    assert mask(text) == between.join([number, PHONE, number, CCCD, number])


@given(st.text(st.sampled_from("0123456789 .-/+()@ađ8490"), max_size=60))
def test_any_text_is_masked_once_and_for_all(text: str) -> None:
    masked = mask(text)
    assert mask(masked) == masked
    assert not re.search(r"\d{9}", masked)


@given(st.text(max_size=200))
def test_text_without_digits_and_at_signs_is_not_touched(text: str) -> None:
    text = re.sub(r"[\d@]", "", text)
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("(024) 3825 1234", PHONE),
        ("(024)38251234", PHONE),
        ("024.3825.1234", PHONE),
        ("0243 825 1234", PHONE),
        ("84912345678", PHONE),
        ("84 912 345 678", PHONE),
        ("+84.(0)912.345.678", PHONE),
        ("0912 345 678 25 tuổi", f"{PHONE} 25 tuổi"),
        ("0912345678 0987654321", f"{PHONE} {PHONE}"),
        ("tháng 05 150.000 25 0912345678", f"tháng 05 150.000 25 {PHONE}"),
        ("CMND 012 345 678", f"CMND {CMND}"),
        ("CMND 123 456 789", f"CMND {CMND}"),
        ("150 000 000 đồng", "150 000 000 đồng"),
        ("9704 3668 1234 5678 901", CARD),
        ("3782 822463 10005", CARD),
        ("năm 2021 2022 2023 2024", "năm 2021 2022 2023 2024"),
        ("MST 8012345678", f"MST {OTHER}"),
        ("05.09.2024 10 giờ", "05.09.2024 10 giờ"),
        ("05/09/2024 0912345678", f"05/09/2024 {PHONE}"),
        ("1900 1234, 113, 1022", "1900 1234, 113, 1022"),
        ("000.00.12.H29-240509-0001", "000.00.12.H29-240509-0001"),
        ("An.Nguyen+1@motcua.gov.vn", EMAIL),
        ("", ""),
    ],
)
def test_as_people_write(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_a_long_text_does_not_take_long() -> None:
    for piece in ("0 12 34 ", "0123.", "4111 ", "+84 ", "1.000", "a.", "09-", "(0"):
        mask(piece * 5000)


def test_pseudonyms_are_stable_and_tell_nothing() -> None:
    name = pseudonym("zalo:8412345678901234567")
    assert name == pseudonym("zalo:8412345678901234567") != pseudonym("zalo:8412345678901234568")
    assert re.fullmatch(r"[0-9a-f]{12}", name)
    assert pseudonym("a", b"khoa") != pseudonym("a") and pseudonym("\ud83d")
