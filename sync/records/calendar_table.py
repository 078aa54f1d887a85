"""A district's calendar over the program's: its years stand for those of the same number, and none may be lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sync.records.errors import RuleBroken


def together(shipped: Mapping[str, Any], published: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table of both, for `calendars.calendar_of`; ``published`` was checked before it was published."""
    own = _years(published)
    rest = [row for year, row in _years(shipped).items() if year not in own]
    return {**shipped, **published, "year": sorted([*rest, *own.values()], key=lambda row: int(row["year"]))}


def lost_years(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[RuleBroken]:
    """Name the years that the version before has and the new one has no more."""
    for year in sorted(_years(before).keys() - _years(after).keys()):
        yield RuleBroken("tables.year_lost", field="text", row=year)


def _years(table: Mapping[str, Any]) -> dict[int, Mapping[str, Any]]:
    return {int(row["year"]): row for row in table["year"]}
