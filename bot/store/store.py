"""The store's front: one object for the whole application. Its methods block, so call them from a thread pool.

Every method is one transaction, may be called from any thread, and raises `StoreError` when the database cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.store import counts, inbox, migrate, opinions, retention
from bot.store.engine import Database
from bot.store.schema import clean
from bot.store.types import Conversation, ReportCounts, Turn, TurnState, Unanswered

MOST_ATTEMPTS = 3
SESSION_GAP = timedelta(minutes=60)


def _now() -> datetime:
    return datetime.now(UTC)


def open_store(
    url: str,
    *,
    clock: Callable[[], datetime] = _now,
    most_attempts: int = MOST_ATTEMPTS,
    session_gap: timedelta = SESSION_GAP,
) -> Store:
    """Open the store, making what is missing: the folder, the file, the tables.

    Args:
        url: `sqlite:///path/to/file.db`, or `postgresql+psycopg://user:password@host/database`.
        clock: Where the time comes from; it must be aware.
        most_attempts: After so many failed attempts a turn is dead.
        session_gap: A message after so much silence begins a new visit.

    Raises:
        SettingsError: The address cannot be read, or names another kind of database.
        StoreError: The database cannot be reached, written or brought to the newest shape.
    """
    database = Database(url)
    try:
        migrate.to_head(database)
    except BaseException:
        database.close()
        raise
    return Store(database, clock, most_attempts, session_gap)


class Store:
    """Conversations, their turns, and what citizens and staff make of them. Built by `open_store`."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], most_attempts: int, session_gap: timedelta
    ) -> None:
        self.database = database
        self._now = clock
        self._most_attempts = most_attempts
        self._gap = session_gap

    def close(self) -> None:
        """Close all connections."""
        self.database.close()

    def receive(
        self,
        conversation_id: str,
        channel: str,
        message_id: str,
        text: str,
        payload: str | None = None,
        title: str | None = None,
    ) -> tuple[Turn, bool]:
        """Write a message down, once however often and however simultaneously it is delivered.

        Returns:
            The turn, and whether it is new. For a repeat: the stored turn, with its answer if there is one already.
        """
        who, what = clean(conversation_id), clean(message_id)
        return self.database.write(
            lambda c: inbox.receive(c, self._now(), self._gap, who, channel, what, text, payload, title)
        )

    def start(self, turn_id: int) -> bool:
        """Mark a turn as being worked on. False: it is done, dead or erased, so leave it.

        Starting a turn that is being worked on already counts as a failed attempt: its process must have died.
        """
        return self.database.write(lambda c: inbox.start(c, self._now(), self._most_attempts, turn_id))

    def finish(
        self,
        turn_id: int,
        replies: Sequence[Any],
        outcome: str,
        codes: Iterable[str] = (),
        aspects: Iterable[str] = (),
        topic: str | None = None,
        limited: bool = False,
        latency_ms: int | None = None,
        *,
        unanswered: bool = False,
    ) -> bool:
        """Write the answer down.

        Args:
            turn_id: The turn.
            replies: What was said, as JSON values.
            outcome: How it ended, a word of the dialogue.
            codes: The procedures it was about.
            aspects: What was asked about them.
            topic: What the talk is about from here on.
            limited: Whether it was answered without the engine.
            latency_ms: How long it took.
            unanswered: Keep the question, masked, for the staff.

        Returns:
            False if the turn was finished before, is dead or was erased; then nothing is changed.
        """
        codes, aspects = tuple(codes), tuple(aspects)
        return self.database.write(
            lambda c: inbox.finish(
                c, self._now(), turn_id, replies, outcome, codes, aspects, topic, limited, latency_ms, unanswered
            )
        )

    def fail(self, turn_id: int) -> TurnState | None:
        """Count a failed attempt: `waiting` means try again, `dead` give up (kept for the staff), None nothing open."""
        return self.database.write(lambda c: inbox.fail(c, self._now(), self._most_attempts, turn_id))

    def waiting(self, limit: int = 1000) -> list[Turn]:
        """For the start of the process: the turns that an earlier one left without an end, in order of arrival."""
        return self.database.read(lambda c: inbox.waiting(c, limit))

    def history(self, conversation_id: str, limit: int = 100) -> list[Turn]:
        """The newest `limit` turns of a conversation, the oldest of them first."""
        return self.database.read(lambda c: inbox.history(c, clean(conversation_id), limit))

    def turn(self, conversation_id: str, message_id: str) -> Turn | None:
        """The turn of one message."""
        return self.database.read(lambda c: inbox.turn(c, clean(conversation_id), clean(message_id)))

    def conversation(self, conversation_id: str) -> Conversation | None:
        """When a conversation began, its last sign of life, and its visits."""
        return self.database.read(lambda c: inbox.conversation(c, clean(conversation_id)))

    def unanswered(self, limit: int = 100) -> list[Unanswered]:
        """The newest questions that were kept for the staff, newest first."""
        return self.database.read(lambda c: inbox.for_staff(c, limit))

    def add_feedback(
        self,
        conversation_id: str,
        reply_id: str,
        value: int,
        *,
        channel: str,
        turn_id: int | None = None,
        reason: str | None = None,
        codes: Iterable[str] = (),
    ) -> None:
        """Write 👍 (1) or 👎 (−1) on a reply down; a later vote replaces it. The reason is masked.

        Raises:
            BadMessage: `value` is neither.
        """
        codes = tuple(codes)
        self.database.write(
            lambda c: opinions.add_feedback(
                c, self._now(), clean(conversation_id), reply_id, value, channel, turn_id, reason, codes
            )
        )

    def add_rating(self, conversation_id: str, stars: int, *, channel: str, text: str | None = None) -> None:
        """Write a rating of 1–5 stars down. The text is masked.

        Raises:
            BadMessage: `stars` is out of range.
        """
        self.database.write(lambda c: opinions.add_rating(c, self._now(), clean(conversation_id), stars, channel, text))

    def comment_rating(self, conversation_id: str, text: str) -> bool:
        """Add a word, masked, to the newest rating of a conversation. False: there is none."""
        return self.database.write(lambda c: opinions.comment_rating(c, clean(conversation_id), text))

    def report(self, since: datetime, until: datetime, top: int = 10) -> ReportCounts:
        """Count the period from `since` (included) to `until` (not included), all at one moment of the data."""
        return self.database.read(lambda c: counts.report(c, since, until, top))

    def erase(self, conversation_id: str) -> dict[str, int]:
        """Delete everything of a conversation, for good. Returns how many rows went, per table."""
        gone = self.database.write(lambda c: retention.erase(c, clean(conversation_id)))
        self.database.scrub()
        return gone

    def purge(self, older_than: datetime) -> dict[str, int]:
        """Delete everything that is older than `older_than`. Returns how many rows went, per table."""
        gone = self.database.write(lambda c: retention.purge(c, older_than))
        self.database.scrub()
        return gone
