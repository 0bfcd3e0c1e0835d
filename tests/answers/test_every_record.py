"""Each file of the ward's folder, shown in every way a citizen can ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot import clock
from bot.answers import checklist, compose
from bot.answers.amounts import current_fees, time_value
from bot.answers.guard import check_reply, due_facts, facts_of
from bot.answers.reply import TEXT_CHARS, Reply
from bot.knowledge.read import Book, read_book
from bot.knowledge.types import Cases, Depth, Procedure, TimeUnit
from bot.outcomes import Aspect, Outcome
from bot.text.fold import fold
from bot.text.money import format_vnd

KNOWLEDGE = Path(__file__).resolve().parents[2] / "knowledge"
PROCEDURES = sorted(path.stem for path in (KNOWLEDGE / "thu-tuc").rglob("*.yml"))
FULL = sorted(path.stem for path in (KNOWLEDGE / "thu-tuc").rglob("*.yml") if "mức độ: danh mục" not in path.read_text("utf-8"))
INFOS = sorted(path.stem for path in (KNOWLEDGE / "hoi-dap").rglob("*.yml"))
MOST_CHARS = 2 * TEXT_CHARS + 100
"""Twice a reply's length, and the line that says where the rest is."""
TODAY = clock.today()


@pytest.fixture(scope="module")
def book(settings) -> Book:
    return read_book(settings.knowledge_dir)


def cases_of(procedure: Procedure) -> list[Cases]:
    """None, each alone, and the first two together."""
    keys = [case.key for case in procedure.cases]
    return [(), *((key,) for key in keys), *([tuple(keys[:2])] if len(keys) > 1 else [])]


def replies_of(procedure: Procedure, book: Book) -> Iterator[tuple[str, Reply]]:
    for case in cases_of(procedure):
        for aspects in [(), *((aspect,) for aspect in Aspect), (Aspect.DOCUMENTS, Aspect.FEE, Aspect.TIME)]:
            yield f"{procedure.stem} {aspects} {case}", compose.answer(procedure, aspects, book.ward, TODAY, case)
    if offered := checklist.next_question(procedure, (), 0):
        yield f"{procedure.stem} question", checklist.question(procedure, offered, 0)


def check_form(where: str, reply: Reply) -> None:
    assert reply.text.strip() and "\n\n\n" not in reply.text, where
    assert len(reply.text) <= MOST_CHARS, f"{where}: {len(reply.text)} characters"
    assert "None" not in reply.text and "{" not in reply.text, f"{where}: {reply.text}"
    for button in reply.buttons:
        assert 0 < len(button.title) <= 20, f"{where}: {button}"
        assert len(button.payload.encode()) <= 64, f"{where}: {button}"
    assert len(reply.buttons) <= (checklist.MAX_CASES_ASKED + 1 if reply.outcome is Outcome.CLARIFY else 6), where
    assert len({button.title for button in reply.buttons}) == len(reply.buttons), f"{where}: {reply.buttons}"
    assert Reply.from_json(reply.as_json()) == reply, where


def test_the_folders_were_found() -> None:
    assert len(PROCEDURES) > 50
    assert len(FULL) > 20
    assert len(INFOS) > 10


@pytest.mark.parametrize("stem", PROCEDURES)
def test_a_procedure_renders_in_full_for_every_aspect_and_case(stem: str, book: Book) -> None:
    procedure = book.procedures[stem]
    facts = [facts_of(procedure), facts_of(book.ward), due_facts(procedure, book.ward, TODAY)]
    for where, reply in replies_of(procedure, book):
        check_form(where, reply)
        check_reply(reply, facts)
        assert procedure.id in reply.codes, where
        if reply.outcome is Outcome.ANSWER:
            assert str(procedure.checked_on.year) in reply.source, where
            assert procedure.source.name in reply.source, where


@pytest.mark.parametrize("stem", FULL)
def test_fee_and_time_are_those_of_the_file(stem: str, book: Book) -> None:
    procedure = book.procedures[stem]
    for case in cases_of(procedure):
        fee = fold(compose.answer(procedure, (Aspect.FEE,), book.ward, TODAY, case).text)
        for row in current_fees(procedure, case, TODAY):
            wanted = format_vnd(row.amount_vnd) if row.amount_vnd is not None else "chua"
            assert fold(wanted) in fee, f"{case}: {wanted} not in {fee}"
        time = fold(compose.answer(procedure, (Aspect.TIME,), book.ward, TODAY, case).text)
        rows = [row for row in procedure.time_limits if row.case is None or row.case in case]
        own = [row for row in rows if row.case in case]
        for row in own or rows:
            assert fold(time_value(row)) in time, f"{case}: {time_value(row)} not in {time}"


