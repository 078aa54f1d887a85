"""Whether a table may be published, and whether a station can use it: read, and looked over as a whole.

Both ends ask the same: what a station would leave out, the district does not publish.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sync.records import artefacts, dispatch_checks, duties, help_numbers, moment_limits, sources
from sync.records.calendars import calendar_of
from sync.records.deadline_rules import SETTABLE, read_periods
from sync.records.dispatch_rules import read_rules
from sync.records.errors import RuleBroken
from sync.records.rule_tables import RuleTable, TableName, parsed
from sync.records.text import unshowable
from sync.records.visits import Category

CATEGORIES = tuple(category.value for category in Category)


def faults(name: TableName, text: str, departments: Mapping[str, bool] | None = None) -> list[RuleBroken]:
    """Return what is wrong with a table, the first things first; empty where it may be published.

    ``departments`` says of each department's name and identity whether it is still there; None leaves that out.
    """
    try:
        if found := unshowable(text):
            return [RuleBroken("tables.character", field="text", code=f"U+{ord(found[0]):04X}")]
        return list(_faults(name, parsed(text), departments))
    except RuleBroken as fault:
        return [fault]


def usable(record: RuleTable) -> bool:
    """Whether this program can read a published table; one of a newer district may have words it does not know."""
    try:
        return not faults(TableName(record.name), record.text)
    except ValueError:
        return False


def _faults(name: TableName, table: dict[str, Any], departments: Mapping[str, bool] | None) -> Iterable[RuleBroken]:
    match name:
        case TableName.DISPATCH_RULES:
            return dispatch_checks.faults(read_rules(table, ""), CATEGORIES, departments)
        case TableName.CALENDAR:
            calendar_of(table)
            return []
        case TableName.SOURCES:
            return sources.faults(sources.read_sources(table))
        case TableName.ARTEFACTS:
            return artefacts.faults(artefacts.read_closings(table))
        case TableName.MOMENT_LIMITS:
            moment_limits.read_limits(table)
            return moment_limits.faults(table)
        case TableName.PERIODS:
            return [] if read_periods(table) else [RuleBroken("tables.no_rows", field="text", part=f"[{SETTABLE[0]}]")]
        case TableName.THREAT:
            return help_numbers.faults(help_numbers.read_numbers(table))
        case TableName.DUTIES:
            return duties.faults(duties.read_duties(table), departments)
