"""The bytes of attachments: taken where a record names them, given to whoever may pull that record."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import Final

from sync.records.errors import Refused
from sync.server.station import Station
from sync.server.store.files import get_file, has_file, is_named, put_file
from sync.server.store.store import DistrictStore

_DIGEST: Final = re.compile(r"^[0-9a-f]{64}$")


def take(store: DistrictStore, station: Station, digest: str, content: bytes) -> None:
    """Keep bytes that a record of the station's unit names by ``digest``; saying it twice is harmless."""
    if not _DIGEST.match(digest) or hashlib.sha256(content).hexdigest() != digest:
        raise Refused("protocol.bad_file")
    with store.write() as conn:
        if not is_named(conn, digest, station.scopes):
            raise Refused("protocol.no_such_file")
        if not has_file(conn, digest):
            put_file(conn, digest, content, datetime.now(UTC))


def give(store: DistrictStore, station: Station, digest: str) -> bytes:
    """Return the bytes; Refused ("protocol.no_such_file") where they are not here or not this station's to see."""
    with store.read() as conn:
        content = get_file(conn, digest) if _DIGEST.match(digest) and is_named(conn, digest, station.scopes) else None
    if content is None:
        raise Refused("protocol.no_such_file")
    return content
