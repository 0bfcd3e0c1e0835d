"""The inbox: every message of a citizen is written down before anybody works on it, and its answer afterwards.

A turn goes waiting → working → done. One that fails goes back to waiting, and after too many attempts it is dead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, case, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.privacy import mask
from bot.store.schema import clean, conversations, turns, unanswered
from bot.store.types import DEAD_OUTCOME, OPEN_STATES, Conversation, Turn, TurnState, Unanswered

_OPEN = turns.c.state.in_([state.value for state in OPEN_STATES])


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that knows ON CONFLICT; each database has its own class for it."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def touch(connection: Connection, conversation_id: str, channel: str, now: datetime) -> tuple[datetime, int]:
    """Make sure that the conversation exists, lock it, and return its last sign of life and its visits."""
    statement = insert_into(connection, conversations).values(
        id=conversation_id, channel=channel, created_at=now, last_at=now, session_count=0
    )
    # Changes nothing, and that is its purpose: it locks the row, so that no erasure slips in before we are done.
    statement = statement.on_conflict_do_update(index_elements=["id"], set_={"channel": conversations.c.channel})
    row = connection.execute(statement.returning(conversations.c.last_at, conversations.c.session_count)).one()
    return row.last_at, row.session_count


def mark_alive(connection: Connection, conversation_id: str, last_at: datetime, visits: int) -> None:
    """Write down the last sign of life, on which retention depends."""
    connection.execute(
        update(conversations).where(conversations.c.id == conversation_id).values(last_at=last_at, session_count=visits)
    )


def receive(
    connection: Connection,
    now: datetime,
    gap: timedelta,
    conversation_id: str,
    channel: str,
    message_id: str,
    text: str,
    payload: str | None,
    title: str | None,
) -> tuple[Turn, bool]:
    """Write a message down once. A repeat changes nothing, not even the conversation's last sign of life."""
    last_at, visits = touch(connection, conversation_id, channel, now)
    row = (
        connection.execute(
            insert_into(connection, turns)
            .values(
                conversation_id=conversation_id,
                message_id=message_id,
                channel=channel,
                text=text,
                payload=payload,
                title=title,
                received_at=now,
                state=TurnState.WAITING.value,
                attempts=0,
                limited=False,
            )
            .on_conflict_do_nothing(index_elements=["conversation_id", "message_id"])
            .returning(*turns.c)
        )
        .mappings()
        .one_or_none()
    )
    if row is not None:
        visit = 1 if visits == 0 or now - last_at >= gap else 0
        mark_alive(connection, conversation_id, max(now, last_at), visits + visit)
        return Turn.of(row), True
    stored = turn(connection, conversation_id, message_id)
    assert stored is not None, "the conversation is locked, so its turns stay"
    return stored, False


def start(connection: Connection, now: datetime, most_attempts: int, turn_id: int) -> bool:
    """Mark a turn as being worked on. False: done, dead or erased, so nothing is to do.

    A turn that is `working` already was left so by a process that died. That counts as a failed attempt; otherwise
    a message that kills the process would kill it again at every restart.
    """
    crashed = turns.c.state == TurnState.WORKING.value
    row = connection.execute(
        update(turns)
        .where(turns.c.id == turn_id, _OPEN)
        .values(
            started_at=now,
            attempts=turns.c.attempts + case((crashed, 1), else_=0),
            state=_dead_or(TurnState.WORKING, and_(crashed, turns.c.attempts + 1 >= most_attempts)),
        )
        .returning(turns.c.state)
    ).one_or_none()
    if row is not None and row.state == TurnState.DEAD.value:
        _bury(connection, now, turn_id)
    return row is not None and row.state == TurnState.WORKING.value


