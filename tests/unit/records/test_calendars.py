"""Where periods end: days off, made days of work, working days, and years that the table does not hold."""

from __future__ import annotations

from datetime import date

import pytest

from desktop.actions.calendars import calendar


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        (date(2026, 3, 5), 30, date(2026, 4, 7)),  # 4 April begins Qingming
        (date(2026, 9, 2), 30, date(2026, 10, 8)),  # 2 October lies in the National Day week
        (date(2026, 3, 2), 15, date(2026, 3, 17)),
        (date(2026, 1, 30), 15, date(2026, 2, 14)),  # a Saturday on which people work
        (date(2026, 3, 6), 15, date(2026, 3, 23)),  # a Saturday
        (date(2026, 11, 27), 30, date(2026, 12, 28)),
    ],
)
def test_a_period_leaves_out_its_first_day_and_ends_on_a_day_of_work(start: date, days: int, last: date) -> None:
    assert calendar().last_day(start, days) == last


def test_working_days_leave_out_weekends_and_holidays() -> None:
    assert calendar().last_working_day(date(2026, 4, 2), 3) == date(2026, 4, 8)
    assert calendar().last_working_day(date(2026, 2, 12), 2) == date(2026, 2, 14)


def test_of_a_year_that_is_not_told_weekends_and_fixed_holidays_are_known() -> None:
    assert not calendar().known(date(2031, 1, 1))
    assert calendar().known(date(2026, 1, 1))
    assert calendar().is_off(date(2031, 1, 1))
    assert calendar().last_day(date(2031, 9, 1), 30) == date(2031, 10, 6)
