"""The district's list of the keys that sign papers: published as they are announced, ended, revoked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from sync.protocol.codec import decode
from sync.records.errors import Refused
from sync.records.kinds import new_id
from sync.records.station_keys import Published, StationKey, published
from sync.server.people_log import Event
from sync.server.store.log import write_log
from sync.server.store.projections import add_own
from sync.server.store.records import EVERYONE, directory, lock_numbers, of_kind
from sync.server.store.store import Connection, DistrictStore, district
from sync.server.tree import made_here


def published_keys(conn: Connection) -> dict[str, Published]:
    """Return the list, by key id."""
    return published(key for sealed in directory(conn, "station_key") if isinstance(key := decode(sealed), StationKey))


def publish(conn: Connection, announced: Iterable[StationKey], now: datetime) -> None:
    """Put announced keys on the list that every station pulls; the store's key before each one ends.

    A key that is on it stays as it is: no announcement takes a revocation back.
    """
    announced = list(announced)
    known = published_keys(conn) if announced else {}
    for key in announced:
        if key.key in known:
            continue
        for former in known.values():
            if former.store == key.store and former.ended_at is None:
                _write(conn, former, now, ended_at=now)
        _write(conn, Published(key.key, bytes.fromhex(key.public), key.unit, key.store, key.starts_at), now)
        known = published_keys(conn)


def publish_waiting(store: DistrictStore) -> int:
    """Publish what was announced while an older program ran here; returns how many keys that were."""
    with store.write() as conn:
        lock_numbers(conn)
        before = published_keys(conn)
        waiting = [decode(sealed) for sealed in of_kind(conn, "station_key") if not sealed.erased]
        ours = district(conn).unit
        publish(conn, [k for k in waiting if isinstance(k, StationKey) and k.made.unit != ours], datetime.now(UTC))
        return len(published_keys(conn)) - len(before)


def end_keys(conn: Connection, stores: Collection[str], now: datetime) -> None:
    """End the keys of stores that speak no more: what they signed stays good."""
    for key in published_keys(conn).values() if stores else ():
        if key.store in stores and key.ended_at is None:
            _write(conn, key, now, ended_at=now)


def revoke_keys_of(conn: Connection, stores: Collection[str], now: datetime) -> None:
    """Revoke the keys of a device's stores."""
    for key in published_keys(conn).values():
        if key.store in stores and key.revoked_at is None:
            _revoke(conn, key, now, now, "")


def revoke_key(store: DistrictStore, key: str, reason: str, since: datetime | None = None) -> Published:
    """Revoke a key for a reason, from now on or, where it was lost earlier, ``since`` then; returns its entry.

    Refused: "district.no_such_key", "district.no_reason", "district.since_later".
    """
    now = datetime.now(UTC)
    reason = " ".join(reason.split())[:200]
    if not reason:
        raise Refused("district.no_reason")
    if since is not None and since > now:
        raise Refused("district.since_later")
    with store.write() as conn:
        lock_numbers(conn)
        entry = published_keys(conn).get(key.lower())
        if entry is None:
            raise Refused("district.no_such_key", key=key[:40])
        _revoke(conn, entry, since or now, now, reason)
        return published_keys(conn)[entry.key]


def _revoke(conn: Connection, key: Published, since: datetime, now: datetime, reason: str) -> None:
    _write(conn, key, now, revoked_at=since, reason=reason)
    write_log(conn, Event.KEY_REVOKED, at=now, subject=key.key)


def _write(
    conn: Connection,
    key: Published,
    now: datetime,
    *,
    ended_at: datetime | None = None,
    revoked_at: datetime | None = None,
    reason: str = "",
) -> None:
    record = StationKey(
        id=new_id("station_key"),
        made=made_here(conn, now),
        amend_reason=reason,
        key=key.key,
        public=key.public.hex(),
        unit=key.unit,
        store=key.store,
        starts_at=key.starts_at,
        ended_at=ended_at or key.ended_at,
        revoked_at=revoked_at or key.revoked_at,
    )
    add_own(conn, record, EVERYONE, now)
