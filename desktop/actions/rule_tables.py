"""Tables of the district at this station: which version holds on a day, and what of it cannot be used here.

A version that this program cannot read (a newer district's words) is left out and told by `versions`: the one before
it holds on, or what the program ships, which is marked as to be confirmed. Nothing is ever half of one version.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any, Final, TypeVar

from desktop.store.rule_tables import rule_tables
from desktop.store.store import Reader
from resources import read_text
from sync.records.artefacts import Closing, read_closings
from sync.records.errors import RuleBroken
from sync.records.matters import Nature
from sync.records.moment_limits import MomentLimits, limits_of, read_limits
from sync.records.rule_tables import TableName, in_force, parsed
from sync.records.sources import Source, read_sources
from sync.records.table_checks import faults

T = TypeVar("T")

NOT_SHIPPED: Final = "default-0"
"""The version of a table that the program ships none of: it is empty until the district publishes one."""


@dataclass(frozen=True, slots=True)
class InForce:
    """The version of a table that holds; ``to_confirm`` where it is the program's own and no district set it."""

    name: TableName
    version: str
    table: dict[str, Any]
    to_confirm: bool
    starts_on: date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """A published version as this program sees it; ``fault`` says why it cannot be used here."""

    version: str
    starts_on: date
    note: str = ""
    fault: RuleBroken | None = None


def table_in_force(reader: Reader, name: TableName, on: date) -> InForce:
    """Return the version of ``name`` that holds on a day: the district's newest usable one, or the shipped default."""
    for record in in_force(rule_tables(reader, name), name, on):
        if _fault(record.name, record.text) is None:
            return InForce(name, record.version, _parsed(record.text), False, record.starts_on, record.text)
    return shipped(name)


def table_of_version(reader: Reader, name: TableName, version: str) -> InForce | None:
    """Return a version by what an order or a deadline names it; None where it is not here."""
    if shipped(name).version == version:
        return shipped(name)
    found = next((r for r in rule_tables(reader, name) if r.version == version), None)
    if found is None or _fault(found.name, found.text) is not None:
        return None
    return InForce(name, version, _parsed(found.text), False, found.starts_on, found.text)


def versions(reader: Reader, name: TableName) -> list[Version]:
    """Return every published version of a table, by number."""
    found = sorted(rule_tables(reader, name), key=lambda r: (r.number, r.id))
    return [Version(r.version, r.starts_on, r.note, _fault(r.name, r.text)) for r in found]


@dataclass(frozen=True, slots=True)
class Used:
    """Which version of a table a station uses; ``unusable`` are those that it has and cannot use."""

    name: TableName
    version: str
    to_confirm: bool
    unusable: tuple[Version, ...]


def tables_used(reader: Reader, on: date) -> list[Used]:
    """Return the version of each table that holds here on a day; one that nobody published or ships is left out."""
    found = [(table_in_force(reader, name, on), versions(reader, name)) for name in TableName]
    return [
        Used(held.name, held.version, held.to_confirm, tuple(v for v in known if v.fault is not None))
        for held, known in found
        if held.version != NOT_SHIPPED
    ]


@cache
def shipped(name: TableName) -> InForce:
    """Return the table that the program ships, marked as to be confirmed where no source has its figures."""
    if name is TableName.DUTIES:
        return InForce(name, NOT_SHIPPED, {}, True)
    table = tomllib.loads(read_text("dictionaries", f"{name.value}.toml"))
    return InForce(name, str(table.get("version", "default-1")), table, table.get("to_confirm") is True)


def sources(reader: Reader, on: date) -> tuple[Source, ...]:
    """Return the groups that find matters, as they are offered on a day, those that ended too."""
    return read(reader, TableName.SOURCES, on, read_sources)


def closings(reader: Reader, on: date) -> tuple[Closing, ...]:
    """Return what a closing needs, by kind, on a day."""
    return read(reader, TableName.ARTEFACTS, on, read_closings)


def moment_limits(reader: Reader, nature: Nature, on: date) -> tuple[MomentLimits, bool]:
    """Return how long the five moments of a nature may take, and whether a district has set that."""
    found = table_in_force(reader, TableName.MOMENT_LIMITS, on)
    return limits_of(read_limits(found.table), nature), not found.to_confirm


def read(reader: Reader, name: TableName, on: date, by: Callable[[dict[str, Any]], T]) -> T:
    """Return what ``by`` makes of the version of ``name`` that holds on a day."""
    return by(table_in_force(reader, name, on).table)


@lru_cache(maxsize=16)
def _parsed(text: str) -> dict[str, Any]:
    return parsed(text)


@lru_cache(maxsize=64)
def _fault(name: str, text: str) -> RuleBroken | None:
    try:
        found = faults(TableName(name), text)
    except ValueError:
        return RuleBroken("tables.no_such_table", field="name", name=name[:60], names="、".join(TableName))
    return found[0] if found else None
