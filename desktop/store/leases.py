"""Numbers of papers: given out of this store's leases, or, where none is left, from a series with the desk's suffix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from desktop.store.reader import Reader
from sync.records.numbers import desk_suffix, format_number
from sync.records.papers import NumberLease, Series

MOST = 1 << 31
LAST_YEAR = 10_000
_NEXT = """
    UPDATE lease SET next = next + 1 WHERE id = (
        SELECT id FROM lease WHERE series = ? AND unit = ? AND year = ? AND next <= last ORDER BY first LIMIT 1
    ) RETURNING next - 1
"""
_LEFT = "SELECT coalesce(sum(last - next + 1), 0) FROM lease WHERE series = ? AND unit = ? AND year = ?"
_OVERLAPPING = "SELECT 1 FROM lease WHERE series = ? AND unit = ? AND year = ? AND first <= ? AND last >= ? LIMIT 1"
_TAKE = "INSERT INTO lease(id, series, unit, year, first, last, next) VALUES (?, ?, ?, ?, ?, ?, ?)"
_DESK = """
    INSERT INTO desk_series(store, series, unit, year, next) VALUES (?, ?, ?, ?, 2)
    ON CONFLICT (store, series, unit, year) DO UPDATE SET next = next + 1 RETURNING next - 1
"""

Run = Callable[[str, Sequence[Any]], Any]
"""Runs a statement on the driver's connection and returns its cursor."""


def give_out(run: Run, store: str, series: Series, unit: str, unit_short: str, year: int) -> str:
    """Take the next serial; the caller's transaction must hold the record that carries the number."""
    given = run(_NEXT, (str(series), unit, year)).fetchall()
    if given:
        return format_number(series, unit_short, year, given[0][0])
    given = run(_DESK, (store, str(series), unit, year)).fetchall()
    return format_number(series, unit_short, year, given[0][0], desk_suffix(store))


def take(run: Run, store: str, value: NumberLease) -> None:
    """Use a lease that is this store's own. One that overlaps another is kept as a record and never used."""
    if value.store != store or not 1 <= value.first <= value.last < MOST or not 0 < value.year < LAST_YEAR:
        return
    same = (str(value.series), value.unit, value.year)
    if run(_OVERLAPPING, (*same, value.last, value.first)).fetchone() is None:
        run(_TAKE, (value.id, *same, value.first, value.last, value.first))


def left(reader: Reader, series: Series, unit: str, year: int) -> int:
    """Return how many leased numbers this store can still give out."""
    return int(reader.sql(_LEFT, (str(series), unit, year)).fetchone()[0])
