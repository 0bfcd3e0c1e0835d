"""The tables. This module says what the store looks like; `migrations/` says how a database gets there.

Personal data stands in `turns.text`, `turns.payload`, `turns.title`, `turns.replies` and in the free texts of the
citizens' opinions. Everything hangs on `conversations` with ON DELETE CASCADE, so that no row can outlive its owner.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


def clean(text: str) -> str:
    """Return `text` without what a database refuses: NUL (PostgreSQL) and lone surrogates (both)."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


class CleanText(TypeDecorator[str]):
    """Text from outside. Citizens paste anything, and a strange character must not cost them their answer."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean(str(value))  # str: a StrEnum becomes its plain word


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database. SQLite has no zones, so there it is stored without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JsonText(TypeDecorator[Any]):
    """JSON kept as text: readable in any database tool, and equal values group together in SQL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else clean(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


# SQLite numbers rows by itself only for the exact type INTEGER.
Id = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _owner() -> Column[str]:
    return Column("conversation_id", CleanText, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False)


conversations = Table(
    "conversations",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("channel", CleanText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("session_count", Integer, nullable=False),
    Index(None, "last_at"),
)

# AUTOINCREMENT (below): a number must never come back after a deletion, because order is order of numbers.
turns = Table(
    "turns",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    _owner(),
    Column("message_id", CleanText, nullable=False),
    Column("channel", CleanText, nullable=False),
    Column("text", CleanText, nullable=False),
    Column("payload", CleanText),
    Column("title", CleanText),
    Column("received_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("started_at", UtcDateTime),
    Column("done_at", UtcDateTime),
    Column("replies", JsonText),
    Column("outcome", CleanText),
    Column("codes", JsonText),
    Column("aspects", JsonText),
    Column("topic", CleanText),
    Column("limited", Boolean, nullable=False),
    Column("latency_ms", Integer),
    UniqueConstraint("conversation_id", "message_id"),
    CheckConstraint("state IN ('waiting', 'working', 'done', 'dead')", name="state"),
    Index(None, "conversation_id", "id"),
    Index(None, "received_at"),
    Index(None, "state", "id"),
    sqlite_autoincrement=True,
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    _owner(),
    Column("reply_id", CleanText, nullable=False),
    Column("turn_id", Id, ForeignKey("turns.id", ondelete="SET NULL")),
    Column("value", SmallInteger, nullable=False),
    Column("reason", CleanText),
    Column("codes", JsonText, nullable=False),
    Column("channel", CleanText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("conversation_id", "reply_id"),
    CheckConstraint("value IN (-1, 1)", name="value"),
    Index(None, "turn_id"),
    Index(None, "at"),
    sqlite_autoincrement=True,
)

ratings = Table(
    "ratings",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    _owner(),
    Column("stars", SmallInteger, nullable=False),
    Column("text", CleanText),
    Column("channel", CleanText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
    Index(None, "conversation_id"),
    Index(None, "at"),
    sqlite_autoincrement=True,
)

unanswered = Table(
    "unanswered",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("turn_id", Id, ForeignKey("turns.id", ondelete="CASCADE"), nullable=False),
    Column("text", CleanText, nullable=False),
    Column("outcome", CleanText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("turn_id"),
    Index(None, "at"),
    sqlite_autoincrement=True,
)
