"""When a result is due: working days, Vietnam's public holidays, the ward's own closures.

Counting follows the Civil Code 2015: the day of receipt is not counted (Article 147), and a term that ends on a day off
ends on the next working day (Article 148).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from datetime import date, timedelta
from functools import cache

import holidays

from bot.knowledge.types import TimeLimit, TimeUnit


@cache
def _public_holidays() -> holidays.HolidayBase:
    """Tết, the other lunar days and days exchanged by decision included; years are worked out when asked for."""
    return holidays.country_holidays("VN")


def is_working_day(day: date, closed: Collection[date] = ()) -> bool:
    """Monday to Friday or a Saturday worked in exchange, no public holiday, no closure of the ward."""
    return _public_holidays().is_working_day(day) and day not in closed


def next_working_day(day: date, closed: Collection[date] = ()) -> date:
    """`day` itself if people work on it, else the first working day after it."""
    while not is_working_day(day, closed):
        day += timedelta(days=1)
    return day


def due_date(limit: TimeLimit, received: date, closed: Collection[date] = ()) -> date | None:
    """The last day by which the result must be there.

    Args:
        limit: how long the office takes.
        received: the day on which the papers are handed in; on a day off they count as received on the next working day.
        closed: days on which the ward itself is closed.

    Returns:
        None when the limit is not known.
    """
    if not limit.known:
        return None
    start = next_working_day(received, closed)
    amount = limit.amount or 0
    match limit.unit:
        case TimeUnit.SAME_DAY | TimeUnit.HOUR:
            return start
        case TimeUnit.WORKING_DAY:
            day = start
            for _ in range(amount):
                day = next_working_day(day + timedelta(days=1), closed)
            return day
        case TimeUnit.MONTH:
            months = start.month - 1 + amount
            year, month = start.year + months // 12, months % 12 + 1
            return next_working_day(date(year, month, min(start.day, monthrange(year, month)[1])), closed)
        case _:
            return next_working_day(start + timedelta(days=amount), closed)
