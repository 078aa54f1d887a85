"""Blocks of numbers, topped up at each exchange: each is for one store alone, and known at every desk of the unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from sync.records.kinds import new_id
from sync.records.papers import NumberLease, Series
from sync.records.record import Made
from sync.records.times import BEIJING
from sync.server.settings import Settings
from sync.server.station import Station
from sync.server.store.leases import Ahead, OpenLease, Used, ahead, next_block, note_used, open_leases
from sync.server.store.projections import add_own
from sync.server.store.records import lock_numbers
from sync.server.store.store import Connection, District, district, get_setting


def with_leases(conn: Connection, settings: Settings) -> Settings:
    """Return ``settings`` with the serials of each series that this district's stations have ahead."""

    def said(name: str, otherwise: int) -> int:
        return int(get_setting(conn, name) or otherwise)

    return replace(
        settings,
        lease_visit=said("lease_visit", settings.lease_visit),
        lease_order=said("lease_order", settings.lease_order),
        lease_agreement=said("lease_agreement", settings.lease_agreement),
    )


def top_up(conn: Connection, district: District, unit: str, store: str, settings: Settings, now: datetime) -> int:
    """Lease a block of each series that runs short (less than half ahead); returns how many blocks were leased.

    Years go by Beijing time; in December the next year's blocks are leased too.
    """
    if not is_short(ahead(open_leases(store).ask(conn)), settings, now):
        return 0
    lock_numbers(conn)
    left = ahead(open_leases(store).ask(conn))  # another request of the same station may have been faster
    leased = 0
    for series, year, size in _wanted(settings, now):
        if not _short(left, series, year, size):
            continue
        first, last = next_block(conn, unit, series, year, size)
        record = NumberLease(
            id=new_id("number_lease"),
            made=Made(by="", unit=district.unit, store=district.store, at=now),
            series=series,
            unit=unit,
            year=year,
            store=store,
            first=first,
            last=last,
        )
        add_own(conn, record, unit, now)  # every desk of the unit holds it, so that all desks tell the same tally
        leased += 1
    return leased


def top_up_after(
    conn: Connection, station: Station, leases: Iterable[OpenLease], used: Used, settings: Settings, now: datetime
) -> Used:
    """Lease more where a page that used these numbers leaves the station short of ``leases``; returns which of the
    numbers are still to be noted.
    """
    if not is_short(ahead(leases, used), settings, now):
        return used
    note_used(conn, used)
    top_up(conn, district(conn), station.unit, station.device.store, settings, now)
    return {}


def is_short(left: Ahead, settings: Settings, now: datetime) -> bool:
    """Whether `top_up` would lease a block, by the serials that are left."""
    return any(_short(left, *wanted) for wanted in _wanted(settings, now))


def _short(left: Ahead, series: Series, year: int, size: int) -> bool:
    return left.get((series.value, year), 0) * 2 < size


def _wanted(settings: Settings, now: datetime) -> Iterator[tuple[Series, int, int]]:
    today = now.astimezone(BEIJING)
    sizes = {
        Series.VISIT: settings.lease_visit,
        Series.ORDER: settings.lease_order,
        Series.AGREEMENT: settings.lease_agreement,
    }
    for year in (today.year, today.year + 1) if today.month == 12 else (today.year,):
        for series, size in sizes.items():
            yield series, year, size
