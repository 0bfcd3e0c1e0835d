"""The counts of a report. The database groups, Python adds up the few groups that are left."""

from __future__ import annotations

import math
import re
from collections import Counter
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Connection, and_, func, select

from bot.store.schema import feedback, ratings, turns, unanswered
from bot.store.types import PENDING_OUTCOME, Counted, FeedbackCounts, RatingCounts, ReportCounts

_Z95 = 1.959963984540054
_SATISFIED = 4


def wilson(successes: int, n: int) -> tuple[float, float]:
    """Return the Wilson 95 % interval of a share; unlike the plain one it is honest for small numbers.

    Args:
        successes: How many of `n`.
        n: How many there are, more than none.
    """
    share, square = successes / n, _Z95 * _Z95
    centre = (share + square / (2 * n)) / (1 + square / n)
    half = _Z95 / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def report(connection: Connection, since: datetime, until: datetime, top: int) -> ReportCounts:
    """Count the period `since` ≤ time < `until`."""
    by_outcome: Counter[str] = Counter()
    by_channel: Counter[str] = Counter()
    procedures: Counter[str] = Counter()
    period = _during(turns.c.received_at, since, until)
    grouped = select(turns.c.outcome, turns.c.channel, turns.c.codes, func.count()).where(period)
    for outcome, channel, codes, count in connection.execute(
        grouped.group_by(turns.c.outcome, turns.c.channel, turns.c.codes)
    ):
        by_outcome[outcome or PENDING_OUTCOME] += count
        by_channel[channel] += count
        for code in set(codes or ()):
            procedures[code] += count
    return ReportCounts(
        since=since,
        until=until,
        asked=by_channel.total(),
        by_outcome=_ordered(by_outcome),
        by_channel=_ordered(by_channel),
        feedback=_feedback(connection, since, until),
        ratings=_ratings(connection, since, until),
        top_procedures=_top(procedures, top),
        top_unanswered=_top(_unanswered(connection, since, until), top),
    )


def _during(at: Column[datetime], since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(at >= since, at < until)


def _ordered(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))


def _top(counter: Counter[str], top: int) -> tuple[Counted, ...]:
    return tuple(Counted(key, count) for key, count in list(_ordered(counter).items())[:top])


def _feedback(connection: Connection, since: datetime, until: datetime) -> FeedbackCounts:
    query = select(feedback.c.value, feedback.c.reason, func.count()).where(_during(feedback.c.at, since, until))
    votes: Counter[int] = Counter()
    reasons: dict[int, Counter[str]] = {1: Counter(), -1: Counter()}
    for value, reason, count in connection.execute(query.group_by(feedback.c.value, feedback.c.reason)):
        votes[value] += count
        if reason:
            reasons[value][reason] += count
    return FeedbackCounts(votes[1], votes[-1], _ordered(reasons[1]), _ordered(reasons[-1]))


def _ratings(connection: Connection, since: datetime, until: datetime) -> RatingCounts:
    query = select(ratings.c.stars, func.count()).where(_during(ratings.c.at, since, until)).group_by(ratings.c.stars)
    found = {row[0]: row[1] for row in connection.execute(query)}
    counts = {stars: found.get(stars, 0) for stars in range(1, 6)}
    n = sum(counts.values())
    satisfied = sum(count for stars, count in counts.items() if stars >= _SATISFIED)
    if n == 0:
        return RatingCounts(0, counts, None, 0, None, None, None)
    low, high = wilson(satisfied, n)
    mean = sum(stars * count for stars, count in counts.items()) / n
    return RatingCounts(n, counts, mean, satisfied, satisfied / n, low, high)


def _unanswered(connection: Connection, since: datetime, until: datetime) -> Counter[str]:
    """Count equal questions together, whatever their capitals, spaces and end marks; the commonest spelling shows."""
    query = select(unanswered.c.text, func.count()).where(_during(unanswered.c.at, since, until))
    spellings: dict[str, Counter[str]] = {}
    for text, count in connection.execute(query.group_by(unanswered.c.text)):
        shown = " ".join(text.split())
        key = re.sub(r"[\s.?!…]+$", "", shown).casefold() or shown
        spellings.setdefault(key, Counter())[shown] += count
    return Counter({next(iter(_ordered(counter))): counter.total() for counter in spellings.values()})
