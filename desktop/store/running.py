"""The clocks that run, as the fold writes them, and the few or all of them as they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from desktop.store.columns import from_micros, to_micros
from desktop.store.projections import AMONG_IDS
from desktop.store.reader import Reader, listed

if TYPE_CHECKING:
    from sync.records.open_clocks import OpenClock

Clocks = dict[int, tuple["OpenClock", ...]]
"""What runs of the records at some lines."""
_CLEAR: Final = "DELETE FROM running WHERE line IN (SELECT value FROM json_each(?))"
_WRITE: Final = "INSERT OR REPLACE INTO running(line, clock, unit, at, counted) VALUES (?, ?, ?, ?, ?)"
_AMENDED: Final = "SELECT line FROM dispatch_order WHERE amended = 1 AND line IN (SELECT value FROM json_each(?))"
_NEXT: Final = """
    SELECT at, clock, line, unit, counted FROM running
    WHERE clock = ?1 AND counted = ?2 AND at >= ?3 ORDER BY at, line, unit LIMIT ?4 OFFSET ?5
"""
_ALL: Final = "SELECT at, clock, line, unit, counted FROM running WHERE counted NOT IN (?, ?)"
_OF_KIND: Final = "SELECT at, clock, line, unit, counted FROM running WHERE clock = ? AND counted = ?"
_AT: Final = """
    SELECT at, clock, line, unit, counted FROM running
    WHERE line IN (SELECT value FROM json_each(?)) AND counted IN (SELECT value FROM json_each(?))
"""
_COUNT: Final = """
    SELECT count(*) FROM (
        SELECT 1 FROM running WHERE clock = ? AND counted IN (SELECT value FROM json_each(?)) LIMIT ?
    )
"""
_FIRST: Final = f"""
    SELECT record.id, min(running.at) FROM record JOIN running ON running.line = record.line
    WHERE {AMONG_IDS} AND running.counted = 1 GROUP BY record.id
"""  # noqa: S608 our own words
_OPEN: Final = """
    SELECT record.id FROM running CROSS JOIN record ON record.line = running.line
    WHERE running.clock = ? AND running.counted = ? ORDER BY running.at, running.line LIMIT ?
"""
_IDS: Final = "SELECT line, id FROM record WHERE line IN (SELECT value FROM json_each(?))"
_KINDS: Final = """
    WITH RECURSIVE kind(clock) AS (
        SELECT min(clock) FROM running
        UNION ALL SELECT (SELECT min(clock) FROM running WHERE running.clock > kind.clock) FROM kind
        WHERE kind.clock IS NOT NULL
    )
    SELECT clock, (SELECT max(counted) FROM running WHERE running.clock = kind.clock) FROM kind WHERE clock IS NOT NULL
"""
"""The kinds that there are, each by two steps into the index: the moments of a kind are all told alike."""


class Told(IntEnum):
    """What ``running.at`` is: a start, an end that was counted or given once, a start of what has rested, or one that
    stands in for a start that nobody recorded. ``OPEN`` is no clock: since then something is to be done. ``AGREED``: an
    end that the parties agreed on. ``MOMENT``: since when one of the five moments is waited for, within a limit of the
    district's (waiting_moments.py).
    """

    START = 0
    END = 1
    RESTED = 2
    SUPPOSED = 3
    OPEN = 4
    AGREED = 5
    MOMENT = 6


ENDS: Final = frozenset({Told.END, Told.AGREED})
"""What is told as an end, and counted from nothing."""
MOVED: Final = frozenset({Told.RESTED, Told.AGREED})
"""What something in a mediation moved: its end, or why it ends then, is counted from its events."""
CLOCKS: Final = tuple(told for told in Told if told not in (Told.OPEN, Told.MOMENT))
_AS_CLOCKS: Final = listed(map(int, CLOCKS))
_AS_MOMENTS: Final = listed([int(Told.MOMENT)])
PASSED: Final = "passed"
"""What is noted as open in the place of a clock's kind: a matter that another unit passed here."""
DUTY: Final = "duty-report"
"""Noted likewise: a matter of which the police have to be told, and were not (反家庭暴力法 14)."""
_NOTED: Final = frozenset({PASSED, DUTY})


class Runs(NamedTuple):
    """One clock of the record at ``line``; ``at`` is in microseconds, as the table has it."""

    at: int
    clock: str
    line: int
    unit: str
    told: int


