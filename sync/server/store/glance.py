"""All that an exchange begins with, by one statement: who speaks, how the station stands, what is new for it.

Where nothing changed it is the only statement of an exchange (docs/adr/0027).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, bindparam, func, literal, select
from sqlalchemy.sql.elements import ColumnElement

from sync.protocol.messages import Receipt
from sync.server.store.devices import Device
from sync.server.store.journals import Came, came_of
from sync.server.store.receipts import receipt_of
from sync.server.store.records import EVERYONE
from sync.server.store.schema import (
    counter,
    device,
    journal,
    lease,
    receipt,
    record,
    setting,
    station_status,
    station_store,
)
from sync.server.store.store import Connection

SETTINGS: Final = ("unit", "store", "name", "receipt_keys", "bundle_recipient")


@dataclass(frozen=True, slots=True)
class Glance:
    """``latest`` is the last number given, ``newest`` the last one in each scope of the station; ``ahead`` the leased
    serials that it has not used, by series and year; ``last`` its last receipt. ``settings`` are those of ``SETTINGS``.
    """

    device: Device
    stores: frozenset[str]
    settings: dict[str, str]
    latest: int
    newest: dict[str, int]
    ahead: dict[tuple[str, int], int]
    last_hello: datetime | None
    program: str
    unsent: int
    held: int
    came: Came
    last: Receipt | None

    def news_after(self, cursor: int) -> frozenset[str]:
        """Return the scopes in which there is a number after ``cursor``, up to ``latest``."""
        return frozenset(scope for scope, newest in self.newest.items() if newest > cursor)


def glance(conn: Connection, device_id: str) -> Glance | None:
    """Return what is there about an enrolled device, revoked or not; None where there is no such device."""
    row = conn.execute(_LOOK, {"device": device_id}).one_or_none()
    return None if row is None else _read(row)


def _setting(name: str) -> ColumnElement[Any]:
    return select(setting.c.value).where(setting.c.name == name).scalar_subquery().label(f"setting_{name}")


def _newest(scope: ColumnElement[str]) -> ColumnElement[Any]:
    """The last number of one scope, from the end of its index."""
    return select(func.coalesce(func.max(record.c.seq), 0)).where(record.c.scope == scope).scalar_subquery()


def _stores() -> ColumnElement[Any]:
    joined = func.aggregate_strings(station_store.c.store, " ")
    return select(joined).where(station_store.c.device == device.c.device).scalar_subquery()


def _ahead() -> ColumnElement[Any]:
    """Each lease of which something is left as "series year left"; they are few."""
    words = func.concat(lease.c.series, " ", lease.c.year, " ", lease.c.last - lease.c.used_upto)
    mine = (lease.c.store == device.c.store, lease.c.used_upto < lease.c.last)
    return select(func.aggregate_strings(words, ",")).where(*mine).scalar_subquery()


_LAST: Final = (
    select(receipt.c.id)
    .where(receipt.c.store == device.c.store)
    .order_by(receipt.c.at.desc(), receipt.c.id.desc())
    .limit(1)
    .correlate(device)
    .scalar_subquery()
)
_LOOK: Final = (
    select(
        *device.c,
        _stores().label("stores"),
        *(_setting(name) for name in SETTINGS),
        select(counter.c.value).where(counter.c.name == "seq").scalar_subquery().label("latest"),
        _newest(literal(EVERYONE)).label("of_everyone"),
        _newest(device.c.unit).label("of_unit"),
        _newest(device.c.store).label("of_store"),
        _ahead().label("ahead"),
        station_status.c.last_hello,
        station_status.c.program,
        station_status.c.unsent,
        station_status.c.held,
        *(column.label(f"journal_{column.name}") for column in journal.c),
        *(column.label(f"receipt_{column.name}") for column in receipt.c),
    )
    .select_from(
        device.join(station_status, station_status.c.device == device.c.device)
        .join(journal, journal.c.store == device.c.store, isouter=True)
        .join(receipt, receipt.c.id == _LAST, isouter=True)
    )
    .where(device.c.device == bindparam("device"))
)


def _read(row: Row[Any, *tuple[Any, ...]]) -> Glance:
    said = row._mapping
    known = Device(*row[: len(device.c)])
    settings = {name: said[f"setting_{name}"] for name in SETTINGS if said[f"setting_{name}"] is not None}
    ahead: dict[tuple[str, int], int] = {}
    for words in (row.ahead or "").split(","):
        if words:
            series, year, left = words.split()
            ahead[series, int(year)] = ahead.get((series, int(year)), 0) + int(left)
    last = {column.name: said[f"receipt_{column.name}"] for column in receipt.c}
    return Glance(
        device=known,
        stores=frozenset(row.stores.split()),
        settings=settings,
        latest=row.latest,
        newest={EVERYONE: row.of_everyone, known.unit: row.of_unit, known.store: row.of_store},
        ahead=ahead,
        last_hello=row.last_hello,
        program=row.program,
        unsent=row.unsent,
        held=row.held,
        came=came_of(known.store, [said[f"journal_{column.name}"] for column in journal.c]),
        last=receipt_of(last) if last["id"] is not None else None,
    )
