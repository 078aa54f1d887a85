"""Amendments: a fact that a later one amends is left out of lists, whichever of the two came first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from desktop.store.projections import AMENDS, AMONG_IDS, NAMING_ANY, naming
from desktop.store.reader import Reader, chunks, listed
from sync.records.record import Fact, Record

if TYPE_CHECKING:
    from desktop.store.work import Work

_LISTED = ("visit", "dispatch_order")
_MARK = "UPDATE {} SET amended = ?2 WHERE line IN (SELECT line FROM record WHERE {})"
_AMENDED = f"SELECT subject FROM link WHERE {NAMING_ANY} AND via = 'amends'"  # noqa: S608 our own words
_OTHERS = f"SELECT 1 FROM link WHERE {naming('?1')} AND via = ? LIMIT 1"  # noqa: S608 our own words


def amended(reader: Reader, ids: Iterable[str]) -> set[str]:
    """Return those of ``ids`` that a later fact amends."""
    found: set[str] = set()
    for some in chunks(set(ids)):
        found.update(row[0] for row in reader.sql(_AMENDED, (listed(some),)))
    return found


def apply(work: Work, amended_before: set[str], values: dict[int, tuple[str, Record]]) -> None:
    """Mark what the records just written amend, and those of them that something here amended already."""
    targets = {value.amends for _, value in values.values() if isinstance(value, Fact) and value.amends}
    _mark(work, targets | amended_before, 1)


def take_back(work: Work, value: Record) -> None:
    """``value`` is gone: what it amended stands again, unless another fact amends it too."""
    if isinstance(value, Fact) and value.amends:
        others = work.sql(_OTHERS, (value.amends, AMENDS)).fetchone()
        _mark(work, {value.amends}, int(others is not None))


def _mark(work: Work, ids: set[str], amended: int) -> None:
    for some in chunks(ids):
        for table in _LISTED:
            work.sql(_MARK.format(table, AMONG_IDS), (listed(some), amended))
