"""What the store hands out: plain frozen values, free of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import RowMapping


class TurnState(StrEnum):
    """Where a message stands between its arrival and its answer."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    DEAD = "dead"


OPEN_STATES = (TurnState.WAITING, TurnState.WORKING)

DEAD_OUTCOME = "dead"
"""Outcome of a turn that failed too often."""

PENDING_OUTCOME = "pending"
"""Key under which a report counts the turns that are not finished yet."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One citizen on one channel. `session_count` counts visits: messages after a long silence, the first included."""

    id: str
    channel: str
    created_at: datetime
    last_at: datetime
    session_count: int


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a citizen and, once `state` is done, what was answered."""

    id: int
    conversation_id: str
    message_id: str
    channel: str
    text: str
    payload: str | None
    title: str | None
    received_at: datetime
    state: TurnState
    attempts: int
    started_at: datetime | None
    done_at: datetime | None
    replies: list[Any] | None
    outcome: str | None
    codes: tuple[str, ...]
    aspects: tuple[str, ...]
    topic: str | None
    limited: bool
    latency_ms: int | None

    @classmethod
    def of(cls, row: RowMapping) -> Turn:
        """Build a turn from a row of `turns`."""
        values: dict[str, Any] = {str(name): value for name, value in row.items()}
        values["state"] = TurnState(values["state"])
        values["codes"] = tuple(values["codes"] or ())
        values["aspects"] = tuple(values["aspects"] or ())
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question for the staff to look at. Its text is masked."""

    id: int
    turn_id: int
    text: str
    outcome: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Counted:
    """A key of a “most frequent” list."""

    key: str
    count: int


@dataclass(frozen=True, slots=True)
class FeedbackCounts:
    """👍 and 👎, with how often each reason was given (votes without a reason are in `up` and `down` only)."""

    up: int
    down: int
    up_reasons: dict[str, int]
    down_reasons: dict[str, int]


@dataclass(frozen=True, slots=True)
class RatingCounts:
    """Ratings. `share` is the fraction with 4 stars or more, `low`–`high` its Wilson 95 % interval; None if n is 0."""

    n: int
    stars: dict[int, int]
    mean: float | None
    satisfied: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class ReportCounts:
    """The counts of one period, `since` included and `until` not."""

    since: datetime
    until: datetime
    asked: int
    by_outcome: dict[str, int]
    by_channel: dict[str, int]
    feedback: FeedbackCounts
    ratings: RatingCounts
    top_procedures: tuple[Counted, ...]
    top_unanswered: tuple[Counted, ...]
