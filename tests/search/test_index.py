"""The whole search, and on the ward's knowledge: it finds what people asked."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.knowledge.dictionary import Vague
from bot.knowledge.read import Book
from bot.knowledge.types import Depth
from bot.search.features import Features
from bot.search.fuse import Fusion
from bot.search.index import Index
from bot.search.passages import Passage, act_passages, book_passages, is_procedure, read_intents, vague_passages
from bot.text.abbreviations import Abbreviations
from bot.text.fold import fold

NONE = Abbreviations({}, {})
PASSAGES = [
    Passage("khai-sinh", "đăng ký khai sinh"), Passage("khai-sinh", "con mới sinh làm giấy gì"),
    Passage("ket-hon", "đăng ký kết hôn"), Passage("ket-hon", "cưới vợ làm giấy ở đâu"),
    Passage("info:hours", "phường mở cửa mấy giờ"), Passage("info:hours", "giờ làm việc"),
    Passage("act:greet", "xin chào"), Passage("act:greet", "alo"),
]
MESSAGES = ["dang ky khai sinh", "cưới vợ", "mấy giờ mở cửa", "xin chào bạn", "giấy", "không liên quan gì"]


class Letters:
    """A stand-in for the trained encoder: counts of letters."""

    fingerprint = "letters"

    def encode(self, texts: Sequence[str], features: Sequence[Features]) -> np.ndarray:
        rows = np.array([[fold(text).count(letter) for letter in "abcdeghiklmnoprstuvxy"] for text in texts], dtype=np.float32)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def build(passages: Sequence[Passage] = PASSAGES) -> Index:
    return Index(passages, Letters(), NONE, Fusion())


def test_hits_are_sorted_probabilities() -> None:
    found = build().search("làm giấy khai sinh cho con")
    assert found.hits[0].target == "khai-sinh"
    probabilities = [hit.probability for hit in found.hits]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(1, abs=1e-5)
    assert found.probability("khai-sinh") == probabilities[0]
    assert found.probability("khong-co") == 0
    assert [hit.target for hit in found.procedures if not is_procedure(hit.target)] == []


@pytest.mark.parametrize("text", ["", "   ", "👍🏻👶", "出生登记", "…?!"])
def test_a_text_without_letters_finds_nothing(text: str) -> None:
    found = build().search(text)
    assert (found.hits, found.known_share) == ((), 0.0)


def test_unknown_words_are_said_to_be_unknown() -> None:
    index = build()
    assert index.search("bitcoin ethereum").known_share == 0
    assert index.search("khai sinh").known_share == 1


def test_asking_twice_gives_the_same_and_a_smaller_limit_its_beginning() -> None:
    index = build()
    assert index.search("kết hôn") == index.search("kết hôn")
    assert index.search("kết hôn", limit=2).hits == index.search("kết hôn").hits[:2]
    assert len(index.search("kết hôn", limit=100).hits) == len(index.targets)


def test_a_procedure_added_without_training_is_found_by_its_words() -> None:
    assert build([*PASSAGES, Passage("khai-tu", "đăng ký khai tử")]).search("khai tử").hits[0].target == "khai-tu"


# --- passages ---------------------------------------------------------------------------------------------------------


def test_moves_and_questions_are_no_targets() -> None:
    intents = {"greet": ["chào"], "ask_fee": ["lệ phí"], "go_back": ["quay lại"], "out_of_scope": ["giá vàng"]}
    assert {passage.target for passage in act_passages(intents)} == {"act:greet", "act:out_of_scope"}


def test_intents_are_read_from_rasas_files_and_a_broken_file_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("nlu:\n- intent: greet\n  examples: |\n    - chào\n    - alo bạn\n", "utf-8")
    (tmp_path / "b.yml").write_text("nlu: [", "utf-8")
    (tmp_path / "c.yml").write_text("version: '3.1'\n", "utf-8")
    assert read_intents(tmp_path) == {"greet": ["chào", "alo bạn"]}


# --- the ward's own ---------------------------------------------------------------------------------------------------


def test_a_saying_that_fits_several_is_a_passage_of_each(book: Book) -> None:
    stems = sorted(book.procedures)[:2]
    groups = [Vague(("xin giấy",), (*stems, "khong-co"))]
    assert vague_passages(groups, book) == [Passage(stem, "xin giấy", vague=True) for stem in stems]


@pytest.mark.parametrize("accents", [True, False], ids=["accented", "accent-free"])
def test_own_questions_find_their_procedure(book: Book, index: Index, accents: bool) -> None:
    missed, asked = [], 0
    for stem, procedure in book.procedures.items():
        for question in procedure.questions if procedure.depth is Depth.FULL else ():
            asked += 1
            hit = index.search(question if accents else fold(question)).hits[0]
            if hit.target != stem:
                missed.append(f"{stem}: “{question}” → {hit.target} ({hit.probability:.2f})")
    assert asked
    assert len(missed) <= 0.03 * asked, f"{len(missed)} of {asked}:\n" + "\n".join(missed)


def test_official_names_find_their_procedure(book: Book, index: Index) -> None:
    missed = [stem for stem, item in book.procedures.items() if index.search(item.name, 3).probability(stem) == 0]
    assert len(missed) <= 0.03 * len(book.procedures), missed


def test_the_unicode_form_makes_no_difference(book: Book, index: Index) -> None:
    for procedure in list(book.procedures.values())[:60]:
        for text in (procedure.name, *procedure.questions[:3]):
            assert index.search(unicodedata.normalize("NFD", text)) == index.search(text)


def test_every_procedure_and_topic_can_be_found(book: Book, index: Index) -> None:
    targets = {passage.target for passage in book_passages(book)}
    assert targets <= set(index.targets)
    assert set(book.procedures) <= targets
