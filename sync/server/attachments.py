"""The bytes of attachments: taken where a record names them, given to whoever may pull that record.

What comes in is known by its first bytes and never by a name, and nothing here opens or runs it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sync.records.errors import Damaged, Refused
from sync.records.media import ENVELOPE, MOST_BYTES, TELLING_BYTES, is_envelope, sniffed
from sync.server.station import Station, still
from sync.server.store.files import PART_BYTES, file_size, is_named, of_accusation, put_file, read_parts
from sync.server.store.locks import Lock, hold
from sync.server.store.store import DistrictStore

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
OTHER: Final = "application/octet-stream"
"""What a file is given out as that an older district took without looking at it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file that is here: how many bytes, and what its first bytes say it is."""

    digest: str
    size: int
    media_type: str


def is_digest(text: str) -> bool:
    """Whether ``text`` is a SHA-256 as it is written here: 64 hex digits, small letters."""
    return _DIGEST.fullmatch(text) is not None


def check_first_bytes(content: bytes, size: int, *, envelope: bool = False) -> str:
    """Return the media type that the first bytes say; Refused where it is none, or ``size`` is too large for it.

    ``envelope`` is whether an envelope is taken too: an accusation's file is sealed in one, and nothing else is.
    """
    media_type = ENVELOPE if envelope and is_envelope(content) else sniffed(content)
    if media_type is None:
        raise Refused("protocol.foreign_type")
    if size > MOST_BYTES[media_type]:
        raise Refused("protocol.too_large")
    return media_type


def take(store: DistrictStore, station: Station, digest: str, content: bytes) -> None:
    """Keep bytes that a record of the station's unit names by ``digest``; saying it twice is harmless."""
    if not is_digest(digest) or hashlib.sha256(content).hexdigest() != digest:
        raise Refused("protocol.bad_file")
    with store.write() as conn:
        hold(conn, Lock.FILE, digest)  # before it is asked who names it: an erasure may be forgetting it
        still(conn, station)
        if not is_named(conn, digest, station.scopes):
            raise Refused("protocol.no_such_file")
        envelope = of_accusation(conn, digest, station.scopes)
        check_first_bytes(content[:TELLING_BYTES], len(content), envelope=envelope)
        if file_size(conn, digest) is None:
            put_file(conn, store.sealer, digest, content, datetime.now(UTC))


def find(store: DistrictStore, station: Station, digest: str) -> Found:
    """Say what is here; Refused ("protocol.no_such_file") where it is not here or not this station's to see."""
    with store.read() as conn:
        size = file_size(conn, digest) if is_digest(digest) and is_named(conn, digest, station.scopes) else None
        if size is None:
            raise Refused("protocol.no_such_file")
        first = b"".join(read_parts(conn, store.sealer, digest, 0, TELLING_BYTES))
    return Found(digest, size, sniffed(first) or OTHER)


def pieces(store: DistrictStore, digest: str, start: int, stop: int) -> Iterator[bytes]:
    """Yield the bytes from ``start`` up to ``stop``; whoever takes them slowly holds up nobody in between.

    Damaged where they were erased meanwhile: what was given out so far is not the file.
    """
    for at in range(start, stop, PART_BYTES):
        upto = min(at + PART_BYTES, stop)
        with store.read() as conn:
            piece = b"".join(read_parts(conn, store.sealer, digest, at, upto))
        if len(piece) != upto - at:
            raise Damaged("district.damaged_file", digest=digest)
        yield piece


def give(store: DistrictStore, station: Station, digest: str) -> bytes:
    """Return the whole; Refused as `find`."""
    return b"".join(pieces(store, digest, 0, find(store, station, digest).size))
