"""The calendar that counts periods here (resources/dictionaries/calendar.toml)."""

from __future__ import annotations

from functools import cache

from resources import read_text
from sync.records.calendars import Calendar, read_calendar


@cache
def calendar() -> Calendar:
    """Return the days off that are known."""
    return read_calendar(read_text("dictionaries", "calendar.toml"))
