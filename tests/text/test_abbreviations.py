"""Chat spellings are written out; numbers and other words are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.dictionary import ABBREVIATIONS_FILE, read_abbreviations
from bot.text.abbreviations import Abbreviations

SOME = Abbreviations(
    {"k": "không", "đc": "được", "dc": "được", "bt": "biết", "bt k": "có biết không", "k/s": "khai sinh", "tt": "tạm trú"}, {},
)


@pytest.mark.parametrize(("typed", "meant"), [
    ("đc k", "được không"),
    ("dc k?", "được không?"),
    ("ĐC K ạ", "được không ạ"),
    ("làm k/s cho con", "làm khai sinh cho con"),
    ("phí 50k", "phí 50k"),
    ("1k2k", "1k2k"),
    ("kk", "kk"),
    ("ktt", "ktt"),
    ("", ""),
])
def test_expand(typed: str, meant: str) -> None:
    assert SOME.expand(typed) == meant


def test_the_longest_match_wins() -> None:
    assert SOME.expand("bt k") == "có biết không"
    assert SOME.expand("k bt k ạ") == "không có biết không ạ"
    assert SOME.expand("bt làm") == "biết làm"


def test_what_stands_between_words_is_kept() -> None:
    assert SOME.expand("tt,  k\nđc!") == "tạm trú,  không\nđược!"


@given(st.text(max_size=80))
def test_without_a_dictionary_nothing_but_case_changes(text: str) -> None:
    from bot.text.fold import lower

    assert Abbreviations({}, {}).expand(text) == lower(text)


def write(folder: Path, text: str) -> Path:
    path = folder / ABBREVIATIONS_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return folder


def test_a_key_with_đ_also_matches_its_d_spelling_but_one_with_accents_does_not(tmp_path: Path) -> None:
    read = read_abbreviations(write(tmp_path, "một nghĩa:\n  đky: đăng ký\n  hông: không\n"))
    assert read.expand("đky") == read.expand("dky") == "đăng ký"
    assert read.expand("hông") == "không"
    assert read.expand("hong") == "hong"


def test_the_d_spelling_does_not_push_a_key_of_its_own_aside(tmp_path: Path) -> None:
    read = read_abbreviations(write(tmp_path, "một nghĩa:\n  dk: điều kiện\n  đk: đăng ký\n"))
    assert read.expand("dk") == "điều kiện"
    assert read.expand("đk") == "đăng ký"


def test_unclear_ones_are_listed_and_not_expanded(tmp_path: Path) -> None:
    read = read_abbreviations(write(tmp_path, "một nghĩa: {}\nnhiều nghĩa:\n  ks: [khai sinh, khách sạn]\n"))
    assert read.ambiguous["ks"] == ("khai sinh", "khách sạn")
    assert read.expand("làm ks") == "làm ks"


@pytest.mark.parametrize("text", ["", "một nghĩa: [\n", "- a\n- b\n", "một nghĩa: chữ\n", "a: b\n\ta: c\n"])
def test_a_broken_dictionary_costs_only_the_abbreviations(tmp_path: Path, text: str) -> None:
    read = read_abbreviations(write(tmp_path, text))
    assert read.expand("đc k") == "đc k"


def test_a_missing_dictionary_is_an_empty_one(tmp_path: Path) -> None:
    assert read_abbreviations(tmp_path).expand("K") == "k"


def test_the_real_dictionary_knows_the_commonest(settings) -> None:
    real = read_abbreviations(settings.knowledge_dir)
    assert real.expand("ko") == "không"
    assert real.expand("đc") == real.expand("dc") == "được"
    assert real.expand("ntn") == "như thế nào"
    assert real.expand("50k") == "50k"
    for short, meaning in real.exact.items():
        assert meaning.strip(), f"“{short}” means nothing"
