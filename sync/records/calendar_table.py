"""A calendar as a table says it (resources/dictionaries/calendar.toml, or the district's own): read and looked over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from sync.records.calendars import Calendar
from sync.records.errors import RuleBroken

_LONGEST: Final = 31
"""More days off in one stretch than the State Council ever gave."""


def read_calendar(table: Mapping[str, Any]) -> Calendar:
    """Return the calendar that ``{"fixed": [...], "year": [{"year", "off", "work"}]}`` spells.

    RuleBroken with a sentence that names the year: days that do not exist or lie in another year, stretches that end
    before they begin, days of work that are none.
    """
    off: set[date] = set()
    work: set[date] = set()
    years = _years(table)
    for year, row in years.items():
        for stretch in _list(row, "off", year):
            off |= set(_stretch(stretch, year))
        work |= {_day(day, year) for day in _list(row, "work", year)}
    for day in work:
        if day.weekday() < 5:
            raise RuleBroken("tables.work_no_weekend", field="text", row=day.year, day=day)
        if day in off:
            raise RuleBroken("tables.off_and_work", field="text", row=day.year, day=day)
    return Calendar(frozenset(years), frozenset(off), frozenset(work), frozenset(_fixed(table)))


def together(shipped: Mapping[str, Any], published: Mapping[str, Any]) -> dict[str, Any]:
    """Return a district's calendar over the program's: its years stand for those of the same number."""
    own = _years(published)
    rest = [row for year, row in _years(shipped).items() if year not in own]
    fixed = published.get("fixed", shipped.get("fixed", []))
    return {"fixed": fixed, "year": sorted([*rest, *own.values()], key=lambda row: row["year"])}


def lost_years(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[RuleBroken]:
    """Name the years that the version before has and the new one has no more."""
    for year in sorted(_years(before).keys() - _years(after).keys()):
        yield RuleBroken("tables.year_lost", field="text", row=year)


def _years(table: Mapping[str, Any]) -> dict[int, Mapping[str, Any]]:
    rows = table.get("year", [])
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise RuleBroken("tables.no_rows", field="text", part="[[year]]")
    there = Counter(row.get("year") for row in rows)
    for year, times in there.items():
        if type(year) is not int or not 2000 <= year <= 2200:
            raise RuleBroken("tables.bad_year", field="text", row=str(year)[:20])
        if times > 1:
            raise RuleBroken("tables.row_twice", field="text", row=year)
    return {row["year"]: row for row in rows}


def _list(row: Mapping[str, Any], key: str, year: int) -> list[Any]:
    value = row.get(key, [])
    if not isinstance(value, list):
        raise RuleBroken("tables.no_text", field="text", row=year, what=key)
    return value


def _stretch(said: object, year: int) -> Iterator[date]:
    if not isinstance(said, list) or len(said) != 2:
        raise RuleBroken("tables.bad_day", field="text", row=year, said=str(said)[:40])
    day, last = (_day(one, year) for one in said)
    if not day <= last <= day + timedelta(days=_LONGEST):
        raise RuleBroken("tables.bad_stretch", field="text", row=year, first=day, last=last)
    while day <= last:
        yield day
        day += timedelta(days=1)


def _day(said: object, year: int) -> date:
    """A stretch may begin in December of the year before: the New Year's days off often do."""
    try:
        day = said if type(said) is date else date.fromisoformat(str(said))
    except ValueError as error:
        raise RuleBroken("tables.bad_day", field="text", row=year, said=str(said)[:40]) from error
    if day.year != year and (day.year, day.month) != (year - 1, 12):
        raise RuleBroken("tables.day_of_other_year", field="text", row=year, day=day)
    return day


def _fixed(table: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    for said in table.get("fixed", []):
        try:
            day = date.fromisoformat(f"2024-{said}")
        except ValueError as error:
            raise RuleBroken("tables.bad_day", field="text", row="fixed", said=str(said)[:40]) from error
        yield day.month, day.day
