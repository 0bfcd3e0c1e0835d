"""Taps: what buttons carry, and what somebody might make up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.checklist import next_question
from bot.answers.payloads import Payload, parse_payload
from bot.answers.reply import BUTTON_PAYLOAD_BYTES
from bot.outcomes import ASPECTS, Aspect, Outcome

BIRTH = "dang-ky-khai-sinh"
KINDS = ["tt", "kc", "th", "cd", "lam", "sao", "ly"]


@pytest.mark.parametrize(("text", "kind", "value", "identifier"), [
    ("tt:1.001193", "tt", "1.001193", ""),
    ("tt:file:dang-ky-khai-sinh", "tt", "file:dang-ky-khai-sinh", ""),
    ("kc:fee:1.001193", "kc", "fee", "1.001193"),
    ("kc:fee:file:dang-ky", "kc", "fee", "file:dang-ky"),
    ("th:qua-han:1.001193", "th", "qua-han", "1.001193"),
    ("th:?:file:x", "th", "?", "file:x"),
    ("lam:human", "lam", "human", ""),
    ("sao:5", "sao", "5", ""),
])
def test_a_payload_is_read_and_written_alike(text: str, kind: str, value: str, identifier: str) -> None:
    payload = parse_payload(text)
    assert payload == Payload(kind, value, identifier)
    assert str(payload) == text


@pytest.mark.parametrize("text", [
    "", "tt", "tt:", ":", "xx:1", "TT:1.001193", "tt:1 2", "tt:{a}", 'tt:"a"', "tt:1\n", "/restart", "kc:fee:" + "ạ" * 30, "tt:" + "1" * 62,
])
def test_what_is_no_payload_is_refused(text: str) -> None:
    assert parse_payload(text) is None


PIECES = st.lists(st.sampled_from([*KINDS, ":", "::", "file:", "1.001193", "fee", "?", "{", '"', " ", "\n", "\x00", "ạ"]), max_size=8)


@given(st.one_of(st.text(st.characters(exclude_categories=()), max_size=90), PIECES.map("".join)))
def test_any_text_is_read_or_refused_and_never_raises(text: str) -> None:
    payload = parse_payload(text)
    if payload is not None:
        assert payload.kind in KINDS
        assert payload.value
        assert len(text.encode(errors="replace")) <= BUTTON_PAYLOAD_BYTES
        assert str(payload) in (text, text.rstrip(":"))


def test_every_aspect_can_be_tapped(talk) -> None:
    code = talk.id(BIRTH)
    for aspect in Aspect:
        reply = talk.say(f"▸kc:{aspect.value}:{code}")
        assert reply.outcome is Outcome.ANSWER
        assert reply.codes == (code,)
        assert aspect in reply.aspects


def test_a_case_is_chosen_from_the_list_and_stays(talk) -> None:
    code = talk.id(BIRTH)
    talk.say(f"▸tt:{code}", f"▸th:?:{code}")
    procedure = talk.service.book.procedures[BIRTH]
    offered = next_question(procedure, (), 0)
    assert talk.payloads == [f"th:{case.key}:{code}" for case in offered] + [f"th:-:{code}"]
    key = offered[0].key
    talk.say(f"▸th:{key}:{code}", f"▸th:-:{code}")
    assert talk.state.cases == (key,)
    talk.say(f"▸kc:time:{code}")
    assert talk.state.cases == (key,)


def test_every_button_of_a_walk_leads_somewhere(talk) -> None:
    """Every button reachable within two taps answers something other than “I did not understand”."""
    lost = {talk.say("▸x").text, talk.say("▸tt:9.999999").text}
    seen: set[str] = set()
    todo = [f"tt:{talk.id(BIRTH)}", "lam:rate", "lam:helpful_no", "lam:erase", "lam:complaint", "lam:human", "lam:menu"]
    for _ in range(3):
        following = []
        for payload in todo:
            seen.add(payload)
            reply = talk.say(f"▸{payload}")
            assert reply.text not in lost, payload
            following += [button.payload for button in reply.buttons]
        todo = [payload for payload in dict.fromkeys(following) if payload not in seen]
    assert len(seen) > 10


FORGED = [
    "tt:9.999999", "tt:file:khong-co", "tt:file:../../etc/passwd", "kc:fee", "kc:fee:9.999999", "kc:gia-vang:1.001193", "th:?:9.999999",
    "th:khong-co:1.001193", "th:qua-han", "ds:x", "ds:khong-co:1.001193", "ds:-:9.999999", "th:-:1.001193", "cd:khong-co", "lam:khong-co", "lam:__class__", "sao:0", "sao:6", "sao:-1", "sao:năm", "ly:khong-co",
    "ly:sai:them", "x", ":", "tt:", "/restart", "<script>", "\x00", "tt:" + "9" * 100,
]


@pytest.mark.parametrize("payload", FORGED)
def test_a_forged_tap_gets_a_polite_reply_and_changes_nothing_kept(talk, payload: str) -> None:
    reply = talk.say(f"▸{payload}")
    assert reply.text.strip()
    assert reply.outcome in (Outcome.CHITCHAT, Outcome.CLARIFY, Outcome.ANSWER)
    assert not [flag for flag in reply.flags if flag.startswith(("rating", "reason", "erase"))]
    assert talk.say("làm giấy khai sinh cho con").codes == (talk.id(BIRTH),), "the conversation goes on"


def test_unknown_aspect_and_case_fall_back_to_the_whole(talk) -> None:
    code = talk.id(BIRTH)
    assert Aspect.OVERVIEW in talk.say(f"▸kc:gia-vang:{code}").aspects
    talk.say(f"▸th:khong-co:{code}")
    assert talk.state.cases == ()


@given(value=st.text(max_size=40), kind=st.sampled_from(KINDS))
def test_no_tap_makes_the_responder_fail(service, kind: str, value: str) -> None:
    from bot.answers.state import Message, State

    reply, after = service.respond(Message(payload=f"{kind}:{value}" if value else kind), State(procedure=BIRTH, choices=("x",), aspects=("y",)))
    assert reply.text
    assert set(reply.aspects) <= ASPECTS
    assert after.turns == 1
