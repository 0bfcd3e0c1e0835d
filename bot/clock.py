"""The ward's own day and hour: Vietnam has one time zone and no summer time."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

WARD_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The present moment, in the ward's zone."""
    return datetime.now(WARD_ZONE)


def today() -> date:
    """The ward's date."""
    return now().date()
