"""When a period ends at the district: the program's rules, and the calendar that is in force here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from resources import read_text
from sync.records.calendar_table import together
from sync.records.calendars import Calendar, calendar_of
from sync.records.deadline_rules import read_deadline_rules, read_periods
from sync.records.deadlines import Rule, deadline
from sync.records.open_clocks import OpenClock
from sync.records.rule_tables import TableName, parsed
from sync.server.rule_tables import holding, shipped_text
from sync.server.store.store import Connection


@cache
def deadline_rules() -> Mapping[str, Rule]:
    """Return the program's rules of periods by kind, as stations have them."""
    own = parsed(shipped_text(TableName.PERIODS))
    placeholders = read_periods(own, str(own["version"]), confirmed=False)
    return {**read_deadline_rules(read_text("dictionaries", "deadlines.toml")), **placeholders}


def rules_at(conn: Connection, today: date) -> Mapping[str, Rule]:
    """Return the rules in force: what no law sets is the district's, where it set it."""
    own = holding(conn, TableName.PERIODS, today)
    return deadline_rules() if own is None else {**deadline_rules(), **read_periods(parsed(own.text), own.version)}


def calendar_at(conn: Connection, today: date) -> Calendar:
    """Return the calendar in force: the district's over the program's."""
    own, program = holding(conn, TableName.CALENDAR, today), parsed(shipped_text(TableName.CALENDAR))
    if own is None:
        return calendar_of(program)
    return calendar_of(together(program, {**parsed(own.text), "version": own.version}))


@dataclass(frozen=True, slots=True)
class Counting:
    """By what periods are counted on a day: the calendar and the rules in force."""

    calendar: Calendar
    rules: Mapping[str, Rule]


def counting_at(conn: Connection, today: date) -> Counting:
    """Return what is in force here."""
    return Counting(calendar_at(conn, today), rules_at(conn, today))


def end_of_clock(clock: OpenClock, by: Counting) -> datetime:
    """Return when a clock ends: as it was counted, or by the rule of its kind from its start."""
    return clock.at if clock.counted else deadline(by.rules[clock.kind], clock.at, by.calendar).due
