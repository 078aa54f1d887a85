"""Days off, days of work and hours of duty: the table by which periods are counted (deadlines.py).

Days off are data: the State Council tells them year by year, and moves days of work to weekends for them. Of a year
that the table does not hold, weekends and the fixed holidays are known, and `Calendar.known` says no.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, Final

from sync.records.errors import RuleBroken

_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)
LONGEST: Final = 60
"""More days off in a row than there can be."""
DUTY: Final = ((time(9), time(12)), (time(14), time(18)))
"""The hours of a day of work where a table tells none."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """``off`` are days off, ``work`` days of work on weekends, ``fixed`` holidays of every year as (month, day).

    ``duty`` are the hours of a day of work, in their order; () where the table tells none. ``version`` names the table.
    """

    years: frozenset[int]
    off: frozenset[date]
    work: frozenset[date]
    fixed: frozenset[tuple[int, int]] = frozenset()
    duty: tuple[tuple[time, time], ...] = ()
    version: str = ""

    def known(self, day: date) -> bool:
        """Whether the table holds the year of ``day``."""
        return day.year in self.years

    def is_off(self, day: date) -> bool:
        """Whether nobody works on ``day``: weekends count as days off unless they were made days of work."""
        if day in self.work:
            return False
        if day in self.off or day.weekday() >= _SATURDAY:
            return True
        return not self.known(day) and (day.month, day.day) in self.fixed

    @property
    def hours(self) -> tuple[tuple[time, time], ...]:
        """The hours of a day of work, those of the program where the table tells none."""
        return self.duty or DUTY


def read_calendar(text: str) -> Calendar:
    """Return the calendar that ``text`` spells in TOML, as resources/dictionaries/calendar.toml does.

    Raises RuleBroken("records.calendar_unreadable"), or what `calendar_of` raises.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleBroken("records.calendar_unreadable", reason=str(error)) from error
    return calendar_of(table)


def calendar_of(table: Mapping[str, Any]) -> Calendar:
    """Return the calendar that ``{"version", "fixed", "duty", "year": [{"year", "off", "work"}, …]}`` spells.

    Raises RuleBroken("records.calendar_shape") where a part is missing or no date, ("records.calendar_year_twice"),
    and ("records.calendar_day") for a day off that is a day of work too, a day of work that is no weekend's, or a day
    of another year than its row's.
    """
    try:
        version, rows = str(table.get("version", "—")).strip(), [_year(row) for row in table["year"]]
        fixed = frozenset(date.fromisoformat(f"2024-{day}") for day in table.get("fixed", ()))
        duty = tuple((_hour(first), _hour(last)) for first, last in table.get("duty", ()))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RuleBroken("records.calendar_shape", reason=str(error)) from error
    edges = [hour for span in duty for hour in span]
    if not version or not rows or edges != sorted(set(edges)):
        raise RuleBroken("records.calendar_shape", reason="version, year, duty")
    years = [year for year, _, _ in rows]
    for year in years:
        if years.count(year) > 1:
            raise RuleBroken("records.calendar_year_twice", year=year)
    for year, off, work in rows:
        weekdays = {day for day in work if day.weekday() < _SATURDAY}
        for day in sorted((off & work) | weekdays | {d for d in off | work if d.year != year}):
            raise RuleBroken("records.calendar_day", day=day.isoformat())
    return Calendar(
        frozenset(years),
        frozenset[date]().union(*(off for _, off, _ in rows)),
        frozenset[date]().union(*(work for _, _, work in rows)),
        frozenset((day.month, day.day) for day in fixed),
        duty,
        version,
    )


def _year(row: Mapping[str, Any]) -> tuple[int, frozenset[date], frozenset[date]]:
    off = frozenset(day for first, last in row["off"] for day in _stretch(first, last))
    return int(row["year"]), off, frozenset(_day(day) for day in row["work"])


def _stretch(first: object, last: object) -> Iterator[date]:
    day, end = _day(first), _day(last)
    if end >= day + timedelta(days=LONGEST):
        raise RuleBroken("tables.stretch_long", field="text", row=day.isoformat(), last=end.isoformat())
    if end < day:
        raise ValueError(f"{first} – {last}")
    while day <= end:
        yield day
        day += _DAY


def _day(told: object) -> date:
    return date.fromisoformat(str(told))


def _hour(told: object) -> time:
    return time.fromisoformat(str(told))
