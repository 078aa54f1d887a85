"""Enrolment: a one-time code becomes a device with its store and the station's first staff member."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from datetime import UTC, datetime, timedelta
from typing import Final

from sync.protocol.codec import decode
from sync.protocol.messages import Enrol, Enrolled
from sync.protocol.version import OLDEST, VERSION
from sync.records.errors import Refused, RuleBroken
from sync.records.ids import prefix_of
from sync.records.kinds import STAFF_PREFIX, STORE_PREFIX, new_id
from sync.records.names import normal_name
from sync.records.record import Made
from sync.records.units import Role, StaffMember
from sync.server.bundle_keys import known_recipient
from sync.server.leasing import top_up
from sync.server.people_log import Event
from sync.server.program import PROGRAM
from sync.server.receipt_keys import known_keys
from sync.server.settings import Settings
from sync.server.station import DEVICE_PREFIX
from sync.server.station_keys import end_keys
from sync.server.store.devices import (
    Device,
    get_code,
    get_device,
    import_key,
    is_store_known,
    put_code,
    put_device,
    take_over,
    use_code,
)
from sync.server.store.directory import clean, get_unit, homes
from sync.server.store.log import write_log
from sync.server.store.projections import add_own
from sync.server.store.records import lock_numbers
from sync.server.store.store import Connection, District, DistrictStore, district

CODE_HOURS: Final = 24
FIRST_ROLES: Final = (Role.REGISTRAR, Role.MEDIATOR, Role.STATION_LEAD)
"""The first staff member of a station does everything but issue orders."""

MOST_FORMER: Final = 100
"""Stores that one was restored from, each from the one before."""

_CODE_BYTES: Final = 16
_SECRET_DIGEST_BYTES: Final = 32


def new_code(conn: Connection, unit: str, now: datetime) -> str:
    """Make a one-time code for a unit, valid for 24 hours; returns its secret part (26 base32 characters)."""
    secret = base64.b32encode(os.urandom(_CODE_BYTES)).decode().rstrip("=")
    put_code(conn, _hash(secret), unit, now, now + timedelta(hours=CODE_HOURS))
    return secret


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def enrol(store: DistrictStore, asked: Enrol, settings: Settings) -> Enrolled:
    """Make ``asked`` a device; the same device may repeat it after a lost answer.

    Refused ("protocol.code_refused") for a code that is wrong, too old or used: nobody learns which.
    """
    if not OLDEST <= asked.protocol <= VERSION:
        raise Refused("protocol.version", theirs=str(asked.protocol), ours=PROGRAM)
    if prefix_of(asked.device) != DEVICE_PREFIX or prefix_of(asked.store) != STORE_PREFIX:
        raise Refused("protocol.bad_id")
    if len(asked.secret_digest) != _SECRET_DIGEST_BYTES:
        raise Refused("protocol.unreadable_message")
    staff = _first_staff(asked)
    now = datetime.now(UTC)
    with store.write() as conn:
        lock_numbers(conn)  # before the log's lock, and for the unit's key, which two desks may ask for at once
        code = get_code(conn, _hash(asked.code))
        if code is None or (code.device is None and code.expires_at < now) or not _may_use(conn, code.device, asked):
            raise Refused("protocol.code_refused")
        here = district(conn)
        if code.device is None:
            _admit(conn, here, code.unit, asked, staff, now)
            top_up(conn, here, code.unit, asked.store, settings, now)
        key = import_key(conn, code.unit)
        name = get_unit(conn, code.unit).name
        signs = known_keys(conn).present if settings.signer else b""
        return Enrolled(here.unit, code.unit, name, key, key=signs, recipient=known_recipient(conn))


def _may_use(conn: Connection, used_by: str | None, asked: Enrol) -> bool:
    """A used code is good for the device that used it, with the same secret and store."""
    if used_by is None:
        return True
    known = get_device(conn, used_by)
    return (
        known is not None
        and known.revoked_at is None
        and known.device == asked.device
        and known.store == asked.store
        and hmac.compare_digest(known.secret_digest, asked.secret_digest)
    )


def _first_staff(asked: Enrol) -> StaffMember:
    sealed = asked.staff.sealed()
    record = decode(sealed) if sealed.kind == "staff_member" and sealed.body and sealed.intact() else None
    if not isinstance(record, StaffMember) or prefix_of(record.staff) != STAFF_PREFIX:
        raise Refused("protocol.unreadable_record")
    try:
        if not normal_name(record.name):
            raise Refused("protocol.bad_name")
    except RuleBroken as error:
        raise Refused("protocol.bad_name") from error
    return record


def _admit(conn: Connection, here: District, unit: str, asked: Enrol, staff: StaffMember, now: datetime) -> None:
    if get_device(conn, asked.device) is not None or is_store_known(conn, asked.store):
        raise Refused("protocol.store_known")
    if homes(conn, [staff.staff]).get(staff.staff, unit) != unit:
        raise Refused("protocol.foreign_unit")
    use_code(conn, _hash(asked.code), asked.device)
    platform = clean(asked.platform)[:120]
    new = Device(asked.device, unit, asked.store, asked.secret_digest, platform, now, None)
    put_device(conn, new)
    end_keys(conn, asked.former[:MOST_FORMER], now)
    for revoked in take_over(conn, asked.former[:MOST_FORMER], unit, new, now):
        write_log(conn, Event.DEVICE_REVOKED, at=now, subject=revoked, detail=asked.device)
    write_log(conn, Event.DEVICE_ENROLLED, at=now, staff=staff.staff, subject=asked.device)
    if not homes(conn, [staff.staff]):  # somebody of a restored store keeps the roles that the district knows
        _confirm(conn, here, unit, staff, now)


def _confirm(conn: Connection, here: District, unit: str, staff: StaffMember, now: datetime) -> None:
    confirmed = StaffMember(
        id=new_id("staff_member"),
        made=Made(by="", unit=here.unit, store=here.store, at=now),
        amends=staff.id,
        staff=staff.staff,
        name=normal_name(staff.name),
        unit=unit,
        roles=FIRST_ROLES,
        post=staff.post,
        telephone=staff.telephone,
    )
    add_own(conn, confirmed, unit, now)
