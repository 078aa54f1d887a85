"""The administrator's verbs over an open store; the command line prints what they return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sync.records.errors import Refused
from sync.records.kinds import STAFF_PREFIX, STORE_PREFIX, UNIT_PREFIX, new_id, new_identity
from sync.records.telephones import normal_phone
from sync.records.units import Level, Role, StaffMember, role_fields
from sync.server.authority import fingerprint, new_authority
from sync.server.enrolment import CODE_HOURS, new_code
from sync.server.file_keys import note_key
from sync.server.people import check_roles, new_token, token_hash
from sync.server.people_log import Event
from sync.server.place import Place
from sync.server.rules import GRANTED_BY_LEAD
from sync.server.secret_files import secret_folder, write_secret
from sync.server.station_keys import revoke_keys_of
from sync.server.store.devices import revoke, stores_of
from sync.server.store.directory import Unit, find_unit, get_unit, units
from sync.server.store.log import write_log
from sync.server.store.people import add_link, check_new_person
from sync.server.store.projections import add_own
from sync.server.store.records import EVERYONE, lock_numbers
from sync.server.store.store import (
    PUBLIC_URL,
    SERVED_AT,
    Connection,
    DistrictStore,
    district,
    get_setting,
    set_setting,
)
from sync.server.tree import add_unit, existing_unit, made_here, parent_of, short_name, stored_name

CA_SETTING: Final = "ca_certificate"
DEFAULT_URL: Final = "http://127.0.0.1:8443"
STATION_ROLES: Final = GRANTED_BY_LEAD | {Role.ISSUING_SECRETARY}


@dataclass(frozen=True, slots=True)
class NewStation:
    """A unit and its enrolment code, shown this once."""

    unit: str
    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewUser:
    """Somebody who will sign in on the pages, and the one-time link (path below the district's address)."""

    staff: str
    link: str


def create_store(place: Place) -> DistrictStore:
    """Make the store, or open one whose `init` was interrupted; Refused ("district.exists") where it is done."""
    key = place.key_or_new()
    try:
        store = DistrictStore.create(place.url, key)
        note_key(store)
        return store
    except Refused as error:
        if error.key != "district.exists":
            raise
    store = DistrictStore.open(place.url, key)
    with store.read() as conn:
        done = get_setting(conn, "unit") is not None
    if done:
        store.close()
        raise Refused("district.exists")
    note_key(store)
    return store


def init(store: DistrictStore, ca_key_file: Path, name: str, url: str) -> NewUser:
    """Say who this district is, make its authority and its first administrator (系统管理员)."""
    now = datetime.now(UTC)
    authority = new_authority(name)
    secret_folder(ca_key_file.parent)
    ca_key_file.unlink(missing_ok=True)  # of an init that was interrupted: nothing trusts it yet
    write_secret(ca_key_file, authority.key)
    with store.write() as conn:
        lock_numbers(conn)
        root = new_identity(UNIT_PREFIX)
        for setting, value in (("unit", root), ("store", new_identity(STORE_PREFIX)), ("name", name)):
            set_setting(conn, setting, value)
        set_setting(conn, CA_SETTING, authority.certificate.decode())
        set_setting(conn, PUBLIC_URL, url)
        add_unit(conn, root, name, Level.DISTRICT, None, now)
        return _add_user(conn, "系统管理员", root, [Role.SYSTEM], now)


def add_station(
    store: DistrictStore,
    name: str,
    level: Level,
    parent: str,
    short: str,
    *,
    telephone: str = "",
    address: str = "",
) -> NewStation:
    """Return a fresh enrolment code for the unit ``name``, which is made where there is none yet.

    A second code for the same unit enrols a second desk of it. ``short`` stands in the numbers of its papers,
    ``telephone`` and ``address`` on the slips that residents take along; they are a new unit's.
    """
    now = datetime.now(UTC)
    name = stored_name(name)
    with store.write() as conn:
        lock_numbers(conn)
        unit = existing_unit(conn, name, parent)
        if unit is None:
            unit = new_identity(UNIT_PREFIX)
            add_unit(
                conn,
                unit,
                name,
                level,
                parent_of(conn, parent, level, now),
                now,
                committee=short or short_name(name),
                telephone=normal_phone(telephone) if telephone else "",
                address=address.strip(),
            )
        certificate = get_setting(conn, CA_SETTING) or ""
        write_log(conn, Event.CODE_MADE, at=now, subject=unit)
        code = f"QS1-{new_code(conn, unit, now)}-{fingerprint(certificate.encode())}"
    return NewStation(unit, code, now + timedelta(hours=CODE_HOURS))


def add_department(store: DistrictStore, name: str, level: Level, parent: str, *, telephone: str = "") -> str:
    """Make a unit that answers dispatch orders; returns its identity. ``telephone`` is told of orders (notices)."""
    now = datetime.now(UTC)
    name = stored_name(name)
    with store.write() as conn:
        lock_numbers(conn)
        if any(u.name == name and u.department for u in units(conn).values()):
            raise Refused("district.unit_exists", unit=name)
        above = find_unit(conn, parent).unit if parent else district(conn).unit
        identity = new_identity(UNIT_PREFIX)
        number = normal_phone(telephone) if telephone else ""
        add_unit(conn, identity, name, level, above, now, department=True, telephone=number)
    return identity


def add_staff(store: DistrictStore, name: str, station: str, roles: Sequence[Role]) -> str:
    """Let somebody work at a station; it learns of them at its next exchange. Returns the staff identity."""
    now = datetime.now(UTC)
    if not roles or not set(roles) <= STATION_ROLES:
        raise Refused("district.not_a_station_role")
    with store.write() as conn:
        lock_numbers(conn)
        unit = find_unit(conn, station)
        if unit.department:
            raise Refused("district.no_such_unit", unit=station)
        return _add_staff(conn, name, unit, roles, now)


def _add_staff(conn: Connection, name: str, unit: Unit, roles: Sequence[Role], now: datetime) -> str:
    identity = new_identity(STAFF_PREFIX)
    known, further = role_fields(roles)
    record = StaffMember(
        id=new_id("staff_member"),
        made=made_here(conn, now),
        staff=identity,
        name=stored_name(name),
        unit=unit.unit,
        roles=known,
        further=further,
    )
    # Who works for the district or a department is a directory; who works at a station, only that unit's matter.
    shared = unit.department or unit.unit == record.made.unit
    add_own(conn, record, EVERYONE if shared else unit.unit, now)
    return identity


def add_user(store: DistrictStore, name: str, unit: str, roles: Sequence[Role]) -> NewUser:
    """Let somebody sign in on the pages: the link sets their password, once, within 24 hours."""
    now = datetime.now(UTC)
    check_roles(roles)
    with store.write() as conn:
        lock_numbers(conn)
        return _add_user(conn, name, find_unit(conn, unit).unit, roles, now)


def _add_user(conn: Connection, name: str, unit: str, roles: Sequence[Role], now: datetime) -> NewUser:
    check_new_person(conn, stored_name(name), get_unit(conn, unit), frozenset(roles))
    identity = _add_staff(conn, name, get_unit(conn, unit), roles, now)
    token = new_token()
    add_link(conn, identity, token_hash(token), now)
    words = " ".join(role.value for role in roles)
    write_log(conn, Event.USER_ADDED, at=now, subject=identity, detail=words)
    write_log(conn, Event.LINK_MADE, at=now, subject=identity)
    base = get_setting(conn, PUBLIC_URL) or get_setting(conn, SERVED_AT) or DEFAULT_URL
    return NewUser(identity, f"{base.rstrip('/')}/link/{token}")


def revoke_device(store: DistrictStore, device: str) -> None:
    """Let a device never speak again, and revoke the keys by which it signed papers: it may be in foreign hands."""
    now = datetime.now(UTC)
    with store.write() as conn:
        lock_numbers(conn)
        revoke(conn, device, now)
        revoke_keys_of(conn, stores_of(conn, device), now)
        write_log(conn, Event.DEVICE_REVOKED, at=now, subject=device)
