"""The clocks that run, as the fold writes them, and the few or all of them as they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, NamedTuple, cast

from desktop.store.columns import from_micros, to_micros
from desktop.store.projections import AMONG_IDS
from desktop.store.reader import Reader, listed
from sync.records.matters import Matter
from sync.records.mediations import Mediation
from sync.records.open_clocks import OpenClock, mediation_clocks
from sync.records.record import Record

Clocks = dict[int, tuple[OpenClock, ...]]
_CLEAR: Final = "DELETE FROM running WHERE line IN (SELECT value FROM json_each(?))"
_WRITE: Final = "INSERT OR REPLACE INTO running(line, clock, unit, at, counted) VALUES (?, ?, ?, ?, ?)"
_LINES: Final = f"SELECT id, line FROM record WHERE {AMONG_IDS}"  # noqa: S608 our own words
_STANDS: Final = """
    NOT EXISTS (SELECT 1 FROM dispatch_order WHERE dispatch_order.line = running.line AND dispatch_order.amended = 1)
"""
_NEXT: Final = f"""
    SELECT line, clock, unit, at, counted FROM running
    WHERE clock = ?1 AND at >= ?2 AND counted = ?3 AND {_STANDS} ORDER BY at, line, unit LIMIT ?4 OFFSET ?5
"""  # noqa: S608 our own words
_ALL: Final = f"SELECT line, clock, unit, at, counted FROM running WHERE {_STANDS}"  # noqa: S608 as above
_IDS: Final = "SELECT line, id FROM record WHERE line IN (SELECT value FROM json_each(?))"
_KINDS: Final = """
    WITH RECURSIVE kind(clock) AS (
        SELECT min(clock) FROM running
        UNION ALL SELECT (SELECT min(clock) FROM running WHERE running.clock > kind.clock) FROM kind
        WHERE kind.clock IS NOT NULL
    )
    SELECT clock FROM kind WHERE clock IS NOT NULL
"""
"""The kinds that there are, each by one step into the index."""


class Runs(NamedTuple):
    """One clock of the record at ``line``; ``at`` and ``counted`` are as in records.open_clocks."""

    line: int
    clock: str
    unit: str
    at: datetime
    counted: bool


def write_running(reader: Reader, clocks: Clocks) -> None:
    """Write what runs of the records at some lines in the place of what ran of them."""
    if not clocks:
        return
    reader.sql(_CLEAR, (listed(list(clocks)),))
    for line, found in clocks.items():
        for clock in found:
            reader.sql(_WRITE, (line, clock.kind, clock.unit, to_micros(clock.at), int(clock.counted)))


def of_mediations(reader: Reader, values: dict[int, Record]) -> Clocks:
    """Return what runs of mediations: the category of its matter decides."""
    found = {line: cast(Mediation, value) for line, value in values.items()}
    matters = reader.current({m.matter for m in found.values()})
    return {line: mediation_clocks(m, _matter(matters.get(m.matter))) for line, m in found.items()}


def of_their_mediations(reader: Reader, values: dict[int, Record]) -> Clocks:
    """Return what runs of the mediations of matters: their category may have changed, or come later than they."""
    held = reader.linked_to({value.id for value in values.values()}, "mediation.matter")
    if not held:
        return {}
    matters = {value.id: value for value in values.values()}
    mediations = {m.id: cast(Mediation, m) for some in held.values() for m in some}
    lines = reader.sql(_LINES, (listed(list(mediations)),)).fetchall()
    return {line: mediation_clocks(mediations[i], _matter(matters.get(mediations[i].matter))) for i, line in lines}


def _matter(value: Record | None) -> Matter | None:
    return value if isinstance(value, Matter) else None


def kinds_running(reader: Reader) -> list[str]:
    """Return the kinds of clocks of which one runs."""
    return [kind for (kind,) in reader.sql(_KINDS).fetchall()]


def next_running(reader: Reader, clock: str, since: datetime, page: int, *, counted: bool) -> Iterator[Runs]:
    """Yield the clocks of a kind in the order of their ends (or their starts, where not ``counted``) from ``since``.

    They are read by ``page``, one after the other, as they are asked for.
    """
    offset = 0
    while True:
        found = reader.sql(_NEXT, (clock, to_micros(since), int(counted), page, offset)).fetchall()
        yield from _runs(found)
        if len(found) < page:
            return
        offset += page


def all_running(reader: Reader) -> list[Runs]:
    """Return every clock that runs, in no order."""
    return list(_runs(reader.sql(_ALL)))


def _runs(rows: Iterable[tuple[int, str, str, int, int]]) -> Iterator[Runs]:
    for line, clock, unit, at, counted in rows:
        yield Runs(line, clock, unit, from_micros(at), bool(counted))


def ids_at(reader: Reader, lines: Iterable[int]) -> dict[int, str]:
    """Return the ids of the records at ``lines``."""
    return dict(reader.sql(_IDS, (listed(set(lines)),)).fetchall())
