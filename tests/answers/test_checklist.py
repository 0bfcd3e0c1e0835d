"""The citizen's own list: what is asked, what is on it, and that it opens again."""

from __future__ import annotations

from datetime import date

import pytest

from bot.answers import checklist
from bot.answers.payloads import parse_payload
from bot.knowledge.types import Case, Procedure
from bot.outcomes import Aspect, Outcome

BIRTH = "dang-ky-khai-sinh"
TODAY = date(2026, 11, 24)


@pytest.fixture
def birth(service) -> Procedure:
    return service.book.procedures[BIRTH]


def grouped(procedure: Procedure) -> Procedure:
    """The same record with its first two cases excluding each other."""
    cases = [case.model_copy(update={"group": "tuổi" if number < 2 else None}) for number, case in enumerate(procedure.cases)]
    return procedure.model_copy(update={"cases": tuple(cases)})


def test_at_most_three_questions_and_none_twice(birth: Procedure) -> None:
    cases: tuple[str, ...] = ()
    for asked in range(checklist.MAX_QUESTIONS):
        offered = checklist.next_question(birth, cases, asked)
        assert offered and not {case.key for case in offered} & set(cases)
        cases = birth.with_case(cases, offered[0].key)
    assert checklist.next_question(birth, cases, checklist.MAX_QUESTIONS) == ()


def test_cases_that_exclude_each_other_are_one_question(birth: Procedure) -> None:
    record = grouped(birth)
    first, second = record.cases[:2]
    assert checklist.next_question(record, (), 0) == [first, second]
    after = checklist.next_question(record, (first.key,), 1)
    assert first not in after and second not in after and after
    assert record.with_case((first.key,), second.key) == (second.key,)
    assert checklist.after_none(record, 0) == 1
    assert checklist.after_none(record, 1) == checklist.MAX_QUESTIONS


def test_an_unknown_case_is_not_taken(birth: Procedure) -> None:
    assert birth.with_case((), "khong-co") == ()
    assert checklist.cases_in("khong-co.qua-han", birth) == ("qua-han",)


def test_the_list_holds_the_papers_of_its_cases_only(service, birth: Procedure) -> None:
    for case in birth.cases:
        lines = "\n".join(checklist.checklist(birth, service.book.ward, TODAY, (case.key,)).lines)
        for paper in birth.documents:
            if paper.case in (None, case.key):
                assert paper.name in lines


def test_taps_end_in_a_list_that_opens_again(talk, new_talk, birth: Procedure) -> None:
    code = talk.id(BIRTH)
    made = talk.say(f"▸tt:{code}", f"▸th:?:{code}")
    taps = 0
    while made.outcome is Outcome.CLARIFY:
        made = talk.say("số 1")
        taps += 1
    assert 1 <= taps <= checklist.MAX_QUESTIONS
    assert {Aspect.DOCUMENTS, Aspect.TIME, Aspect.FEE, Aspect.PLACE} <= set(made.aspects)
    assert len(talk.state.cases) == taps
    assert parse_payload(made.card.reopen)
    again = new_talk().say(f"▸{made.card.reopen}")
    assert (again.card, again.text) == (made.card, made.text)


def test_without_anything_special_the_list_comes_at_once(talk) -> None:
    code = talk.id(BIRTH)
    made = talk.say(f"▸th:?:{code}", "không có")
    while made.outcome is Outcome.CLARIFY:
        made = talk.say("không")
    assert talk.state.cases == ()
    assert made.card.reopen == f"ds:-:{code}"


def test_a_question_of_its_own_leaves_the_list(talk) -> None:
    code = talk.id(BIRTH)
    talk.say(f"▸th:?:{code}")
    assert talk.say("mất căn cước làm lại thế nào").codes == (talk.id("cap-lai-can-cuoc"),)


def test_a_list_too_long_for_a_tap_has_no_code(birth: Procedure) -> None:
    long = tuple(f"truong-hop-rat-dai-so-{number}" for number in range(4))
    cases = tuple(Case.model_validate({"khóa": key, "tên": key, "nhãn nút": key[-5:]}) for key in long)
    assert checklist.reopen(birth.model_copy(update={"cases": cases}), long) == ""
