"""A district's calendar over the program's: its years stand for those of the same number, and none may be lost.

A year's days are told by what is unusual: a weekday without work (a holiday), a weekend day of work (made up for
one). A weekend beside a holiday belongs to it, as the State Council's notices tell it; for counting it is a day off
either way.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sync.records.errors import RuleBroken

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Year:
    """The days of one year that the table names: ``off`` without work, weekends beside them among them; ``work``."""

    number: int
    off: frozenset[date]
    work: frozenset[date]

    @property
    def holidays(self) -> frozenset[date]:
        """Weekdays without work."""
        return frozenset(day for day in self.off if day.weekday() < _SATURDAY)


def together(shipped: Mapping[str, Any], published: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table of both, for `calendars.calendar_of`; ``published`` was checked before it was published."""
    own = _years(published)
    rest = [row for year, row in _years(shipped).items() if year not in own]
    return {**shipped, **published, "year": sorted([*rest, *own.values()], key=lambda row: int(row["year"]))}


def lost_years(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[RuleBroken]:
    """Name the years that the version before has and the new one has no more."""
    for year in sorted(_years(before).keys() - _years(after).keys()):
        yield RuleBroken("tables.year_lost", field="text", row=year)


def years_of(table: Mapping[str, Any]) -> dict[int, Year]:
    """Return the years of a table that `calendars.calendar_of` reads."""
    return {number: _year(number, row) for number, row in sorted(_years(table).items())}


def blank_year(number: int, table: Mapping[str, Any]) -> Year:
    """Return a year that nobody has told yet: weekends, and the fixed holidays of every year."""
    fixed = (date.fromisoformat(f"{number:04d}-{day}") for day in table.get("fixed", ()))
    return Year(number, frozenset(fixed), frozenset())


def changed_year(before: Year, holidays: Collection[date], work: Collection[date]) -> Year:
    """Return ``before`` with other weekdays off and other weekend days of work; weekends go with their holidays."""
    old, new, made = before.holidays, frozenset(holidays), frozenset(work)
    kept = (before.off - old) - (_beside(old, before.work) - _beside(new, made))
    return Year(before.number, new | (kept | _beside(new - old, made)) - made, made)


def fixed_at_work(year: Year, table: Mapping[str, Any]) -> Iterator[date]:
    """Give the holidays of every year (全国年节及纪念日放假办法 2) on which ``year`` has people work."""
    for day in sorted(blank_year(year.number, table).off):
        if day in year.work or (day.weekday() < _SATURDAY and day not in year.off):
            yield day


def calendar_text(table: Mapping[str, Any], years: Iterable[Year]) -> str:
    """Return the TOML of a calendar with ``years``; fixed holidays and hours of duty are ``table``'s."""
    head = [f"{key} = {json.dumps(table[key])}" for key in ("fixed", "duty") if key in table]
    return "\n".join([*head, *(_year_text(year) for year in sorted(years, key=lambda year: year.number))])


def stretches(days: Collection[date]) -> Iterator[tuple[date, date]]:
    """Give the first and last day of each run of days."""
    first = last = None
    for day in sorted(days):
        if last is not None and day != last + _DAY:
            yield first or day, last
            first = None
        first, last = first or day, day
    if first and last:
        yield first, last


def _beside(holidays: Collection[date], work: Collection[date]) -> frozenset[date]:
    """The weekend days before and after ``holidays`` that are no days of work, of the same year."""
    found: set[date] = set()
    for holiday in holidays:
        for step in (-_DAY, _DAY):
            day = holiday + step
            while day.weekday() >= _SATURDAY and day not in work and day.year == holiday.year:
                found.add(day)
                day += step
    return frozenset(found)


def _years(table: Mapping[str, Any]) -> dict[int, Mapping[str, Any]]:
    return {int(row["year"]): row for row in table["year"]}


def _year(number: int, row: Mapping[str, Any]) -> Year:
    off: set[date] = set()
    for first, last in row["off"]:
        day, end = date.fromisoformat(str(first)), date.fromisoformat(str(last))
        while day <= end:
            off.add(day)
            day += _DAY
    return Year(number, frozenset(off), frozenset(date.fromisoformat(str(day)) for day in row["work"]))


def _year_text(year: Year) -> str:
    off = [[first.isoformat(), last.isoformat()] for first, last in stretches(year.off)]
    work = [day.isoformat() for day in sorted(year.work)]
    return f"\n[[year]]\nyear = {year.number}\noff = {json.dumps(off)}\nwork = {json.dumps(work)}\n"
