"""Keys by which stations sign their papers: announced by a station, published, ended and revoked by the district."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sync.records.record import Fact

KEY_BYTES: Final = 32
"""Bytes of an Ed25519 public key (RFC 8032, 5.1.5)."""
ID_BYTES: Final = 8


def key_id(public: bytes) -> str:
    """Return the id of a public key: the first 8 bytes of its SHA-256, in hex."""
    return hashlib.sha256(public).digest()[:ID_BYTES].hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class StationKey(Fact):
    """A key and what is to be known of it. ``public`` is its 32 bytes in hex, ``key`` their `key_id`.

    A station announces the key of its ``store`` and says nothing of its end. What the district writes is the published
    list: from ``starts_at`` the key signs for ``unit``, until ``ended_at`` where another one took its place; from
    ``revoked_at`` on nobody can say any more who signs with it.
    """

    key: str
    public: str
    unit: str
    store: str
    starts_at: datetime
    ended_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """A key as the district's list has it; ``reason`` is why it was revoked."""

    key: str
    public: bytes
    unit: str
    store: str
    starts_at: datetime
    ended_at: datetime | None = None
    revoked_at: datetime | None = None
    reason: str = ""


def is_sound(record: StationKey) -> bool:
    """Whether public key and id fit each other, and its times can be compared."""
    try:
        public = bytes.fromhex(record.public)
    except ValueError:
        return False
    times = (record.starts_at, record.ended_at, record.revoked_at)
    right = len(public) == KEY_BYTES and record.public == public.hex() and record.key == key_id(public)
    return right and all(at is None or at.tzinfo is not None for at in times)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(one, other) if one and other else one or other


def published(records: Iterable[StationKey]) -> dict[str, Published]:
    """Fold what the district wrote about keys into its list, by key id; the order in which it came does not matter.

    The earliest end and the earliest revocation count: nothing takes a revocation back.
    """
    found: dict[str, Published] = {}
    for record in sorted(filter(is_sound, records), key=lambda r: r.id):
        before = found.get(record.key)
        revoked = _earlier(before.revoked_at if before else None, record.revoked_at)
        told = record.revoked_at is not None and revoked == record.revoked_at
        found[record.key] = Published(
            key=record.key,
            public=bytes.fromhex(record.public),
            unit=before.unit if before else record.unit,
            store=before.store if before else record.store,
            starts_at=before.starts_at if before else record.starts_at,
            ended_at=_earlier(before.ended_at if before else None, record.ended_at),
            revoked_at=revoked,
            reason=record.amend_reason if told else before.reason if before else "",
        )
    return found
