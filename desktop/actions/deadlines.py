"""The kinds of periods that are counted here, and when one of them ends (resources/dictionaries/deadlines.toml)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache

from desktop.actions.calendars import calendar, calendar_in_force
from desktop.actions.dispatch_rules import default_rules, dispatch_rules
from desktop.actions.rule_tables import shipped, table_in_force
from desktop.store.reader import Reader
from resources import read_text
from sync.records.calendars import Calendar
from sync.records.deadline_rules import read_deadline_rules, read_periods
from sync.records.deadlines import Deadline, Extension, Rule, Suspension, deadline, deadline_of_day
from sync.records.dispatch_rules import ANY, DispatchRules
from sync.records.rule_tables import TableName, parsed
from sync.records.times import BEIJING


@cache
def deadline_rules() -> Mapping[str, Rule]:
    """Return the program's rules by kind; those of a dispatch order's clocks follow from its grade."""
    own = shipped(TableName.PERIODS)
    law = read_deadline_rules(read_text("dictionaries", "deadlines.toml"))
    return {**law, **read_periods(own.table, own.version, confirmed=not own.to_confirm)}


def rules_in_force(reader: Reader, on: date) -> Mapping[str, Rule]:
    """Return the rules by kind that hold here on a day: what no law sets is the district's, where it set it."""
    found = table_in_force(reader, TableName.PERIODS, on)
    return deadline_rules() if found.starts_on is None else _with(found.version, found.text)


@lru_cache(maxsize=4)
def _with(version: str, text: str) -> Mapping[str, Rule]:
    return {**deadline_rules(), **read_periods(parsed(text), version)}


@dataclass(frozen=True, slots=True)
class Periods:
    """The kinds of periods, and the calendar by which they are counted."""

    rules: Mapping[str, Rule]
    calendar: Calendar

    def due_by(
        self,
        kind: str,
        start: datetime | date,
        suspensions: Sequence[Suspension] = (),
        extensions: Sequence[Extension] = (),
        *,
        now: datetime | None = None,
    ) -> Deadline:
        """Return when the period of ``kind`` ends that began at ``start``.

        ``suspensions``, ``extensions`` and ``now`` are as `sync.records.deadlines.deadline` takes them; a day has none.
        """
        if not isinstance(start, datetime):
            return deadline_of_day(self.rules[kind], start, self.calendar)
        return deadline(self.rules[kind], start, self.calendar, suspensions, extensions, now=now)


def periods(reader: Reader, on: datetime | date) -> Periods:
    """Return how periods are counted at this store on a day."""
    day = on.astimezone(BEIJING).date() if isinstance(on, datetime) else on
    return Periods(rules_in_force(reader, day), calendar_in_force(reader, day))


@dataclass(frozen=True, slots=True)
class Counted:
    """The tables by which a period is counted: an order's limits by ``rules``, those of other kinds by ``kinds``, all
    that needs days by ``calendar``."""

    rules: DispatchRules
    calendar: Calendar
    kinds: Mapping[str, Rule]


def counted_by(reader: Reader, on: date) -> Counted:
    """Return the tables that hold at this store on a day, as an order of that day is counted by them."""
    return Counted(dispatch_rules(reader, on), calendar_in_force(reader, on), rules_in_force(reader, on))


def counted_without_store() -> Counted:
    """Return the tables that the program ships."""
    return Counted(default_rules(), calendar(), deadline_rules())


def order_rule(kind: str, grade: str = "", rules: DispatchRules | None = None, category: str = ANY) -> Rule:
    """Return the rule of a dispatch order's clock for ``grade``, the gravest where none is said.

    RuleBroken("tables.no_grade").
    """
    table = rules or default_rules()
    return table.clock(kind, category, grade or table.grade_names[0])
