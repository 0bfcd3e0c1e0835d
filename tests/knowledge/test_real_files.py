"""The ward's own folder: free of problems, and fit to be shown."""

from __future__ import annotations

import re

import pytest

from bot.knowledge.dictionary import read_common_procedures
from bot.knowledge.read import Book, read_book
from bot.knowledge.types import Depth
from bot.outcomes import TOPICS
from bot.text.fold import fold, tokens


@pytest.fixture(scope="module")
def book(settings) -> Book:
    return read_book(settings.knowledge_dir)


def test_there_is_no_problem(book: Book) -> None:
    assert book.procedures and book.infos and book.ward
    assert [str(problem) for problem in book.problems] == []


def test_every_office_is_in_the_ward_file_or_another_authority(book: Book) -> None:
    """A key that is only misspelt ("mot cua") would be shown to citizens as it stands."""
    known = {fold(office.key): office.key for office in book.ward.offices}
    wrong = [
        f"{stem}: {place.office}" for stem, item in book.procedures.items() for place in item.places
        if fold(place.office) in known and place.office != known[fold(place.office)]
    ]
    assert wrong == []


def test_common_procedures_of_a_field_exist(settings, book: Book) -> None:
    listed = read_common_procedures(settings.knowledge_dir)
    assert listed
    unknown = [f"{field}: {stem}" for field, stems in listed.items() for stem in stems if stem not in book.procedures]
    assert unknown == []


def test_no_two_procedures_share_a_question(book: Book) -> None:
    owner: dict[str, str] = {}
    shared = []
    for stem, item in book.procedures.items():
        for question in item.questions:
            key = " ".join(tokens(question))
            if owner.setdefault(key, stem) != stem:
                shared.append(f"“{question}”: {owner[key]}, {stem}")
    assert shared == []


def test_a_full_procedure_has_questions_and_knows_its_source(book: Book) -> None:
    full = [item for item in book.procedures.values() if item.depth is Depth.FULL]
    assert full
    assert [item.stem for item in full if len(item.questions) < 5] == []
    assert [item.stem for item in full if not (item.source.link or item.source.decision or item.legal_basis)] == []


def test_signs_of_a_case_are_told_apart_within_a_procedure(book: Book) -> None:
    twice = []
    for stem, item in book.procedures.items():
        owner: dict[str, str] = {}
        for case in item.cases:
            for sign in case.signs:
                if owner.setdefault(sign.lower(), case.key) != case.key:
                    twice.append(f"{stem}: “{sign}” → {owner[sign.lower()]}, {case.key}")
    assert twice == []


def test_topics_are_the_agreed_ones(book: Book) -> None:
    assert {info.topic for info in book.infos.values()} >= set(TOPICS)


def test_texts_hold_no_leftovers_of_markup(book: Book) -> None:
    """What was copied from a page or half written: HTML, Markdown, TODO."""
    leftovers = re.compile(r"</?[a-zA-Z][^>]*>|\*\*|&nbsp;|&amp;|\bTODO\b|\bFIXME\b|\ufffd|<<<<")
    found = [
        f"{stem}: {match[0]}" for stem, item in {**book.procedures, **book.infos}.items()
        if (match := leftovers.search(item.model_dump_json()))
    ]
    assert found == []
