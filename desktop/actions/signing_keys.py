"""The key by which this desk signs its papers: made at first use, announced to the district, replaced by a new one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime

from desktop.actions.desk import Desk, Done
from desktop.keys import KEY_BYTES, Keys
from desktop.printing.proof import Stamp, public_of
from desktop.store.editions import announced_keys, published_keys
from sync.records.errors import Refused
from sync.records.kinds import new_id
from sync.records.station_keys import StationKey, key_id
from sync.records.units import Role


@dataclass(frozen=True, slots=True)
class KeyStands:
    """How a key of this unit stands: announced at ``at``, on the district's list or not, ended, revoked; ``ours``
    is this desk's present one.
    """

    key: str
    at: datetime
    ours: bool
    published: bool
    ended_at: datetime | None
    revoked_at: datetime | None


def stamp(desk: Desk) -> Stamp:
    """Return what signs this desk's papers; at first use a key is made, kept in the keyring and announced.

    A desk without a place for secrets notes texts only. Unavailable and Damaged as the keyring says.
    """
    if desk.keys is None:
        return Stamp()
    secret = _secret(desk, desk.keys)
    made = Stamp(secret)
    with desk.store.read() as reader:
        known = announced_keys(reader)
    if made.key not in known:  # new, or the program was stopped between keyring and store
        _announce(desk, secret)
    return made


def _secret(desk: Desk, keys: Keys) -> bytes:
    try:
        return keys.signing_secret(desk.store.key_id)
    except Refused:
        secret = os.urandom(KEY_BYTES)
        keys.set_signing_secret(desk.store.key_id, secret)
        return secret


def _announce(desk: Desk, secret: bytes, before: StationKey | None = None) -> StationKey:
    desk.must_may("station_key")
    public = public_of(secret)
    record = StationKey(
        id=new_id("station_key"),
        made=desk.made(),
        amends=before.id if before else None,
        key=key_id(public),
        public=public.hex(),
        unit=desk.session.unit,
        store=desk.store.id,
        starts_at=desk.now(),
    )
    with desk.store.write() as work:
        work.add(record)
    return record


def rotate(desk: Desk) -> Done:
    """Take a new key for this desk's papers; what the old one signed stays good, and nobody has it any more.

    Refused("proof.lead_only") for others than the station lead, Refused("proof.no_keys").
    """
    if Role.STATION_LEAD not in desk.session.roles:
        raise Refused("proof.lead_only")
    if desk.keys is None:
        raise Refused("proof.no_keys")
    with desk.store.read() as reader:
        known = announced_keys(reader)
    before = known.get(_present(desk))
    secret = os.urandom(KEY_BYTES)
    desk.keys.set_signing_secret(desk.store.key_id, secret)
    record = _announce(desk, secret, before)
    return Done(record.id, record.key)


def _present(desk: Desk) -> str:
    """Return the id of this desk's present key; "" before its first paper."""
    try:
        return key_id(public_of(desk.keys.signing_secret(desk.store.key_id))) if desk.keys else ""
    except Refused:
        return ""


def keys_of(desk: Desk) -> list[KeyStands]:
    """Return the keys of this unit's desks, the oldest first."""
    ours = _present(desk)
    with desk.store.read() as reader:
        listed, announced = published_keys(reader), announced_keys(reader)
    found = []
    for key, record in announced.items():
        entry = listed.get(key)
        ended, revoked = (entry.ended_at, entry.revoked_at) if entry else (None, None)
        found.append(KeyStands(key, record.starts_at, key == ours, entry is not None, ended, revoked))
    return found
