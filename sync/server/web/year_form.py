"""The form of the calendar: a year as twelve small months; a tick says that a day is not as its weekday is."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from typing import Any, Final

from resources import Wording
from sync.records.calendar_table import (
    Year,
    blank_year,
    calendar_text,
    changed_year,
    stretches,
    years_of,
)
from sync.records.errors import RuleBroken
from sync.records.text import half_width
from sync.server.web.publishing import Difference

AHEAD: Final = 2
"""So many years after this one may be told: notices come late in the year before."""
SPANS: Final = 3
"""So many stretches of duty hours at most on one day."""
_SATURDAY: Final = 5
Table = Mapping[str, Any]
Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the picture. ``kind`` is what it is unless ticked or unticked: work, rest or holiday."""

    day: date
    name: str
    weekend: bool
    ticked: bool
    beside: bool


def offered(table: Table, today: date) -> list[tuple[int, bool]]:
    """Return the years that may be opened, and whether the table has each."""
    known = years_of(table)
    return [(year, year in known) for year in sorted({*known, *range(today.year, today.year + AHEAD + 1)})]


def year_of(table: Table, number: int) -> Year:
    """Return a year of the table; of one that nobody has told, the fixed holidays as a proposal."""
    return years_of(table).get(number) or blank_year(number, table)


def year_fields(table: Table, number: int) -> dict[str, str]:
    """Return a year as fields: ``d0101`` is ticked for a weekday off and for a weekend day of work; ``h0_from``…"""
    year = year_of(table, number)
    found = {_field(day): "on" for day in year.holidays | year.work}
    for at, (first, last) in enumerate(table.get("duty", ())):
        found |= {f"h{at}_from": str(first), f"h{at}_to": str(last)}
    return {"year": str(number), **found}


def _field(day: date) -> str:
    return f"d{day:%m%d}"


def chosen_year(form: Fields, table: Table, today: date) -> int:
    """Return which year a form is about; RuleBroken("tables.year_far") for one that may not be told."""
    said = form.get("year", "")
    if not said.isdecimal() or len(said) > 4 or int(said) not in (known := dict(offered(table, today))):
        first, last = min(years_of(table)), today.year + AHEAD
        raise RuleBroken("tables.year_far", field="text", row=said[:8], first=first, last=last)
    return next(year for year in known if year == int(said))


def told_year(form: Fields, table: Table, number: int) -> Year:
    """Return the year that a form's ticks spell."""
    ticked = [day for day in _days(number) if form.get(_field(day))]
    holidays = [day for day in ticked if day.weekday() < _SATURDAY]
    made_up = [day for day in ticked if day.weekday() >= _SATURDAY]
    before = years_of(table).get(number)
    if before is None:
        proposed = blank_year(number, table)
        before = Year(number, proposed.off - proposed.holidays, frozenset())
    return changed_year(before, holidays, made_up)


def spelled_calendar(form: Fields, table: Table, number: int) -> str:
    """Return the table with a form's year and hours; all its other years stay, those of the program among them.

    RuleBroken("tables.duty_hours") says the row.
    """
    year = told_year(form, table, number)
    head = {"fixed": table.get("fixed", []), "duty": _hours(form)}
    return calendar_text(head, {**years_of(table), number: year}.values())


def _hours(form: Fields) -> list[list[str]]:
    spans: list[list[str]] = []
    for at in range(SPANS):
        said = [form.get(f"h{at}_{end}", "").strip() for end in ("from", "to")]
        if any(said):
            spans.append([_hour(one, at) for one in said])
    edges = [edge for span in spans for edge in span]
    if any(earlier >= later for earlier, later in pairwise(edges)) or not spans:
        raise RuleBroken("tables.duty_hours", field="text", row=len(spans) or 1)
    return spans


def _hour(said: str, at: int) -> str:
    hour, _, minute = half_width(said).partition(":")
    try:
        return f"{time(int(hour), int(minute)):%H:%M}"
    except ValueError as error:
        raise RuleBroken("tables.duty_hours", field="text", row=at + 1) from error


def calendar_differences(before: Table, after: Table, number: int, words: Wording) -> list[Difference]:
    """Say which days become what, runs of equal ones together, and which hours of duty change."""
    old, new = years_of(before).get(number), years_of(after)[number]
    found = [] if old else [Difference(str(number), words("web.cell_new_year"), "", _sum_of(new, words))]
    changed: dict[tuple[str, str], list[date]] = {}
    for day in _days(number):
        was, now = (_kind(day, year or Year(number, frozenset(), frozenset())) for year in (old, new))
        if was != now:
            changed.setdefault((was, now), []).append(day)
    runs = [(first, last, kinds) for kinds, days in changed.items() for first, last in stretches(days)]
    for first, last, kinds in sorted(runs):
        row = first.isoformat() if first == last else f"{first} – {last}"
        found.append(Difference(row, words("web.cell_day"), *(words(f"web.day_{kind}") for kind in kinds)))
    hours = ["、".join("–".join(map(str, span)) for span in table.get("duty", ())) for table in (before, after)]
    if hours[0] != hours[1]:
        found.append(Difference(words("web.duty_hours"), words("web.cell_hours"), hours[0], hours[1]))
    return found


def _sum_of(year: Year, words: Wording) -> str:
    return words("web.year_sum", off=len(year.holidays), work=len(year.work))


def _kind(day: date, year: Year) -> str:
    if day in year.work:
        return "made_up"
    if day in year.off:
        return "holiday"
    return "rest" if day.weekday() >= _SATURDAY else "work"


def picture(year: Year, words: Wording) -> list[tuple[str, list[list[Day | None]]]]:
    """Return twelve months, each with its name and its weeks from Monday; None where a week has days of others."""
    return [(words(f"web.month_{month}"), list(_weeks(year, month, words))) for month in range(1, 13)]


def _weeks(year: Year, month: int, words: Wording) -> Iterator[list[Day | None]]:
    for week in months.Calendar().monthdatescalendar(year.number, month):
        yield [_day(day, year, words) if (day.month, day.year) == (month, year.number) else None for day in week]


def _day(day: date, year: Year, words: Wording) -> Day:
    weekend = day.weekday() >= _SATURDAY
    ticked = day in (year.work if weekend else year.off)
    place = {"month": day.month, "day": day.day, "weekday": words(f"web.weekday_{day.weekday()}")}
    name = words("web.day_name_weekend" if weekend else "web.day_name_week", **place)
    return Day(day, name, weekend, ticked, weekend and day in year.off)


def sums(year: Year) -> dict[str, int]:
    """Return how many weekdays are off, weekend days are worked, and days of work there are."""
    work = sum(_kind(day, year) in ("work", "made_up") for day in _days(year.number))
    return {"off": len(year.holidays), "work": len(year.work), "all": work}


def _days(year: int) -> list[date]:
    first = date(year, 1, 1).toordinal()
    return [date.fromordinal(first + n) for n in range(366 if months.isleap(year) else 365)]
