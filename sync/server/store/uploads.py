"""Uploads under way: whose, of which bytes, how far, and the sealed parts that came so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, delete, exists, func, insert, literal, select

from sync.server.sealing import Sealer
from sync.server.store.bulk import among
from sync.server.store.files import PART_BYTES, list_file
from sync.server.store.schema import attachment, file_part, upload, upload_part

SMALL_PART: Final = PART_BYTES // 4
"""A last part that is smaller takes in what comes next: many small pieces must not become as many rows."""


@dataclass(frozen=True, slots=True)
class Upload:
    """``received`` of ``size`` bytes are here; ``whole``: they were checked and are a file now."""

    upload: str
    device: str
    record: str
    digest: str
    size: int
    received: int
    whole: bool
    metadata: str
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Unfinished:
    """How many uploads of a device are under way, and how many bytes they may come to."""

    count: int
    size: int


def add_upload(conn: Connection, one: Upload) -> None:
    """Begin an upload."""
    values = {name: getattr(one, name) for name in Upload.__slots__}
    conn.execute(insert(upload).values(values))


def find_upload(conn: Connection, name: str, *, lock: bool = False) -> Upload | None:
    """Return the upload ``name``; with ``lock`` nobody else adds to it before this transaction ends."""
    asked = select(upload).where(upload.c.upload == name)
    if lock and conn.dialect.name == "postgresql":
        asked = asked.with_for_update()
    row = conn.execute(asked).first()
    return None if row is None else Upload(**row._mapping)


def unfinished(conn: Connection, device: str) -> Unfinished:
    """Return what ``device`` has under way."""
    asked = select(func.count(), func.coalesce(func.sum(upload.c.size), 0))
    count, size = conn.execute(asked.where(upload.c.device == device, ~upload.c.whole)).one()
    return Unfinished(count, int(size))


def list_uploads(conn: Connection) -> list[Upload]:
    """Return the uploads that are not whole, the oldest first."""
    rows = conn.execute(select(upload).where(~upload.c.whole).order_by(upload.c.made_at, upload.c.upload))
    return [Upload(**row._mapping) for row in rows]


def add_bytes(conn: Connection, sealer: Sealer, one: Upload, content: bytes, until: datetime) -> None:
    """Add ``content`` behind what is here of ``one`` and let it live ``until`` then; the caller has locked it."""
    start, joined = one.received, content
    last = conn.execute(
        select(upload_part).where(upload_part.c.upload == one.upload).order_by(upload_part.c.start.desc()).limit(1)
    ).first()
    if last is not None and last.size < SMALL_PART:
        start, joined = last.start, sealer.open(one.digest, last.start, last.sealed) + content
        conn.execute(delete(upload_part).where(upload_part.c.upload == one.upload, upload_part.c.start == start))
    for at in range(0, len(joined), PART_BYTES):
        part = joined[at : at + PART_BYTES]
        sealed = sealer.seal(one.digest, start + at, part)
        conn.execute(insert(upload_part).values(upload=one.upload, start=start + at, size=len(part), sealed=sealed))
    values = {"received": one.received + len(content), "expires_at": until}
    conn.execute(upload.update().where(upload.c.upload == one.upload).values(values))


def received_parts(conn: Connection, sealer: Sealer, one: Upload) -> Iterator[bytes]:
    """Yield what came of ``one`` in its order."""
    places = select(upload_part.c.start).where(upload_part.c.upload == one.upload).order_by(upload_part.c.start)
    for (start,) in conn.execute(places).all():
        mine = (upload_part.c.upload == one.upload, upload_part.c.start == start)
        yield sealer.open(one.digest, start, conn.execute(select(upload_part.c.sealed).where(*mine)).scalar_one())


def make_file(conn: Connection, one: Upload, at: datetime) -> None:
    """Make a file of the parts of ``one``, as they are: the caller has checked them, and that the file is not here."""
    parts = select(literal(one.digest), upload_part.c.start, upload_part.c.size, upload_part.c.sealed)
    columns = ["digest", "start", "size", "sealed"]
    conn.execute(insert(file_part).from_select(columns, parts.where(upload_part.c.upload == one.upload)))
    list_file(conn, one.digest, one.size, at)


def close_upload(conn: Connection, one: Upload) -> None:
    """Note that the bytes of ``one`` are a file now; whoever missed that answer still learns it."""
    conn.execute(delete(upload_part).where(upload_part.c.upload == one.upload))
    conn.execute(upload.update().where(upload.c.upload == one.upload).values(whole=True))


def drop_uploads(conn: Connection, which: ColumnElement[bool], *, wait: bool = True) -> int:
    """Forget uploads and what came of them; returns how many were not whole.

    They are locked first: what somebody adds to one just now goes with it. Without ``wait`` such a one is passed over.
    """
    asked = select(upload.c.upload, upload.c.whole).where(which).order_by(upload.c.upload)
    if conn.dialect.name == "postgresql":
        asked = asked.with_for_update(skip_locked=not wait)
    found = conn.execute(asked).all()
    names = [row.upload for row in found]
    if names:
        conn.execute(delete(upload_part).where(among(conn, upload_part.c.upload, names)))
        conn.execute(delete(upload).where(among(conn, upload.c.upload, names)))
    return sum(not row.whole for row in found)


def drop_upload(conn: Connection, name: str) -> int:
    """Forget one upload."""
    return drop_uploads(conn, upload.c.upload == name)


def drop_former(conn: Connection, device: str, digest: str) -> int:
    """Forget what ``device`` began of these bytes before: the newest attempt counts."""
    return drop_uploads(conn, (upload.c.device == device) & (upload.c.digest == digest))


def drop_expired(conn: Connection, now: datetime) -> int:
    """Forget what was not finished in its time, but what somebody is adding to."""
    return drop_uploads(conn, upload.c.expires_at <= now, wait=False)


def drop_unfinished(conn: Connection) -> int:
    """Forget all that is not whole."""
    return drop_uploads(conn, ~upload.c.whole)


def drop_unnamed(conn: Connection, digest: str) -> int:
    """Forget uploads of bytes that no attachment names any more."""
    unnamed: Any = ~exists().where(attachment.c.digest == digest)
    return drop_uploads(conn, (upload.c.digest == digest) & unnamed)
