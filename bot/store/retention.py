"""Deleting: what a citizen asks to forget, and what is too old to keep."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from bot.store.schema import conversations, feedback, ratings, turns, unanswered


def erase(connection: Connection, conversation_id: str) -> dict[str, int]:
    """Delete everything of one conversation and count it per table."""
    # Lock first: a message that comes in now waits, and then begins a new conversation.
    lock = select(conversations.c.id).where(conversations.c.id == conversation_id).with_for_update()
    if connection.execute(lock).one_or_none() is None:
        return dict.fromkeys(("unanswered", "feedback", "ratings", "turns", "conversations"), 0)
    own_turns = select(turns.c.id).where(turns.c.conversation_id == conversation_id)
    return {
        "unanswered": connection.execute(delete(unanswered).where(unanswered.c.turn_id.in_(own_turns))).rowcount,
        "feedback": connection.execute(delete(feedback).where(feedback.c.conversation_id == conversation_id)).rowcount,
        "ratings": connection.execute(delete(ratings).where(ratings.c.conversation_id == conversation_id)).rowcount,
        "turns": connection.execute(delete(turns).where(turns.c.conversation_id == conversation_id)).rowcount,
        "conversations": connection.execute(
            delete(conversations).where(conversations.c.id == conversation_id)
        ).rowcount,
    }


def purge(connection: Connection, older_than: datetime) -> dict[str, int]:
    """Delete what is older than `older_than`, whatever its state, and count it per table.

    A question kept for the staff goes with its turn. A conversation goes when its last sign of life is too old;
    nothing of it can be left by then.
    """
    # Whoever writes locks the conversation first and its rows afterwards. Deleting must do the same, or both wait for
    # each other for ever. (Old rows are in conversations that began before.)
    locked = select(conversations.c.id).where(conversations.c.created_at < older_than)
    locked = locked.order_by(conversations.c.id).with_for_update()
    connection.execute(select(func.count()).select_from(locked.subquery()))
    old_turns = select(turns.c.id).where(turns.c.received_at < older_than)
    return {
        "unanswered": connection.execute(delete(unanswered).where(unanswered.c.turn_id.in_(old_turns))).rowcount,
        "feedback": connection.execute(delete(feedback).where(feedback.c.at < older_than)).rowcount,
        "ratings": connection.execute(delete(ratings).where(ratings.c.at < older_than)).rowcount,
        "turns": connection.execute(delete(turns).where(turns.c.received_at < older_than)).rowcount,
        "conversations": connection.execute(delete(conversations).where(conversations.c.last_at < older_than)).rowcount,
    }
