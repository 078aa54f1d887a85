"""Who speaks: the station behind a request, known by its device's secret."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sync.records.errors import QianshaoError, Refused
from sync.records.ids import prefix_of
from sync.server.store.devices import Device, get_device, stores_of
from sync.server.store.glance import Glance, glance
from sync.server.store.records import EVERYONE
from sync.server.store.store import Connection

DEVICE_PREFIX: Final = "dev"
_NOBODY: Final = hashlib.sha256(b"").digest()


class NotKnown(Refused):
    """The secret does not fit, or no such device: nobody learns which."""

    def __init__(self) -> None:
        super().__init__("protocol.unknown_device")


class Revoked(Refused):
    """The district took this device's right away."""

    def __init__(self) -> None:
        super().__init__("protocol.device_revoked")


@dataclass(frozen=True, slots=True)
class Station:
    """An enrolled device that may speak. ``stores`` are all ids that its store had; the last one speaks.

    ``late``: it speaks no more, as it was revoked or its store has another in its place; what it wrote comes by hand.
    """

    device: Device
    stores: frozenset[str]
    late: bool = False

    @property
    def unit(self) -> str:
        """The unit that this station writes for."""
        return self.device.unit

    @property
    def scopes(self) -> frozenset[str]:
        """What it may pull: the directories, its unit's records (number leases of all its desks among them)."""
        return frozenset({EVERYONE, self.device.unit, self.device.store})

    def must_be(self, store: str) -> None:
        """Raise Refused unless ``store`` is the id that speaks for this device now."""
        if store == self.device.store:
            return
        if store in self.stores:
            raise Refused("protocol.store_retired")
        raise Refused("protocol.foreign_store")

    def must_still_speak(self, revoked_at: datetime | None, store: str) -> None:
        """Raise Revoked, Refused where its right was taken since its request began, which may be long ago: ``store`` is
        the id that speaks for the device now.
        """
        if self.late:
            return
        if revoked_at is not None:
            raise Revoked
        if store != self.device.store:
            raise Refused("protocol.store_retired")


def still(conn: Connection, station: Station) -> None:
    """See in the transaction that writes that the station may speak still: Revoked, Refused where it may not."""
    known = get_device(conn, station.device.device)
    if known is None:
        raise NotKnown
    station.must_still_speak(known.revoked_at, known.store)


def identify(conn: Connection, authorization: str) -> Station:
    """Return who an Authorization header (``Bearer <device>.<secret>``) stands for; NotKnown, Revoked."""
    device_id, secret = _named(authorization)
    known = _may_speak(get_device(conn, device_id) if device_id else None, secret)
    return Station(known, stores_of(conn, known.device))


@dataclass(frozen=True, slots=True)
class Seen:
    """A station that speaks, and all that an exchange begins with."""

    station: Station
    glance: Glance

    @property
    def device(self) -> Device:
        """The device that speaks."""
        return self.station.device


def see(conn: Connection, authorization: str) -> Seen:
    """Do what `identify` does by the one statement that also says how the station stands."""
    device_id, secret = _named(authorization)
    found = glance(conn, device_id) if device_id else None
    known = _may_speak(found.device if found else None, secret)
    if found is None:
        raise NotKnown
    return Seen(Station(known, found.stores), found)


def _named(authorization: str) -> tuple[str, str]:
    """Return the device that a header names, empty where it names none, and the secret that it says."""
    scheme, _, token = authorization.partition(" ")
    device_id, _, secret = token.partition(".")
    return (device_id if scheme == "Bearer" and prefix_of(device_id) == DEVICE_PREFIX else ""), secret


def _may_speak(known: Device | None, secret: str) -> Device:
    """Return the device whose secret was said; NotKnown, Revoked."""
    given = hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()
    fits = hmac.compare_digest(given, known.secret_digest if known else _NOBODY)
    if known is None or not fits or not secret:
        raise NotKnown
    if known.revoked_at is not None:
        raise Revoked
    return known


def status_of(error: QianshaoError) -> int:
    """Return the HTTP status for an error that a station's request met."""
    if isinstance(error, NotKnown):
        return 401
    if isinstance(error, Revoked):
        return 403
    return {
        "protocol.store_retired": 403,
        "protocol.foreign_store": 403,
        "protocol.code_refused": 403,
        "protocol.no_such_file": 404,
        "protocol.no_such_upload": 404,
        "protocol.wrong_offset": 409,
        "protocol.district_behind": 409,
        "protocol.store_known": 409,
        "protocol.too_large": 413,
        "protocol.too_fast": 429,
        "protocol.foreign_type": 415,
        "protocol.bad_upload_type": 415,
        "protocol.too_many_uploads": 429,
        "protocol.version": 426,
        "district.no_database": 503,
    }.get(error.key, 400)
