"""Days off and days of work, and where a period of days ends (民法典 201–203, 民诉法 85).

The first day does not count. A period whose last day is a day off ends with the next day of work. Days off are data:
the State Council tells them year by year, and moves days of work to weekends for them. Of a year that the table does
not hold, weekends and the fixed holidays are known, and `Calendar.known` says no.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)
_LONGEST: Final = 60
"""More days off in a row than there can be: a table that has more ends the search."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """``off`` are days off, ``work`` days of work on weekends, ``fixed`` holidays of every year as (month, day)."""

    years: frozenset[int]
    off: frozenset[date]
    work: frozenset[date]
    fixed: frozenset[tuple[int, int]] = frozenset()

    def known(self, day: date) -> bool:
        """Whether the table holds the year of ``day``."""
        return day.year in self.years

    def is_off(self, day: date) -> bool:
        """Whether nobody works on ``day``: weekends count as days off unless they were made days of work."""
        if day in self.work:
            return False
        return day in self.off or day.weekday() >= _SATURDAY or (day.month, day.day) in self.fixed

    def open_on_or_after(self, day: date) -> date:
        """Return ``day``, or the next day of work where it is a day off."""
        for _ in range(_LONGEST):
            if not self.is_off(day):
                break
            day += _DAY
        return day

    def last_day(self, start: date, days: int) -> date:
        """Return the last day of a period of ``days`` days that begins on ``start``."""
        return self.open_on_or_after(start + timedelta(days=days))

    def last_working_day(self, start: date, days: int) -> date:
        """Return the last day of a period of ``days`` working days that begins on ``start``."""
        day = start
        for _ in range(days):
            day = self.open_on_or_after(day + _DAY)
        return day
