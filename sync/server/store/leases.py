"""Leases of numbers: which serials a store was given, how far it has used them, what it gets next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from sqlalchemy import Connection, Integer, bindparam, case, select

from sync.records.mediations import Agreement
from sync.records.orders import DispatchOrder
from sync.records.papers import BlankForm, NumberLease, NumberVoid, Series
from sync.records.record import Record
from sync.records.visits import Visit
from sync.server.store.schema import lease, number_series
from sync.server.store.together import Question, say

Used = Mapping[tuple[str, Series, int], int]
"""The greatest serial that was used, by store, series and year."""

_NONE: Final[Used] = MappingProxyType({})

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


class OpenLease(NamedTuple):
    """A lease of which something is left: its serials, and the last of them that is known to be used."""

    store: str
    series: str
    year: int
    first: int
    last: int
    used_upto: int


OPEN: Final = tuple(lease.c[name] for name in OpenLease._fields)
"""The columns of an `OpenLease`."""

_IS_OPEN: Final = (lease.c.store == bindparam("of_store"), lease.c.used_upto < lease.c.last)
_OPEN: Final = select(*OPEN).where(*_IS_OPEN)
_SERIAL: Final = bindparam("serial", type_=Integer)
_BEGUN: Final = (
    lease.update()
    .where(*_IS_OPEN, lease.c.series == bindparam("of_series"), lease.c.year == bindparam("of_year"))
    .where(lease.c.first <= _SERIAL, lease.c.used_upto < _SERIAL)
    .values(used_upto=case((lease.c.last < _SERIAL, lease.c.last), else_=_SERIAL))
)


def note_used(conn: Connection, used: Used) -> None:
    """Remember how far stores have come with their numbers: a store takes its blocks in their order.

    Nothing is asked back (`together`).
    """
    for (store, series, year), serial in sorted(used.items()):
        say(conn, _BEGUN, {"of_store": store, "of_series": series.value, "of_year": year, "serial": serial})


def open_leases(store: str) -> Question[tuple[OpenLease, ...]]:
    """Ask which leases ``store`` has not used up, as far as the district has seen."""
    return Question(_OPEN, {"of_store": store}, lambda rows: tuple(OpenLease(*row) for row in rows))


def ahead(leases: Iterable[OpenLease], used: Used = _NONE) -> Ahead:
    """Return how many serials are left of leases once these numbers are used, too."""
    left: dict[tuple[str, int], int] = {}
    for one in leases:
        serial = used.get((one.store, Series(one.series), one.year), 0)
        upto = max(one.used_upto, min(serial, one.last)) if serial >= one.first else one.used_upto
        key = (one.series, one.year)
        left[key] = left.get(key, 0) + one.last - upto
    return left


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