def write_running(reader: Reader, clocks: Clocks) -> None:
    """Write what runs of the records at some lines in the place of what ran of them; nothing of amended orders."""
    if not clocks:
        return
    lines = listed(list(clocks))
    reader.sql(_CLEAR, (lines,))
    if not any(clocks.values()):
        return
    amended = {line for (line,) in reader.sql(_AMENDED, (lines,))}
    for line, found in clocks.items():
        for clock in found if line not in amended else ():
            reader.sql(_WRITE, row_of(line, clock))


def row_of(line: int, clock: OpenClock) -> tuple[int, str, str, int, int]:
    """Return a clock of the record at ``line`` as the table has it."""
    start = Told.SUPPOSED if clock.supposed else Told.RESTED if clock.rests else Told.START
    start = Told.MOMENT if clock.waited else start
    told = Told.AGREED if clock.agreed else Told.END if clock.counted else start
    return line, clock.kind, clock.unit, to_micros(clock.at), int(told)


def write_open(reader: Reader, since: Mapping[int, datetime], what: str = PASSED) -> None:
    """Note beside what runs of the records at some lines that they are open since then, in ``what`` way."""
    for line, at in since.items():
        reader.sql(_WRITE, (line, what, "", to_micros(at), int(Told.OPEN)))


def open_here(reader: Reader, what: str, most: int) -> list[str]:
    """Return the ids of what is noted as open in ``what`` way, what waits longest first: by the index alone."""
    return [record for (record,) in reader.sql(_OPEN, (what, int(Told.OPEN), most)).fetchall()]


def kinds_running(reader: Reader) -> list[str]:
    """Return the kinds of clocks of which one runs."""
    return [kind for kind, told in reader.sql(_KINDS) if kind not in _NOTED and told != Told.MOMENT]


def moments_waited(reader: Reader) -> list[str]:
    """Return the kinds of moments, each of a nature, of which one is waited for."""
    return [kind for kind, told in reader.sql(_KINDS) if told == Told.MOMENT]


def next_running(reader: Reader, clock: str, told: Told, since: datetime, page: int) -> Iterator[Runs]:
    """Yield the clocks of a kind whose ``at`` is told so, from ``since`` on and in its order.

    They are read by ``page``, one after the other, as they are asked for.
    """
    offset = 0
    while True:
        found = reader.sql(_NEXT, (clock, int(told), to_micros(since), page, offset)).fetchall()
        yield from map(Runs._make, found)
        if len(found) < page:
            return
        offset += page


def all_running(reader: Reader) -> list[tuple[int, str, int, str, int]]:
    """Return every clock that runs, as `Runs` has it, in no order."""
    found: list[tuple[int, str, int, str, int]] = reader.sql(_ALL, (int(Told.OPEN), int(Told.MOMENT))).fetchall()
    return found


def all_waited(reader: Reader) -> list[Runs]:
    """Return every moment that is waited for, in no order."""
    kinds = moments_waited(reader)
    return [Runs._make(run) for kind in kinds for run in reader.sql(_OF_KIND, (kind, int(Told.MOMENT)))]


def running_at(reader: Reader, lines: Iterable[int], *, moments: bool = False) -> list[Runs]:
    """Return the clocks that run of the records at ``lines``, or the ``moments`` waited for, in no order."""
    told = _AS_MOMENTS if moments else _AS_CLOCKS
    return [Runs._make(row) for row in reader.sql(_AT, (listed(set(lines)), told)).fetchall()]


def ids_at(reader: Reader, lines: Iterable[int]) -> dict[int, str]:
    """Return the ids of the records at ``lines``."""
    return dict(reader.sql(_IDS, (listed(set(lines)),)).fetchall())


def count_running(reader: Reader, most: int) -> int:
    """Return how many clocks run, counted up to ``most``."""
    return _count(reader, kinds_running(reader), _AS_CLOCKS, most)


def count_waited(reader: Reader, most: int) -> int:
    """Return how many moments are waited for, counted up to ``most``."""
    return _count(reader, moments_waited(reader), _AS_MOMENTS, most)


def _count(reader: Reader, kinds: list[str], told: str, most: int) -> int:
    """By the index of the kinds, so that what runs of other sorts is not walked through."""
    found = 0
    for kind in kinds:
        found += int(reader.sql(_COUNT, (kind, told, most - found)).fetchone()[0])
    return found


def next_ends(reader: Reader, ids: Iterable[str]) -> dict[str, datetime]:
    """Return the first end of those of the records ``ids`` of which a clock with a counted end runs."""
    return {i: from_micros(at) for i, at in reader.sql(_FIRST, (listed(ids),)).fetchall()}
