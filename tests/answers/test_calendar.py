"""Due dates against days counted by hand on a calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.calendar import due_date, is_working_day, next_working_day
from bot.knowledge.types import TimeLimit


def limit(amount: int | None, unit: str | None) -> TimeLimit:
    return TimeLimit.model_validate({"số": amount, "đơn vị": unit})


@pytest.mark.parametrize(("amount", "unit", "received", "due"), [
    (3, "ngày làm việc", date(2026, 11, 17), date(2026, 11, 20)),   # Tuesday → Friday
    (3, "ngày làm việc", date(2026, 11, 26), date(2026, 12, 1)),    # over a weekend
    (1, "ngày làm việc", date(2026, 11, 24), date(2026, 11, 26)),   # handed in on Culture Day: received on the 25th
    (1, "ngày làm việc", date(2026, 4, 29), date(2026, 5, 4)),      # 30 April, 1 May, weekend
    (1, "ngày làm việc", date(2026, 8, 28), date(2026, 9, 3)),      # 31 August (exchanged), 1 and 2 September are off
    (1, "ngày làm việc", date(2026, 8, 21), date(2026, 8, 22)),     # that Saturday was worked in exchange
    (10, "ngày", date(2026, 11, 17), date(2026, 11, 27)),           # a Friday
    (12, "ngày", date(2026, 11, 17), date(2026, 11, 30)),           # ends on a Sunday → Monday
    (None, "trong ngày", date(2026, 11, 28), date(2026, 11, 30)),   # Saturday → Monday
    (4, "giờ", date(2026, 11, 17), date(2026, 11, 17)),
    (1, "tháng", date(2026, 1, 30), date(2026, 3, 2)),              # 28 February is a Saturday
])
def test_due_dates_counted_by_hand(amount, unit, received, due) -> None:
    assert due_date(limit(amount, unit), received) == due


def test_lunar_new_year_is_no_working_day() -> None:
    assert not is_working_day(date(2026, 2, 17))  # mùng 1 Tết Bính Ngọ


def test_a_closure_of_the_ward_moves_the_day() -> None:
    closed = {date(2026, 11, 18)}
    assert due_date(limit(1, "ngày làm việc"), date(2026, 11, 17), closed) == date(2026, 11, 19)


def test_an_unknown_limit_has_no_due_date() -> None:
    assert due_date(limit(None, None), date(2026, 11, 24)) is None


@given(st.dates(date(2026, 1, 1), date(2029, 12, 31)), st.integers(1, 60))
def test_due_days_are_working_days_and_never_come_earlier_for_more_days(received: date, amount: int) -> None:
    shorter, longer = (due_date(limit(days, "ngày làm việc"), received) for days in (amount, amount + 1))
    assert shorter is not None and longer is not None
    assert is_working_day(shorter) and received < shorter < longer
    assert next_working_day(shorter) == shorter
    assert shorter - received >= timedelta(days=amount)
