"""What a district does not publish although a station could use it: asked by forms and by the command line alike.

These go beyond table_checks.py, which both ends ask: what was published earlier stays usable at every station.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sync.records.artefacts import read_closings
from sync.records.calendar_table import fixed_at_work, years_of
from sync.records.dispatch_rules import Awaited, DispatchRules, read_rules
from sync.records.errors import RuleBroken
from sync.records.help_numbers import POLICE, read_numbers, without_police
from sync.records.rule_tables import TableName
from sync.records.sources import read_sources
from sync.records.table_checks import CATEGORIES

Table = Mapping[str, Any]


def not_published(name: TableName, table: Table, before: Table) -> Iterator[RuleBroken]:
    """Return what keeps ``table``, which can be read, from being published after ``before``, the version shown last.

    Of a calendar both are whole, over the program's years. What a row is called is said by its parts, a tuple, where
    words for people depend on them.
    """
    match name:
        case TableName.DISPATCH_RULES:
            yield from _gaps(read_rules(table, ""))
        case TableName.CALENDAR:
            yield from _days(table, before)
        case TableName.SOURCES:
            yield from _groups(table, before)
        case TableName.ARTEFACTS:
            yield from _covered(table)
        case TableName.THREAT:
            if without_police(read_numbers(table)):
                yield RuleBroken("tables.no_police", field="text", number=POLICE)
        case TableName.MOMENT_LIMITS | TableName.PERIODS | TableName.DUTIES:
            return


def _gaps(rules: DispatchRules) -> Iterator[RuleBroken]:
    """Each ladder, or kind of order, for which nothing is done once a limit has passed: the first one of each clock."""
    own = dict.fromkeys((rung.category, rung.grade) for rung in rules.ladder)
    told: set[Awaited] = set()
    for category, grade in (*own, *((c, g) for g in rules.grade_names for c in CATEGORIES)):
        rungs = rules.rungs(category, grade)
        for clock in Awaited:
            if clock not in told and not any(rung.clock is clock and not rung.before for rung in rungs):
                told.add(clock)
                yield RuleBroken("tables.ladder_gap", field="text", row=(category, grade), clock=clock.value)


def _days(table: Table, before: Table) -> Iterator[RuleBroken]:
    """Of the years that are told otherwise than before: the holidays of every year were others once."""
    known = years_of(before)
    for year in (year for year in years_of(table).values() if known.get(year.number) != year):
        for day in fixed_at_work(year, table):
            yield RuleBroken("tables.fixed_at_work", field="text", row=day.isoformat())


def _groups(table: Table, before: Table) -> Iterator[RuleBroken]:
    """Records name a group: it is ended, never taken off; and one at least is left to choose."""
    found = read_sources(table)
    names = {source.name for source in found}
    for source in read_sources(before):
        if source.name not in names:
            yield RuleBroken("tables.source_lost", field="text", row=source.label, name=source.name)
    if all(source.ended for source in found):
        yield RuleBroken("tables.sources_ended", field="text")


def _covered(table: Table) -> Iterator[RuleBroken]:
    """A need that another one holds already says nothing."""
    for closing in read_closings(table):
        for at, need in enumerate(closing.needs):
            for other in (*closing.needs[:at], *closing.needs[at + 1 :]):
                if set(other) <= set(need):
                    kind, said, covers = (closing.kind,), tuple(need), tuple(other)
                    yield RuleBroken("tables.need_covered", field="text", row=kind, need=said, other=covers)