def finish(
    connection: Connection,
    now: datetime,
    turn_id: int,
    replies: Sequence[Any],
    outcome: str,
    codes: Iterable[str],
    aspects: Iterable[str],
    topic: str | None,
    limited: bool,
    latency_ms: int | None,
    for_staff: bool,
) -> bool:
    """Write the answer down. False: finished before, dead or erased meanwhile; then nothing is changed."""
    row = connection.execute(
        update(turns)
        .where(turns.c.id == turn_id, _OPEN)
        .values(
            state=TurnState.DONE.value,
            done_at=now,
            replies=list(replies),
            outcome=outcome,
            codes=list(codes),
            aspects=list(aspects),
            topic=topic,
            limited=limited,
            latency_ms=latency_ms,
        )
        .returning(turns.c.text)
    ).one_or_none()
    if row is None:
        return False
    if for_staff:
        _keep_for_staff(connection, now, turn_id, row.text, outcome)
    return True


def fail(connection: Connection, now: datetime, most_attempts: int, turn_id: int) -> TurnState | None:
    """Count a failed attempt. Returns waiting (try again) or dead (give up); None when there is nothing to fail."""
    row = connection.execute(
        update(turns)
        .where(turns.c.id == turn_id, _OPEN)
        .values(
            attempts=turns.c.attempts + 1,
            state=_dead_or(TurnState.WAITING, turns.c.attempts + 1 >= most_attempts),
        )
        .returning(turns.c.state)
    ).one_or_none()
    if row is None:
        return None
    if row.state == TurnState.DEAD.value:
        _bury(connection, now, turn_id)
    return TurnState(row.state)


def waiting(connection: Connection, limit: int) -> list[Turn]:
    """The oldest turns without an end, in the order of their arrival."""
    return _turns(connection, select(turns).where(_OPEN).order_by(turns.c.id).limit(limit))


def history(connection: Connection, conversation_id: str, limit: int) -> list[Turn]:
    """The newest turns of a conversation, the oldest of them first."""
    newest = select(turns).where(turns.c.conversation_id == conversation_id).order_by(turns.c.id.desc()).limit(limit)
    return _turns(connection, newest)[::-1]


def turn(connection: Connection, conversation_id: str, message_id: str) -> Turn | None:
    """The turn of a message."""
    found = select(turns).where(turns.c.conversation_id == conversation_id, turns.c.message_id == message_id)
    return next(iter(_turns(connection, found)), None)


def conversation(connection: Connection, conversation_id: str) -> Conversation | None:
    """The conversation's own row."""
    found = select(conversations).where(conversations.c.id == conversation_id)
    row = connection.execute(found).mappings().one_or_none()
    return None if row is None else Conversation(**row)


def for_staff(connection: Connection, limit: int) -> list[Unanswered]:
    """The newest questions without an answer, newest first."""
    rows = connection.execute(select(unanswered).order_by(unanswered.c.id.desc()).limit(limit)).mappings()
    return [Unanswered(**row) for row in rows]


def _turns(connection: Connection, query: Any) -> list[Turn]:
    return [Turn.of(row) for row in connection.execute(query).mappings()]


def _dead_or(state: TurnState, dead: ColumnElement[bool]) -> ColumnElement[str]:
    return case((dead, literal(TurnState.DEAD.value)), else_=literal(state.value))


def _bury(connection: Connection, now: datetime, turn_id: int) -> None:
    """A dead turn is a citizen without an answer: the staff must see it."""
    text = connection.execute(
        update(turns).where(turns.c.id == turn_id).values(done_at=now, outcome=DEAD_OUTCOME).returning(turns.c.text)
    ).scalar_one()
    _keep_for_staff(connection, now, turn_id, text, DEAD_OUTCOME)


def _keep_for_staff(connection: Connection, now: datetime, turn_id: int, text: str, outcome: str) -> None:
    connection.execute(
        insert_into(connection, unanswered)
        .values(turn_id=turn_id, text=mask(clean(text)), outcome=outcome, at=now)
        .on_conflict_do_nothing(index_elements=["turn_id"])
    )
