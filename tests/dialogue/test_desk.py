"""The desk: what citizens send is written down first, answered once and in order; their opinions are kept."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.errors import BadMessage, StoreError, TooMany

from .conftest import ASK, FakeRasa, message, period


def sent(handled) -> object:
    """The replies as a channel sends them."""
    return json.loads(json.dumps(handled.replies))


class Broken:
    def respond(self, *args: object) -> object:
        raise RuntimeError("a bug")


async def test_an_answer_is_kept_and_shown_again(make_desk, store) -> None:
    desk = make_desk()
    handled = await desk.take(message())
    assert not handled.limited, "without a Rasa nothing is missing"
    assert handled.replies[0]["codes"]
    assert handled.replies[0]["id"].endswith("-0")
    past = await desk.history("nguoi-dan-1")
    assert [(turn.message_id, turn.text, turn.replies) for turn in past] == [("tin-0001", ASK, sent(handled))]
    assert store.turn("nguoi-dan-1", "tin-0001").outcome == "answer"


async def test_a_repeated_message_is_answered_once(make_desk, store) -> None:
    rasa = FakeRasa()
    desk = make_desk(rasa)
    first = await desk.take(message())
    again = await desk.take(message())
    together = await asyncio.gather(*(desk.take(message(number=2)) for _ in range(10)))
    assert sent(again) == sent(first)
    assert all(sent(one) == sent(together[0]) for one in together)
    assert len(rasa.calls) == 2
    assert len(store.history("nguoi-dan-1")) == 2


async def test_repeats_do_not_count_against_the_rate(make_desk) -> None:
    desk = make_desk(messages_per_minute=2)
    for _ in range(5):
        await desk.take(message())
    await desk.take(message(number=2))
    with pytest.raises(TooMany):
        await desk.take(message(number=3))
    await desk.take(message(number=1, conversation="nguoi-khac"))


async def test_twenty_at_once_are_answered_in_the_order_of_arrival(make_desk, store) -> None:
    rasa = FakeRasa()
    desk = make_desk(rasa)
    handled = await asyncio.gather(*(
        desk.take(message(f"câu {number}", number, conversation)) for number in range(20) for conversation in ("mot", "hai")
    ))
    for place, conversation in enumerate(("mot", "hai")):
        assert [text for sender, text, _, _ in rasa.calls if sender == conversation] == [f"câu {number}" for number in range(20)]
        assert [turn.text for turn in store.history(conversation)] == [f"câu {number}" for number in range(20)]
        assert [one.replies[0]["text"] for one in handled[place::2]] == [f"Rasa: câu {number}" for number in range(20)]
        assert [turns for sender, _, _, turns in rasa.calls if sender == conversation] == list(range(20)), "the state went along"


async def test_a_sender_that_hangs_up_still_gets_its_answer_written_down(make_desk, store) -> None:
    desk = make_desk(FakeRasa())
    task = asyncio.create_task(desk.take(message()))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await desk.close()
    assert store.turn("nguoi-dan-1", "tin-0001").replies


async def test_without_rasa_it_answers_directly_and_remembers(make_desk) -> None:
    rasa = FakeRasa()
    rasa.away = True
    desk = make_desk(rasa)
    first = await desk.take(message())
    follow_up = await desk.take(message("lệ phí?", 2))
    assert first.limited and follow_up.limited
    assert sent(first)[0]["codes"] == sent(follow_up)[0]["codes"] != []
    assert sent(follow_up)[0]["aspects"] == ["fee"]
    rasa.away = False
    back = await desk.take(message("xin chào", 3))
    assert not back.limited
    assert back.replies[0]["text"] == "Rasa: xin chào"


async def test_a_bug_gives_an_apology_and_the_question_goes_to_the_staff(make_desk, store) -> None:
    handled = await make_desk(answers=Broken()).take(message("làm giấy gì đây"))
    assert handled.replies[0]["outcome"] == "unavailable"
    assert [item.text for item in store.unanswered()] == ["làm giấy gì đây"]


async def test_a_store_that_cannot_be_written_is_said_at_once(make_desk, store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> object:
        raise StoreError("đĩa đầy")

    desk = make_desk()
    monkeypatch.setattr(store, "receive", full)
    with pytest.raises(StoreError):
        await desk.take(message())
    monkeypatch.undo()
    assert (await desk.take(message())).replies, "and works again afterwards"


@pytest.mark.parametrize("bad", [
    message(""), message(" \u200b\n"), message("x" * 2001), message(conversation=""), message(conversation="x" * 65),
    message(conversation="a\nb"), message(conversation="a\x00b"),
])
async def test_what_cannot_be_taken_is_not_written_down(make_desk, store, bad) -> None:
    desk = make_desk()
    with pytest.raises(BadMessage):
        await desk.take(bad)
    assert store.waiting() == [] and store.history("nguoi-dan-1") == []


@pytest.mark.parametrize("text", ["👍👍", "中文", "…"])
async def test_a_text_without_letters_gets_a_polite_word(make_desk, text: str) -> None:
    handled = await make_desk().take(message(text))
    assert handled.replies[0]["outcome"] == "chitchat"
    assert "chữ" in handled.replies[0]["text"]


async def test_control_characters_are_taken_out_before_anything_else(make_desk, store) -> None:
    rasa = FakeRasa()
    await make_desk(rasa).take(message("khai\x00 sinh\u200b"))
    assert rasa.calls[0][1] == store.history("nguoi-dan-1")[0].text == "khai sinh"


async def test_a_tap_is_remembered_by_its_title(make_desk) -> None:
    desk = make_desk()
    await desk.take(message("", payload="lam:menu", title="Bạn giúp được gì"))
    assert [turn.text for turn in await desk.history("nguoi-dan-1")] == ["Bạn giúp được gì"]


# --- opinions ---------------------------------------------------------------------------------------------------------


async def test_a_thumb_is_kept_with_its_procedure_and_can_be_changed(make_desk, store) -> None:
    desk = make_desk()
    reply = (await desk.take(message())).replies[0]
    await desk.feedback("web", "nguoi-dan-1", reply["id"], 1, None)
    await desk.feedback("web", "nguoi-dan-1", reply["id"], -1, "thiếu giấy, gọi tôi 0912345678")
    counts = store.report(*period()).feedback
    assert (counts.up, counts.down) == (0, 1)
    assert "0912345678" not in str(counts.down_reasons)


@pytest.mark.parametrize("reply_id", ["999999-0", "x", "", "-"])
async def test_a_thumb_on_somebody_elses_reply_is_refused(make_desk, store, reply_id: str) -> None:
    desk = make_desk()
    foreign = (await desk.take(message(conversation="nguoi-khac"))).replies[0]["id"]
    await desk.take(message())
    for one in (reply_id, foreign):
        with pytest.raises(BadMessage):
            await desk.feedback("web", "nguoi-dan-1", one, 1, None)
    assert store.report(*period()).feedback.up == 0


async def test_stars_and_words_given_in_the_chat_are_kept(make_desk, store) -> None:
    desk = make_desk()
    for number, (text, payload) in enumerate([("", "lam:rate"), ("", "sao:4"), ("cán bộ nhiệt tình", "")], 1):
        await desk.take(message(text, number, payload=payload))
    ratings = store.report(*period()).ratings
    assert (ratings.n, ratings.stars[4], ratings.satisfied) == (1, 1, 1)


async def test_the_reason_of_a_thumb_down_goes_to_the_answer_before(make_desk, store) -> None:
    desk = make_desk()
    await desk.take(message())
    await desk.take(message("", 2, payload="lam:helpful_no"))
    await desk.take(message("", 3, payload="ly:thieu"))
    counts = store.report(*period()).feedback
    assert (counts.down, counts.down_reasons) == (1, {"thieu": 1})


async def test_unanswered_questions_and_complaints_are_kept_masked(make_desk, store) -> None:
    desk = make_desk()
    await desk.take(message("qwertyuiop zxcvbnm 0912345678", 1))
    await desk.take(message("tôi muốn phản ánh", 2))
    await desk.take(message("đường ngập, gọi tôi số 0912 345 678", 3))
    texts = [item.text for item in store.unanswered()]
    assert len(texts) == 2
    assert all("345" not in text for text in texts)
