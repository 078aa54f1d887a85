"""How long the five moments may take (及时情况): a table that the district edits, by nature."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sync.records.errors import RuleBroken
from sync.records.matters import Nature

ALL: Final = "all"
MOMENTS: Final = ("accepted", "resolved", "acknowledged", "fed_back")
LONGEST: Final = 366 * 24 * 60


@dataclass(frozen=True, slots=True)
class MomentLimits:
    """Minutes from each moment to the next, round the clock."""

    accepted: int
    resolved: int
    acknowledged: int
    fed_back: int


def read_limits(table: Mapping[str, Any]) -> dict[str, MomentLimits]:
    """Return the limits by nature, and those of all others under `ALL`; RuleBroken names the line that is none."""
    given = table.get(ALL)
    if not isinstance(given, dict) or set(given) != set(MOMENTS):
        raise RuleBroken("tables.no_rows", field="text", part=f"[{ALL}] {', '.join(MOMENTS)}")
    found = {ALL: _limits(ALL, given)}
    for nature in Nature:
        own = table.get(nature.value)
        if isinstance(own, dict):
            found[nature.value] = _limits(nature.value, {**given, **own})
    return found


def _limits(row: str, given: Mapping[str, Any]) -> MomentLimits:
    for name in MOMENTS:
        minutes = given.get(name)
        if isinstance(minutes, bool) or not isinstance(minutes, int) or not 0 < minutes <= LONGEST:
            raise RuleBroken("tables.no_minutes", field="text", row=row, what=name, most=LONGEST)
    return MomentLimits(**{name: given[name] for name in MOMENTS})


def limits_of(limits: Mapping[str, MomentLimits], nature: Nature) -> MomentLimits:
    """Return those of a nature."""
    return limits.get(nature.value, limits[ALL])


def faults(table: Mapping[str, Any]) -> Iterator[RuleBroken]:
    """What is wrong with a table as a whole: a line that is no nature's."""
    for name, row in table.items():
        if isinstance(row, dict) and name not in (ALL, *Nature):
            names = ", ".join((ALL, *Nature))
            yield RuleBroken("tables.no_kind", field="text", row="[...]", said=name[:40], names=names)
