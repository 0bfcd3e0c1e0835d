"""The last check: no number, link or phone leaves that stands in no record."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import clock
from bot.answers import compose
from bot.answers.guard import check_reply, facts_of
from bot.answers.reply import Button, Card, Link, Reply
from bot.answers.state import State
from bot.errors import GuardError
from bot.outcomes import Aspect, Outcome

BIRTH = "dang-ky-khai-sinh"


@pytest.fixture(scope="module")
def reply(service) -> Reply:
    return compose.answer(service.book.procedures[BIRTH], (Aspect.DOCUMENTS,), service.book.ward, clock.today())


@pytest.fixture(scope="module")
def facts(service) -> list[frozenset[str]]:
    return [facts_of(service.book.procedures[BIRTH]), facts_of(service.book.ward)]


def test_an_honest_reply_passes_unchanged(reply: Reply, facts: list[frozenset[str]]) -> None:
    assert check_reply(reply, facts) is reply


@pytest.mark.parametrize("invented", [
    "Lệ phí 75.000 đồng", "Gọi 0912345678", "Gọi 0252.3823.456", "Xem https://lua-dao.example/nhap-otp", "Trong 45 ngày", "Từ ngày 31/12/2031",
    "lúc 17:45", "theo 99/2099/NĐ-CP", "http://dichvucong.gov.vn.example",
])
def test_an_invented_fact_is_refused(reply: Reply, facts: list[frozenset[str]], invented: str) -> None:
    with pytest.raises(GuardError):
        check_reply(replace(reply, text=f"{reply.text}\n{invented}"), facts)
    with pytest.raises(GuardError):
        check_reply(replace(reply, source=invented), facts)


def test_a_foreign_link_is_refused(reply: Reply, facts: list[frozenset[str]]) -> None:
    with pytest.raises(GuardError):
        check_reply(replace(reply, links=(Link("Nộp", "https://lua-dao.example/"),)), facts)


def test_facts_of_another_record_do_not_count(service) -> None:
    other = next(item for item in service.book.procedures.values() if item.stem != BIRTH and any(fee.amount_vnd for fee in item.fees))
    amount = next(fee.amount_vnd for fee in other.fees if fee.amount_vnd)
    said = Reply(f"Lệ phí {amount + 7777:,} đồng".replace(",", "."), Outcome.ANSWER)
    with pytest.raises(GuardError):
        check_reply(said, [facts_of(other)])


def test_amounts_and_dates_are_known_as_they_are_written_out(service) -> None:
    record = service.book.procedures[BIRTH]
    fee = record.fees[0].model_copy(update={"amount": 12_000})
    facts = facts_of(record.model_copy(update={"fees": (fee,)}))
    assert "12.000" in facts
    day = record.checked_on
    assert f"{day.day:02d}/{day.month:02d}/{day.year}" in facts


def test_the_responder_says_unavailable_rather_than_something_invented(service, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.answers import respond
    from bot.answers.state import Message

    honest = compose.answer

    def lying(*args: object, **options: object) -> Reply:
        said = honest(*args, **options)
        return replace(said, text=said.text + "\nGọi ngay 0909123456")

    monkeypatch.setattr(respond.compose, "answer", lying)
    said, _ = service.respond(Message("làm giấy khai sinh cho con cần giấy tờ gì"), State())
    assert said.outcome is Outcome.UNAVAILABLE
    assert "0909" not in said.text


# --- what is carried between parts -----------------------------------------------------------------------------------


def test_a_reply_survives_json(reply: Reply) -> None:
    import json

    full = replace(
        reply, card=Card("Danh sách", ("☐ Tờ khai",), "https://x.vn"), flags=("rating:5",), links=(Link("a", "https://x.vn"),), topic="hours",
    )
    for one in (reply, full, Reply("chào", Outcome.CHITCHAT)):
        assert Reply.from_json(json.loads(json.dumps(one.as_json()))) == one


@pytest.mark.parametrize("data", [
    {}, {"text": "a"}, {"text": "a", "outcome": "lạ"}, {"text": "a", "outcome": "answer", "buttons": [{"title": "x"}]},
    {"text": "a", "outcome": "answer", "aspects": ["lạ"]}, {"text": "a", "outcome": "answer", "buttons": "x"},
    {"text": "a", "outcome": "answer", "buttons": [{"title": "x" * 21, "payload": "tt:1"}]}, {"text": "a", "outcome": "answer", "card": [1]},
])
def test_what_is_no_reply_is_refused(data: dict) -> None:
    with pytest.raises((KeyError, ValueError, TypeError)):
        Reply.from_json(data)


@pytest.mark.parametrize(("title", "payload"), [("x" * 21, "a"), ("x", "y" * 65), ("x", "ạ" * 22)])
def test_a_button_that_no_channel_can_show_cannot_be_made(title: str, payload: str) -> None:
    with pytest.raises(ValueError, match="too long"):
        Button(title, payload)


def test_a_state_survives_slots() -> None:
    state = State("a", "b", ("qua-han",), ("fee", "time"), ("1.001193",), "stars", "hỏi gì", True, 7)
    assert State.from_slots(state.as_slots()) == state
    assert State.from_slots(State().as_slots()) == State()


@pytest.mark.parametrize("slots", [
    {}, {"procedure": 3, "cases": "x", "aspects": "fee", "choices": None, "turns": "x", "away": "có"}, {"session_started_metadata": {}, "lạ": 1},
    {"procedure": "", "turns": None},
])
def test_slots_of_wrong_types_count_as_unset(slots: dict) -> None:
    assert State.from_slots(slots) == State()


def test_rasas_domain_has_a_slot_for_each_part_of_the_state() -> None:
    from pathlib import Path

    import yaml

    domain = yaml.safe_load((Path(__file__).resolve().parents[2] / "domain.yml").read_text("utf-8"))
    assert set(State().as_slots()) <= set(domain["slots"])
