"""Leases of numbers: which serials a store was given, how far it has used them, what it gets next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import BindParameter, ColumnElement, Connection, bindparam, case, func, select

from sync.records.mediations import Agreement
from sync.records.orders import DispatchOrder
from sync.records.papers import BlankForm, NumberLease, NumberVoid, Series
from sync.records.record import Record
from sync.records.visits import Visit
from sync.server.store.schema import lease, number_series
from sync.server.store.together import Question

Used = Mapping[tuple[str, Series, int], int]
"""The greatest serial that was used, by store, series and year."""

Ahead = Mapping[tuple[str, int], int]
"""How many leased serials are left, by series and year; a pair of which none is left is not in it."""

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


def serials_in(records: Iterable[Record]) -> Used:
    """Return the leased numbers that papers among these carry."""
    used: dict[tuple[str, Series, int], int] = {}
    for record in records:
        series, number = _number_of(record)
        found = serial_of(series, number) if number else None
        if found is not None:
            key = (record.made.store, series, found[0])
            used[key] = max(used.get(key, 0), found[1])
    return used


def _number_of(record: Record) -> tuple[Series, str]:
    """The series and the number of a paper; no number where it has none."""
    match record:
        case Visit():
            return Series.VISIT, record.number
        case DispatchOrder():
            return Series.ORDER, record.number
        case Agreement():
            return Series.AGREEMENT, record.number
        case NumberVoid() | BlankForm():
            return record.series, record.number
    return Series.VISIT, ""


def note_used(conn: Connection, used: Used) -> None:
    """Remember how far stores have come with their numbers: a store takes its blocks in their order."""
    for (store, series, year), serial in sorted(used.items()):
        mine = (*_open(store), lease.c.series == series.value, lease.c.year == year)
        begun = lease.update().where(*mine, lease.c.first <= serial, lease.c.used_upto < serial)
        conn.execute(begun.values(used_upto=case((lease.c.last < serial, lease.c.last), else_=serial)))


def ahead(store: str) -> Question[Ahead]:
    """Ask how many leased serials ``store`` has not used yet, as far as the district has seen."""
    return Question(
        _AHEAD, {"of_store": store}, lambda rows: {(series, year): int(left) for series, year, left in rows}
    )


def _open(store: str | BindParameter[str]) -> tuple[ColumnElement[bool], ...]:
    """The leases of which something is left, in the words of their index."""
    return (lease.c.store == store, lease.c.used_upto < lease.c.last)


_SERIES: Final = (lease.c.series, lease.c.year)
_LEFT: Final = func.sum(lease.c.last - lease.c.used_upto).label("left")
_AHEAD: Final = select(*_SERIES, _LEFT).where(*_open(bindparam("of_store"))).group_by(*_SERIES)


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
