"""Tables that a district publishes for all its stations: editions of rules, calendars, lists; kept, never altered.

Numbers below `FIRST` are the program's own (resources/dictionaries); those from it on are the district's, so that the
two never give one version to different rules. A change is the next number, and what was made under a version names it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sync.records.errors import RuleBroken
from sync.records.record import Fact

FIRST: Final = 1001
LAST: Final = 999_999
LONGEST_TEXT: Final = 4 * 1024 * 1024
"""Characters of a whole table: a responsibility list has some thousands of items (one page of an exchange at most)."""


class TableName(StrEnum):
    """What is published as a table."""

    DISPATCH_RULES = "dispatch_rules"
    CALENDAR = "calendar"
    SOURCES = "sources"
    ARTEFACTS = "artefacts"
    MOMENT_LIMITS = "moment_limits"
    PERIODS = "periods"
    DUTIES = "duties"
    THREAT = "threat"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTable(Fact):
    """Version ``number`` of the table ``name``, for what is made from ``starts_on`` on; ``text`` is TOML.

    ``note`` says in the district's words what changed.
    """

    name: str
    number: int
    text: str
    starts_on: date
    note: str = ""

    @property
    def version(self) -> str:
        """What an order or a deadline names, for example ``dispatch_rules-1001``."""
        return f"{self.name}-{self.number}"


def table_name(name: str) -> TableName:
    """Return which table ``name`` is; RuleBroken("tables.no_such_table") names those that there are."""
    try:
        return TableName(name)
    except ValueError as error:
        raise RuleBroken("tables.no_such_table", field="name", name=name[:60], names="、".join(TableName)) from error


def parsed(text: str) -> dict[str, Any]:
    """Return what a table's text says; RuleBroken: "tables.too_long", "tables.no_toml"."""
    if len(text) > LONGEST_TEXT:
        raise RuleBroken("tables.too_long", field="text", limit=LONGEST_TEXT)
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise RuleBroken("tables.no_toml", field="text", why=" ".join(str(error).split())[:120]) from error


def in_force(records: Iterable[RuleTable], name: str, on: date) -> list[RuleTable]:
    """Return the versions of ``name`` that hold on a day, the newest first: the one with the greatest number.

    Of two records with one version the first written counts: what was published is never altered.
    """
    first: dict[int, RuleTable] = {}
    for record in sorted(records, key=lambda r: r.id):
        if record.name == name and record.starts_on <= on and FIRST <= record.number <= LAST:
            first.setdefault(record.number, record)
    return [first[number] for number in sorted(first, reverse=True)]
