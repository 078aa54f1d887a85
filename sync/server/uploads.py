"""Files that come in pieces: begun by whoever may hand them in, added to where they stand, checked when they are whole.

A device uploads only bytes that an accepted record of its unit names, and reaches only its own uploads. The carrier's
words (tus 1.0) are those of tus.py.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from sync.protocol.version import MAX_FILE_BYTES
from sync.records.errors import Refused
from sync.records.media import TELLING_BYTES
from sync.server.attachments import check_first_bytes, is_digest
from sync.server.station import Station, still
from sync.server.store.files import file_size, of_accusation, said_size
from sync.server.store.locks import Lock, hold
from sync.server.store.store import Connection, DistrictStore
from sync.server.store.uploads import (
    Upload,
    add_bytes,
    add_upload,
    close_upload,
    drop_expired,
    drop_former,
    drop_upload,
    find_upload,
    make_file,
    received_parts,
    unfinished,
)

LIFETIME: Final = timedelta(days=7)
"""So long after its last byte an upload waits for the next."""

MOST_UNFINISHED: Final = 8
MOST_UNFINISHED_BYTES: Final = 256 * 1024 * 1024
"""What one device may have under way."""


class WrongOffset(Refused):
    """The next byte is not the one that was sent; ``received`` bytes are here."""

    def __init__(self, received: int) -> None:
        super().__init__("protocol.wrong_offset", received=received)
        self.received = received


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to upload: how many bytes, their SHA-256, and the record that names them."""

    size: int
    digest: str
    record: str
    metadata: str


def begin(store: DistrictStore, station: Station, wanted: Wanted, name: str) -> Upload:
    """Begin an upload called ``name``, which nobody can guess; the device's former one of these bytes is dropped."""
    if not is_digest(wanted.digest) or wanted.size < TELLING_BYTES:
        raise Refused("protocol.bad_file")
    if wanted.size > MAX_FILE_BYTES:
        raise Refused("protocol.too_large")
    now = datetime.now(UTC)
    one = Upload(
        upload=name,
        device=station.device.device,
        record=wanted.record,
        digest=wanted.digest,
        size=wanted.size,
        received=0,
        whole=False,
        metadata=wanted.metadata,
        made_at=now,
        expires_at=now + LIFETIME,
    )
    with store.write() as conn:
        hold(conn, Lock.DEVICE, one.device)
        hold(conn, Lock.FILE, one.digest)
        still(conn, station)
        _must_be_named(conn, station, one)
        drop_expired(conn, now)
        drop_former(conn, one.device, one.digest)
        under_way = unfinished(conn, one.device)
        if under_way.count >= MOST_UNFINISHED or under_way.size + one.size > MOST_UNFINISHED_BYTES:
            raise Refused("protocol.too_many_uploads", count=under_way.count)
        add_upload(conn, one)
    return one


def find(store: DistrictStore, station: Station, name: str) -> Upload:
    """Return an upload of this device; all of whose bytes came, it is checked now. Refused where there is none."""
    with store.read() as conn:
        one = _mine(conn, station, name)
    return _finish(store, station, one) if one.received == one.size and not one.whole else one


def add(store: DistrictStore, station: Station, name: str, offset: int, content: bytes) -> Upload:
    """Keep ``content``, which begins at ``offset``, and return how the upload stands; the last byte makes it a file.

    Refused: `WrongOffset`, more bytes than were announced, of no kind that is taken, or not those of the digest; the
    last two end the upload.
    """
    now = datetime.now(UTC)
    with store.write() as conn:
        still(conn, station)
        one = _mine(conn, station, name, lock=True)
        if one.received != offset:
            raise WrongOffset(one.received)
        if offset + len(content) > one.size:
            raise Refused("protocol.too_large")
        fault = _fault(conn, store, station, one, content)
        if fault is not None:
            drop_upload(conn, name)
        elif content:
            add_bytes(conn, store.sealer, one, content, now + LIFETIME)
            one = replace(one, received=offset + len(content), expires_at=now + LIFETIME)
    if fault is not None:
        raise fault
    return _finish(store, station, one) if one.received == one.size and not one.whole else one


def end(store: DistrictStore, station: Station, name: str) -> None:
    """Forget an upload of this device, finished or not; a file that came of it stays."""
    with store.write() as conn:
        _mine(conn, station, name, lock=True)
        drop_upload(conn, name)


def _mine(conn: Connection, station: Station, name: str, *, lock: bool = False) -> Upload:
    one = find_upload(conn, name, lock=lock)
    if one is None or one.device != station.device.device or one.expires_at <= datetime.now(UTC):
        raise Refused("protocol.no_such_upload")
    return one


def _must_be_named(conn: Connection, station: Station, one: Upload) -> None:
    said = said_size(conn, one.record, one.digest, station.unit)
    if said is None:
        raise Refused("protocol.no_such_file")
    if said != one.size:
        raise Refused("protocol.bad_file")


def _fault(conn: Connection, store: DistrictStore, station: Station, one: Upload, content: bytes) -> Refused | None:
    """Look at the first bytes as soon as they are here: a file of no kind that is taken is not let in any further."""
    if one.received >= TELLING_BYTES or one.received + len(content) < TELLING_BYTES:
        return None
    first = b"".join(received_parts(conn, store.sealer, one)) + content[:TELLING_BYTES]
    try:
        check_first_bytes(first, one.size, envelope=of_accusation(conn, one.digest, [station.unit]))
    except Refused as error:
        return error
    return None


def _finish(store: DistrictStore, station: Station, one: Upload) -> Upload:
    """Check the whole by its digest, and make a file of it; the bytes are read again, for they came in many pieces."""
    whole = hashlib.sha256()
    with store.read() as conn:
        for part in received_parts(conn, store.sealer, one):
            whole.update(part)
    fault: Refused | None = None
    with store.write() as conn:
        # Another desk may hand in the same bytes, or an erasure forget them: that holds the file before the upload.
        hold(conn, Lock.FILE, one.digest)
        now = find_upload(conn, one.upload, lock=True)
        if now is None:
            raise Refused("protocol.no_such_upload")
        if now.whole:
            return now  # another request was quicker
        try:
            _must_be_named(conn, station, one)  # it may have been erased meanwhile
            if whole.hexdigest() != one.digest:
                raise Refused("protocol.bad_file")
        except Refused as error:
            fault = error
            drop_upload(conn, one.upload)
        else:
            if file_size(conn, one.digest) is None:
                make_file(conn, one, datetime.now(UTC))
            close_upload(conn, one)
    if fault is not None:
        raise fault
    return replace(one, whole=True)
