"""What the desk forgets is really gone; what a restart left unanswered is answered."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from bot.dialogue.tracker_store import TrackerStore, tracker_url
from bot.store import open_store

from .conftest import ASK, FakeRasa, message, period


def events_of(own, *senders: str) -> list[str]:
    """Rasa's own table, with one event for each sender; returns who is in it."""
    with sqlite3.connect(own.var_dir / "rasa.db") as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS events (sender_id TEXT, timestamp REAL)")
        connection.executemany("INSERT INTO events VALUES (?, 1.0)", [(sender,) for sender in senders])
        return [row[0] for row in connection.execute("SELECT sender_id FROM events ORDER BY sender_id")]


async def test_erasing_leaves_nothing_of_the_conversation(make_desk, store, own) -> None:
    desk = make_desk()
    secret = "số căn cước 079123456789"
    events_of(own, "nguoi-dan-1", "nguoi-khac")
    await desk.take(message(f"{secret} làm lại căn cước", 1))
    await desk.take(message("", 2, payload="sao:5"))
    await desk.take(message("xóa dữ liệu của tôi", 3))
    done = await desk.take(message("", 4, payload="lam:erase"))
    assert done.replies[0]["text"].startswith("Đã xóa")
    assert await desk.history("nguoi-dan-1") == []
    assert store.conversation("nguoi-dan-1") is None
    assert store.report(*period()).ratings.n == 0
    assert events_of(own) == ["nguoi-khac"], "and of Rasa's own memory"
    await desk.close()
    store.close()
    for path in own.var_dir.iterdir():
        assert b"079123456789" not in path.read_bytes(), path.name


async def test_after_erasing_the_conversation_begins_anew(make_desk) -> None:
    desk = make_desk()
    await desk.take(message(ASK, 1))
    await desk.take(message("", 2, payload="lam:erase"))
    handled = await desk.take(message("lệ phí?", 3))
    assert handled.replies[0]["outcome"] == "clarify", "it no longer knows the procedure"
    assert len(await desk.history("nguoi-dan-1")) == 1


def test_rasas_memory_can_be_purged_by_age_and_may_be_absent(own) -> None:
    trackers = TrackerStore(own)
    assert trackers.forget("ai-do") == 0
    events_of(own, "a", "b")
    assert trackers.purge(datetime(2020, 1, 1, tzinfo=UTC)) == 2
    assert events_of(own) == []


def test_rasa_keeps_its_events_beside_ours(own) -> None:
    assert tracker_url(own) == f"sqlite:///{own.var_dir / 'rasa.db'}"
    there = own.model_copy(update={"database_url": "postgresql+psycopg://u:p@db/motcua"})
    assert tracker_url(there) == "postgresql://u:p@db/motcua"


# --- restart ----------------------------------------------------------------------------------------------------------


async def test_what_was_left_without_an_answer_is_answered_after_a_restart(make_desk, store, own) -> None:
    for number in range(3):
        store.receive("nguoi-dan-1", "web", f"tin-{number:04d}", f"câu {number}")
    waiting = store.waiting()
    store.start(waiting[0].id)
    rasa = FakeRasa()
    desk = make_desk(rasa)
    assert await desk.resume() == 3
    await desk.close()
    assert [text for _, text, _, _ in rasa.calls] == ["câu 0", "câu 1", "câu 2"]
    assert all(turn.replies for turn in await desk.history("nguoi-dan-1"))
    reopened = open_store(own.database_url)
    try:
        assert reopened.waiting() == []
    finally:
        reopened.close()
    assert (await desk.take(message("câu 1", 1))).replies[0]["text"] == "Rasa: câu 1", "a late repeat gets that answer"


async def test_resuming_with_nothing_left_does_nothing(make_desk) -> None:
    assert await make_desk().resume() == 0
