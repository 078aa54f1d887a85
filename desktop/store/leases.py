"""Numbers of papers: given out of this store's leases, or, where none is left, from a series with the desk's suffix."""

from __future__ import annotations

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.engine import Connection

from desktop.store.reader import Reader
from desktop.store.tables import desk_series, lease
from sync.records.numbers import desk_suffix, format_number
from sync.records.papers import NumberLease, Series

MOST = 1 << 31
LAST_YEAR = 10_000
_SERIES = (
    lease.c.series == bindparam("of_series"),
    lease.c.unit == bindparam("of_unit"),
    lease.c.year == bindparam("of_year"),
)
_NEXT = select(lease.c.id, lease.c.next).where(*_SERIES, lease.c.next <= lease.c.last).order_by(lease.c.first).limit(1)
_GIVEN = update(lease).where(lease.c.id == bindparam("of_lease")).values(next=lease.c.next + 1)
_DESK = (
    upsert(desk_series)
    .values({name: bindparam(name) for name in ("store", "series", "unit", "year")} | {"next": 2})
    .on_conflict_do_update(index_elements=["store", "series", "unit", "year"], set_={"next": desk_series.c.next + 1})
    .returning(desk_series.c.next)
)


def give_out(connection: Connection, store: str, series: Series, unit: str, unit_short: str, year: int) -> str:
    """Take the next serial; the caller's transaction must hold the record that carries the number."""
    row = connection.execute(_NEXT, {"of_series": series, "of_unit": unit, "of_year": year}).one_or_none()
    if row is not None:
        connection.execute(_GIVEN, {"of_lease": row.id})
        return format_number(series, unit_short, year, row.next)
    following: int = connection.execute(
        _DESK, {"store": store, "series": series, "unit": unit, "year": year}
    ).scalar_one()
    return format_number(series, unit_short, year, following - 1, desk_suffix(store))


def take(connection: Connection, store: str, value: NumberLease) -> None:
    """Use a lease that is this store's own. One that overlaps another is kept as a record and never used."""
    if value.store != store or not 1 <= value.first <= value.last < MOST or not 0 < value.year < LAST_YEAR:
        return
    overlapping = connection.scalar(
        select(func.count())
        .select_from(lease)
        .where(
            lease.c.series == value.series,
            lease.c.unit == value.unit,
            lease.c.year == value.year,
            lease.c.first <= value.last,
            lease.c.last >= value.first,
        )
    )
    if not overlapping:
        columns = ("id", "series", "unit", "year", "first", "last")
        row = {name: getattr(value, name) for name in columns}
        connection.execute(insert(lease), {**row, "next": value.first})


def left(reader: Reader, series: Series, unit: str, year: int) -> int:
    """Return how many leased numbers this store can still give out."""
    return (
        reader.conn.scalar(
            select(func.coalesce(func.sum(lease.c.last - lease.c.next + 1), 0)).where(
                lease.c.series == series, lease.c.unit == unit, lease.c.year == year
            )
        )
        or 0
    )
