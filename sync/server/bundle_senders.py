"""Whose bundle it is: the district, the device, the signing key and the device's own word for that key."""

from __future__ import annotations

import hmac

from sync.protocol.bundle import prove
from sync.protocol.bundle_reading import Opened
from sync.records.errors import Refused
from sync.records.ids import prefix_of
from sync.records.station_keys import key_id
from sync.server.station import DEVICE_PREFIX, Station
from sync.server.station_keys import published_keys
from sync.server.store.devices import Device, get_device, stores_of
from sync.server.store.store import Connection, district


def sender_of(conn: Connection, opened: Opened, *, revoked: bool) -> Station:
    """Return the station that wrote a bundle; only what it signed and proved is believed.

    Refused: "bundle.wrong_district", "bundle.foreign_signer" (nobody learns which of the checks it was), and
    "bundle.stale_device" for a device that was revoked, unless ``revoked`` asks for its unsent records.
    """
    head = opened.head
    if head.district != district(conn).unit:
        raise Refused("bundle.wrong_district")
    device = get_device(conn, head.device) if prefix_of(head.device) == DEVICE_PREFIX else None
    if device is None or not _proven(device, opened) or _disowned(conn, device, opened.key):
        raise Refused("bundle.foreign_signer")
    if device.revoked_at is None:
        return Station(device, stores_of(conn, device.device))
    if not revoked:
        raise Refused("bundle.stale_device")
    # Another device may have taken its stores over; what it wrote before is still its own.
    return Station(device, stores_of(conn, device.device) | {device.store})


def _proven(device: Device, opened: Opened) -> bool:
    return all(
        hmac.compare_digest(prove(device.secret_digest, opened.key, head.store, device.device), head.proof)
        for head in opened.heads
    )


def _disowned(conn: Connection, device: Device, key: bytes) -> bool:
    """Whether the list of keys says that this one is another unit's, or was revoked."""
    entry = published_keys(conn).get(key_id(key))
    if entry is None:
        return False
    return entry.unit != device.unit or (entry.revoked_at is not None and device.revoked_at is None)
