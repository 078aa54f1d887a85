"""Enrolment: a one-time code makes this machine a device of a station, with its store and first staff member."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from desktop.actions.audit import note
from desktop.actions.day_end import MOVED, secret_bytes, secret_text
from desktop.actions.desk import wall_clock
from desktop.actions.passwords import check_password, hash_password
from desktop.actions.signing_in import sign_in
from desktop.config import Home, write_private
from desktop.keys import Keys, new_key
from desktop.store import district_keys
from desktop.store.credentials import set_password_hash
from desktop.store.identity import RESTORED_FROM
from desktop.store.journal import DISTRICT, RECIPIENT
from desktop.store.opening import read_id
from desktop.store.store import Store, Work
from sync.client.enrolment import DEVICE_PREFIX, Code, NewDevice, hand_in, new_device, parse_code, trusted_ca
from sync.protocol.messages import Enrolled
from sync.records.audit import AuditAction
from sync.records.canonical import seal
from sync.records.errors import Damaged, Refused, RuleBroken
from sync.records.kinds import STAFF_PREFIX, STORE_PREFIX, new_id, new_identity
from sync.records.names import normal_name
from sync.records.record import Made
from sync.records.units import Role, StaffMember

FIRST_ROLES: Final = (Role.REGISTRAR, Role.MEDIATOR, Role.STATION_LEAD)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """Ids of an enrolment that has begun: kept, so that it can be repeated after a lost answer. Nothing secret."""

    store: str
    device: str
    staff: str
    record: str


def enrol(home: Home, keys: Keys, url: str, code: str, staff_name: str, password: str) -> Store:
    """Enrol at the district and make the store; its first staff member is registrar, mediator and station lead.

    The district confirms that staff member at first contact. Stopped at any point, the same call may be repeated:
    the district takes the code again from the same device. Refused: "store.exists", or by the district;
    Unavailable: no network. The code also says which certificate is trusted from now on.

    A home whose store was restored and knows no district, or lost its device's secret, is enrolled anew by somebody
    who can sign in there.
    """
    name = normal_name(staff_name)
    if not name:
        raise RuleBroken("actions.required", field="name")
    if home.store_path.exists():
        if home.settings.device and _has_secret(home, keys):
            raise Refused("store.exists")
        return _enrol_restored(home, keys, url, parse_code(code), name, password)
    check_password(password, password)
    home.make()
    parsed = parse_code(code)
    ca_file = _trust(home, url, parsed)
    attempt = _attempt(home)
    member = _member(attempt, name, "", wall_clock())
    device = _device(keys, attempt, attempt.store)
    answer = hand_in(url, parsed, device, attempt.store, seal("staff_member", member), ca_file)
    _settle(home, url, attempt, ca_file)  # before the store: where there is one, the enrolment is complete
    store = _make_store(home, keys, attempt, answer, name, password)
    _note_path(home).unlink(missing_ok=True)
    return store


def _has_secret(home: Home, keys: Keys) -> bool:
    try:
        keys.device_secret(read_id(home.store_path))
    except Refused:
        return False
    return True


def _settle(home: Home, url: str, attempt: _Attempt, ca_file: Path | None) -> None:
    settings = dataclasses.replace(home.settings, district_url=url.strip(), device=attempt.device)
    home.save(dataclasses.replace(settings, ca_file=str(ca_file) if ca_file else ""))


def _enrol_restored(home: Home, keys: Keys, url: str, code: Code, name: str, password: str) -> Store:
    """Make this machine the device of a store that was restored here: the device before it is revoked."""
    store_id = read_id(home.store_path)
    store = Store.open(home.store_path, keys.store_key(store_id))
    try:
        session = sign_in(store, name, password)
        with store.read() as reader:
            former = (reader.meta(RESTORED_FROM) or "").split()
        ca_file = _trust(home, url, code)
        attempt = _attempt(home, store.id, session.staff)
        member = seal("staff_member", _member(attempt, name, store.unit, wall_clock()))
        answer = hand_in(url, code, _device(keys, attempt, store.key_id), store.id, member, ca_file, tuple(former))
        if answer.unit != store.unit:
            raise Refused("actions.code_of_another_unit", unit=answer.unit_name)
        with store.write() as work:
            work.set_meta(MOVED, store.id)
    except BaseException:
        store.close()
        raise
    _settle(home, url, attempt, ca_file)
    _note_path(home).unlink(missing_ok=True)
    return store


def _trust(home: Home, url: str, code: Code) -> Path | None:
    pem = trusted_ca(url, code)
    if pem is None:
        return None
    write_private(home.ca_path, pem)
    return home.ca_path


def _note_path(home: Home) -> Path:
    return home.path / "enrolment.json"


def _attempt(home: Home, store: str = "", staff: str = "") -> _Attempt:
    """Return the attempt that was begun here (for ``store``, where there is one already), or begin one."""
    path = _note_path(home)
    if path.exists():
        try:
            begun = _Attempt(**json.loads(path.read_text(encoding="ascii")))
        except (ValueError, TypeError) as error:
            raise Damaged("actions.enrolment_damaged", file=path.name) from error
        if store in ("", begun.store):
            return begun
    attempt = _Attempt(
        store=store or new_identity(STORE_PREFIX),
        device=new_identity(DEVICE_PREFIX),
        staff=staff or new_identity(STAFF_PREFIX),
        record=new_id("staff_member"),
    )
    write_private(path, json.dumps(dataclasses.asdict(attempt)).encode())
    return attempt


def _device(keys: Keys, attempt: _Attempt, key_id: str) -> NewDevice:
    """Return this device with the secret that it has already, or with a new one, kept before it is used."""
    try:
        return NewDevice(attempt.device, secret_text(keys.device_secret(key_id)))
    except Refused:
        device = new_device(attempt.device)
        keys.set_device_secret(key_id, secret_bytes(device.secret))
        return device


def _member(attempt: _Attempt, name: str, unit: str, at: datetime) -> StaffMember:
    made = Made(by=attempt.staff, unit=unit, store=attempt.store, at=at)
    return StaffMember(id=attempt.record, made=made, staff=attempt.staff, name=name, unit=unit, roles=FIRST_ROLES)


def _make_store(home: Home, keys: Keys, attempt: _Attempt, answer: Enrolled, name: str, password: str) -> Store:
    """Make the store with its first staff member in it: one without anybody could never be signed in to."""
    now = wall_clock()
    member = _member(attempt, name, answer.unit, now)
    hashed = hash_password(password)

    def fill(work: Work) -> None:
        work.set_meta("import_key", answer.import_key.hex())
        work.set_meta("unit_name", answer.unit_name)
        work.set_meta(DISTRICT, answer.district)
        if answer.recipient:
            work.set_meta(RECIPIENT, answer.recipient)
        if answer.key:
            district_keys.trust(work, [answer.key])
        work.add(member)
        set_password_hash(work, member.staff, hashed, now)
        note(work, member.made, AuditAction.STAFF_CHANGED, member.staff, "enrolled")

    key = new_key()
    keys.set_store_key(attempt.store, key)
    return Store.create(home.store_path, key, unit=answer.unit, store_id=attempt.store, fill=fill)