@pytest.mark.parametrize("stem", FULL)
def test_every_paper_is_named_or_the_reader_is_told_where_the_rest_is(stem: str, book: Book) -> None:
    procedure = book.procedures[stem]
    for case in cases_of(procedure):
        reply = compose.answer(procedure, (Aspect.DOCUMENTS,), book.ward, TODAY, case)
        needed = [paper for paper in procedure.documents if paper.case is None or not case or paper.case in case]
        missing = [paper.name for paper in needed if paper.name not in reply.text]
        assert not missing or "Còn nữa" in reply.text, f"{case}: {missing}"
        listed = "\n".join(reply.card.lines)
        assert [paper.name for paper in needed if paper.name not in listed] == [], "the list to print is complete"
        others = [paper.name for paper in procedure.documents if case and paper.case not in (None, *case)]
        needed_names = {paper.name for paper in needed}
        assert [name for name in others if name in reply.text and name not in needed_names
                and not any(name in other for other in needed_names)] == [], f"papers of another case in {case}"


@pytest.mark.parametrize("stem", INFOS)
def test_an_info_entry_has_no_gap_left(stem: str, book: Book) -> None:
    entry = book.infos[stem]
    for ward in (book.ward, None):
        reply = compose.info(entry, ward)
        check_form(stem, reply)
        assert "}" not in reply.text
        assert reply.topic == entry.topic
        if ward:
            check_reply(reply, [facts_of(entry), facts_of(ward)])


def test_unknown_ward_facts_are_said_to_be_unpublished(book: Book) -> None:
    bare = book.ward.model_copy(update=dict.fromkeys(("address", "phone", "email", "website", "hours", "reception")))
    values = compose.ward_values(bare)
    for name in ("địa_chỉ", "điện_thoại", "giờ_làm_việc", "lịch_tiếp_công_dân"):
        assert "chưa công bố" in values[name]
    known = compose.ward_values(book.ward.model_copy(update={"phone": "0252 3823 456"}))
    assert known["điện_thoại"] == "0252 3823 456"


def test_a_case_has_its_own_fee_and_time(book: Book) -> None:
    procedure = next(item for item in book.procedures.values() if item.depth is Depth.FULL and item.at_ward and len(item.cases) > 1)
    late, other = procedure.cases[0].key, procedure.cases[1].key
    fee = procedure.fees[0].model_copy(update={"case": None, "channel": None, "note": None, "valid_from": None, "valid_to": None, "amount": 11_111})
    time = procedure.time_limits[0].model_copy(update={"case": None, "channel": None, "note": None, "unit": TimeUnit.DAY, "amount": 71})
    with_own = procedure.model_copy(update={
        "fees": (fee, fee.model_copy(update={"case": late, "amount": 22_222})), "documents_note": None, "citizen_deadline": None,
        "time_limits": (time, time.model_copy(update={"case": late, "amount": 72})),
    })
    for case, amounts, days in (((late,), ["22.222"], ["72 ngày"]), ((other,), ["11.111"], ["71 ngày"]), ((), ["11.111", "22.222"], ["71 ngày", "72 ngày"])):
        text = compose.answer(with_own, (Aspect.FEE, Aspect.TIME), book.ward, TODAY, case).text
        assert [amount for amount in ("11.111", "22.222") if amount in text] == amounts, case
        assert [day for day in ("71 ngày", "72 ngày") if day in text] == days, case


def test_an_expired_fee_is_not_told_and_one_to_come_neither(book: Book) -> None:
    procedure = next(item for item in book.procedures.values() if item.depth is Depth.FULL and item.at_ward and item.fees)
    base = procedure.fees[0].model_copy(update={"case": None, "channel": None, "note": None, "amount": 11_111})
    rows = (
        base.model_copy(update={"amount": 22_222, "valid_to": date(2026, 6, 30)}),
        base.model_copy(update={"amount": 33_333, "valid_from": date(2026, 7, 1), "valid_to": date(2026, 12, 31)}),
        base.model_copy(update={"amount": 44_444, "valid_from": date(2027, 1, 1)}),
    )
    dated = procedure.model_copy(update={"fees": rows})
    for day, told in ((date(2026, 6, 30), "22.222"), (date(2026, 7, 1), "33.333"), (date(2026, 12, 31), "33.333"), (date(2027, 1, 1), "44.444")):
        text = compose.answer(dated, (Aspect.FEE,), book.ward, day).text
        assert [amount for amount in ("22.222", "33.333", "44.444") if amount in text] == [told]
