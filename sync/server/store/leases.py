"""Leases of numbers: which serials a store was given, how far it has used them, what it gets next."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, select

from sync.records.papers import NumberLease, Series
from sync.server.store.schema import lease, number_series

_SERIALS: Final = {
    Series.VISIT: re.compile(r"登(?P<year>\d{4})-(?P<serial>\d{6,9})$"),
    Series.ORDER: re.compile(r"[((](?P<year>\d{4})[))].*第(?P<serial>\d{1,9})号$"),
    Series.AGREEMENT: re.compile(r"[((](?P<year>\d{4})[))].*第(?P<serial>\d{1,9})号$"),
    Series.ADMINISTRATIVE: re.compile(r"[((](?P<year>\d{4})[))].*第(?P<serial>\d{1,9})号$"),
}


def serial_of(series: Series, number: str) -> tuple[int, int] | None:
    """Return year and serial of a number from a lease; None for a desk-suffixed one or anything else."""
    match = _SERIALS[series].search(number)
    return (int(match["year"]), int(match["serial"])) if match else None


def note_used(conn: Connection, store: str, series: Series, year: int, serial: int) -> None:
    """Remember that ``store`` has come as far as ``serial``: a store takes its blocks in their order."""
    mine = _open(store, series, year)
    conn.execute(lease.update().where(*mine, lease.c.last < serial).values(used_upto=lease.c.last))
    within = (lease.c.first <= serial, lease.c.last >= serial, lease.c.used_upto < serial)
    conn.execute(lease.update().where(*mine, *within).values(used_upto=serial))


def ahead(conn: Connection, store: str, series: Series, year: int) -> int:
    """Return how many leased serials ``store`` has not used yet, as far as the district has seen."""
    query = select(func.coalesce(func.sum(lease.c.last - lease.c.used_upto), 0))
    return int(conn.execute(query.where(*_open(store, series, year))).scalar_one())


def _open(store: str, series: Series, year: int) -> tuple[ColumnElement[bool], ...]:
    """The leases of which something is left, in the words of their index."""
    mine = (lease.c.store == store, lease.c.series == series.value, lease.c.year == year)
    return (*mine, lease.c.used_upto < lease.c.last)


def next_block(conn: Connection, unit: str, series: Series, year: int, size: int) -> tuple[int, int]:
    """Take the next ``size`` serials of a series; the caller holds the counter's lock. Returns (first, last)."""
    key = (
        number_series.c.unit == unit,
        number_series.c.series == series.value,
        number_series.c.year == year,
    )
    first = conn.execute(select(number_series.c.next).where(*key)).scalar()
    if first is None:
        conn.execute(number_series.insert().values(unit=unit, series=series.value, year=year, next=1 + size))
        return 1, size
    conn.execute(number_series.update().where(*key).values(next=first + size))
    return first, first + size - 1


def put_lease(conn: Connection, record: NumberLease) -> None:
    """List a lease that was made here."""
    conn.execute(
        lease.insert().values(
            record=record.id,
            store=record.store,
            unit=record.unit,
            series=record.series.value,
            year=record.year,
            first=record.first,
            last=record.last,
            used_upto=record.first - 1,
        )
    )
