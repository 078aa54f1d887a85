"""The calendar that counts periods here (resources/dictionaries/calendar.toml)."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache

from resources import read_text
from sync.records.calendars import Calendar


@cache
def calendar() -> Calendar:
    """Return the days off that are known."""
    table = tomllib.loads(read_text("dictionaries", "calendar.toml"))
    off: set[date] = set()
    for row in table["year"]:
        for first, last in row["off"]:
            day, end = date.fromisoformat(first), date.fromisoformat(last)
            while day <= end:
                off.add(day)
                day += timedelta(days=1)
    return Calendar(
        years=frozenset(row["year"] for row in table["year"]),
        off=frozenset(off),
        work=frozenset(date.fromisoformat(day) for row in table["year"] for day in row["work"]),
        fixed=frozenset((int(day[:2]), int(day[3:])) for day in table["fixed"]),
    )
