"""The calendar that counts periods here: the district's years over the program's (dictionaries/calendar.toml)."""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache

from desktop.actions.rule_tables import shipped, table_in_force
from desktop.store.store import Reader
from resources import read_text
from sync.records.calendar_table import together
from sync.records.calendars import Calendar, calendar_of, read_calendar
from sync.records.rule_tables import TableName, parsed


@cache
def calendar() -> Calendar:
    """Return the days off that the program knows."""
    return read_calendar(read_text("dictionaries", "calendar.toml"))


def calendar_in_force(reader: Reader, on: date) -> Calendar:
    """Return the calendar that holds at this store on a day; its ``version`` says whose it is."""
    found = table_in_force(reader, TableName.CALENDAR, on)
    return calendar() if found.starts_on is None else _own(found.version, found.text)


@lru_cache(maxsize=4)
def _own(version: str, text: str) -> Calendar:
    own = {**parsed(text), "version": version}
    return calendar_of(together(shipped(TableName.CALENDAR).table, own))
