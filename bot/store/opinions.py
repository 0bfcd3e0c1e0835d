"""What citizens think of the answers: 👍/👎 per reply, stars per visit. Staff read the free texts: they are masked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from bot.errors import BadMessage
from bot.store.inbox import insert_into, mark_alive, touch
from bot.store.privacy import mask
from bot.store.schema import feedback, ratings, turns


def add_feedback(
    connection: Connection,
    now: datetime,
    conversation_id: str,
    reply_id: str,
    value: int,
    channel: str,
    turn_id: int | None,
    reason: str | None,
    codes: Iterable[str],
) -> None:
    """Write a vote down. A later one on the same reply replaces it."""
    if value not in (-1, 1):
        raise BadMessage("Đánh giá câu trả lời chỉ có thể là hữu ích hoặc chưa hữu ích.")
    _alive(connection, now, conversation_id, channel)
    # The page tells us the turn, so believe it only if that turn exists and is this citizen's.
    own_turn = (
        select(turns.c.id).where(turns.c.id == turn_id, turns.c.conversation_id == conversation_id).scalar_subquery()
    )
    statement = insert_into(connection, feedback).values(
        conversation_id=conversation_id,
        reply_id=reply_id,
        turn_id=own_turn,
        value=value,
        reason=_masked(reason),
        codes=list(codes),
        channel=channel,
        at=now,
    )
    replaced = {name: statement.excluded[name] for name in ("turn_id", "value", "reason", "codes", "channel", "at")}
    connection.execute(statement.on_conflict_do_update(index_elements=["conversation_id", "reply_id"], set_=replaced))


def add_rating(
    connection: Connection, now: datetime, conversation_id: str, stars: int, channel: str, text: str | None
) -> None:
    """Write a rating down."""
    if stars not in (1, 2, 3, 4, 5):
        raise BadMessage("Số sao đánh giá phải từ 1 đến 5.")
    _alive(connection, now, conversation_id, channel)
    connection.execute(
        insert(ratings).values(
            conversation_id=conversation_id, stars=stars, text=_masked(text), channel=channel, at=now
        )
    )


def comment_rating(connection: Connection, conversation_id: str, text: str) -> bool:
    """Add a word to the conversation's newest rating. False: there is none."""
    newest = select(func.max(ratings.c.id)).where(ratings.c.conversation_id == conversation_id).scalar_subquery()
    return connection.execute(update(ratings).where(ratings.c.id == newest).values(text=_masked(text))).rowcount > 0


def _alive(connection: Connection, now: datetime, conversation_id: str, channel: str) -> None:
    last_at, visits = touch(connection, conversation_id, channel, now)
    mark_alive(connection, conversation_id, max(now, last_at), visits)


def _masked(text: str | None) -> str | None:
    return None if text is None else mask(text.strip()) or None
