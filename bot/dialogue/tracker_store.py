"""Rasa's own table of events: what is to be forgotten is deleted there too (Rasa has no such job)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.settings import Settings


def tracker_url(settings: Settings) -> str:
    """Where Rasa keeps its events: a file beside ours, or the same PostgreSQL."""
    url = settings.database_url
    if url.startswith("sqlite"):
        return f"sqlite:///{settings.var_dir / 'rasa.db'}"
    return url.replace("postgresql+psycopg://", "postgresql://")


class TrackerStore:
    """Deletes from Rasa's `events`. A table that is not there yet holds nothing to delete."""

    def __init__(self, settings: Settings) -> None:
        url = tracker_url(settings).replace("postgresql://", "postgresql+psycopg://")
        self._engine = sa.create_engine(url, poolclass=sa.NullPool)

    def forget(self, sender: str) -> int:
        """Delete a conversation. Returns the number of events."""
        return self._delete("sender_id = :value", sender)

    def purge(self, older_than: datetime) -> int:
        """Delete events before a moment. Returns their number."""
        return self._delete("timestamp < :value", older_than.timestamp())

    def _delete(self, condition: str, value: object) -> int:
        try:
            with self._engine.begin() as connection:
                return connection.execute(sa.text(f"DELETE FROM events WHERE {condition}"), {"value": value}).rowcount
        except (sa.exc.OperationalError, sa.exc.ProgrammingError):
            return 0
