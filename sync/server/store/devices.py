"""Devices: one-time codes, who was enrolled, which stores ever spoke, and how each station stands."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select

from sync.records.errors import Refused
from sync.server.store.bulk import among
from sync.server.store.news import tell
from sync.server.store.schema import device, enrolment_code, station_status, station_store, unit, unit_key
from sync.server.store.together import say

_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Device:
    """An enrolled device. ``secret_digest`` is SHA-256 over the characters of its secret."""

    device: str
    unit: str
    store: str
    secret_digest: bytes
    platform: str
    enrolled_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Code:
    """A one-time enrolment code that was handed out; ``device`` is who used it."""

    unit: str
    expires_at: datetime
    device: str | None


@dataclass(frozen=True, slots=True)
class StationRow:
    """A station in the list: its device and what it last said. Times are None where it never did."""

    device: str
    unit: str
    unit_name: str
    store: str
    platform: str
    enrolled_at: datetime
    revoked_at: datetime | None
    last_hello: datetime | None
    last_day_end: datetime | None
    program: str
    clock_difference_ms: int
    cursor: int
    unsent: int
    held: int


def put_code(conn: Connection, code_hash: bytes, unit_identity: str, made_at: datetime, expires_at: datetime) -> None:
    """Keep a code's SHA-256; the code itself is shown once and kept nowhere."""
    conn.execute(
        enrolment_code.insert().values(code_hash=code_hash, unit=unit_identity, made_at=made_at, expires_at=expires_at)
    )


def get_code(conn: Connection, code_hash: bytes) -> Code | None:
    """Return the code with this SHA-256 and lock it until the transaction ends."""
    row = conn.execute(
        select(enrolment_code).where(enrolment_code.c.code_hash == code_hash).with_for_update()
    ).one_or_none()
    return None if row is None else Code(row.unit, row.expires_at, row.device)


def use_code(conn: Connection, code_hash: bytes, device_id: str) -> None:
    """Mark a code as used by a device."""
    conn.execute(enrolment_code.update().where(enrolment_code.c.code_hash == code_hash).values(device=device_id))


def put_device(conn: Connection, new: Device) -> None:
    """Keep a device that was just enrolled, and its first store."""
    conn.execute(
        device.insert().values(
            device=new.device,
            unit=new.unit,
            store=new.store,
            secret_digest=new.secret_digest,
            platform=new.platform,
            enrolled_at=new.enrolled_at,
        )
    )
    conn.execute(station_store.insert().values(store=new.store, device=new.device, unit=new.unit))
    conn.execute(
        station_status.insert().values(device=new.device, program="", clock_difference_ms=0, cursor=0, unsent=0, held=0)
    )


def get_device(conn: Connection, device_id: str) -> Device | None:
    """Return an enrolled device, revoked or not."""
    row = conn.execute(select(device).where(device.c.device == device_id)).one_or_none()
    return None if row is None else Device(*row)


def revoke(conn: Connection, device_id: str, at: datetime) -> None:
    """Let a device never speak again; saying it twice is harmless. Refused ("district.no_such_device")."""
    if get_device(conn, device_id) is None:
        raise Refused("district.no_such_device", device=device_id)
    conn.execute(
        device.update().where(device.c.device == device_id, device.c.revoked_at.is_(None)).values(revoked_at=at)
    )
    tell(conn)


def is_store_known(conn: Connection, store: str) -> bool:
    """Whether a store with this id ever spoke."""
    return conn.execute(select(station_store.c.store).where(station_store.c.store == store)).scalar() is not None


def stores_of(conn: Connection, device_id: str) -> frozenset[str]:
    """Return every store id that a device had, the retired ones too."""
    return frozenset(conn.execute(select(station_store.c.store).where(station_store.c.device == device_id)).scalars())


def take_over(conn: Connection, former: Collection[str], unit_identity: str, new: Device, at: datetime) -> list[str]:
    """Give ``new`` the stores that a restored one was before; whoever spoke for them never does again.

    Only stores of the own unit. Returns the devices that were revoked.
    """
    known = (station_store.c.store.in_(sorted(former)), station_store.c.unit == unit_identity)
    owners = sorted(set(conn.execute(select(station_store.c.device).where(*known)).scalars()))
    for owner in owners:
        revoke(conn, owner, at)
    values = {"device": new.device, "moved_to": new.store, "retired_at": at}
    conn.execute(station_store.update().where(*known).values(**values))
    return owners


def move_store(conn: Connection, of: Device, new_store: str, at: datetime) -> None:
    """Retire the device's present store for ever; ``new_store`` speaks from now on."""
    conn.execute(
        station_store.update()
        .where(station_store.c.device == of.device, station_store.c.retired_at.is_(None))
        .values(moved_to=new_store, retired_at=at)
    )
    conn.execute(station_store.insert().values(store=new_store, device=of.device, unit=of.unit))
    conn.execute(device.update().where(device.c.device == of.device).values(store=new_store))
    tell(conn)


_STATUS: Final = station_status.update().where(station_status.c.device == bindparam("of_device"))


def set_status(conn: Connection, device_id: str, **values: object) -> None:
    """Note what a station said: columns of `station_status`."""
    say(conn, _STATUS, {"of_device": device_id, **values})


def cursor_of(conn: Connection, device_id: str) -> int:
    """Return the number up to which a station had pulled when it last spoke of it."""
    query = select(station_status.c.cursor).where(station_status.c.device == device_id)
    return int(conn.execute(query).scalar() or 0)


def stations(conn: Connection, below: frozenset[str] | None = None) -> list[StationRow]:
    """Return the devices of the units ``below`` (None: all) with how they stand, revoked ones too, by unit name and by
    time of enrolment.
    """
    joined = device.join(station_status, station_status.c.device == device.c.device).join(
        unit, unit.c.unit == device.c.unit, isouter=True
    )
    query = select(
        device.c.device,
        device.c.unit,
        unit.c.name.label("unit_name"),
        device.c.store,
        device.c.platform,
        device.c.enrolled_at,
        device.c.revoked_at,
        station_status.c.last_hello,
        station_status.c.last_day_end,
        station_status.c.program,
        station_status.c.clock_difference_ms,
        station_status.c.cursor,
        station_status.c.unsent,
        station_status.c.held,
    ).select_from(joined)
    if below is not None:
        query = query.where(among(conn, device.c.unit, below))
    return [StationRow(**row._mapping) for row in conn.execute(query.order_by(unit.c.name, device.c.enrolled_at))]


def import_key(conn: Connection, unit: str) -> bytes:
    """Return the key of a unit's ledger rows, the same for all its desks; made when it is first asked for."""
    key: bytes | None = conn.execute(select(unit_key.c.import_key).where(unit_key.c.unit == unit)).scalar()
    if key is None:
        key = os.urandom(_KEY_BYTES)
        conn.execute(unit_key.insert().values(unit=unit, import_key=key))
    return key
