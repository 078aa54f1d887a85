"""The bytes of attachments, named by their SHA-256 and kept in sealed parts; only units that name them reach them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, exists, select, text

from sync.records.kinds import is_a
from sync.records.papers import Attachment
from sync.server.sealing import Sealer
from sync.server.store.directory import clean
from sync.server.store.schema import attachment, file, file_part
from sync.server.store.schema import record as listed

PART_BYTES: Final = 1024 * 1024
"""What is sealed, written and given out at once; a file that came in small pieces has smaller parts."""

_LARGEST = 2**62
_THUMBNAIL: Final = -(2**40)
"""Where a picture's thumbnail lies among the parts of its file: before all of them, so that no reading of the file
meets it, and what destroys the file destroys it too."""


def put_attachment(conn: Connection, record: Attachment, scope: str) -> None:
    """List an attachment's record."""
    conn.execute(
        attachment.insert().values(
            record=record.id,
            digest=clean(record.digest)[:64],
            scope=scope,
            subject=clean(record.subject)[:64],
            name=clean(record.name),
            size=min(max(record.size, 0), _LARGEST),
        )
    )


def attached_to(conn: Connection, subjects: Collection[str], store: str) -> list[str]:
    """Return the attachments of ``subjects`` that ``store`` wrote, in the order in which they came."""
    if not subjects:
        return []
    query = select(attachment.c.record).join(listed, listed.c.id == attachment.c.record)
    query = query.where(attachment.c.subject.in_(sorted(subjects)), listed.c.origin == store)
    return list(conn.execute(query.order_by(listed.c.seq)).scalars().all())


def witnessed_with(conn: Connection, subjects: Collection[str], store: str) -> list[str]:
    """Return the attachments of ``subjects`` that the unit which wrote the subject handed in, by a station of its own
    and not by ``store``, the district's: another unit's file that names the subject is none of them.
    """
    if not subjects:
        return []
    said = listed.alias("said")
    query = select(attachment.c.record).join(listed, listed.c.id == attachment.c.record)
    query = query.join(said, said.c.id == attachment.c.subject)
    query = query.where(attachment.c.subject.in_(sorted(subjects)), listed.c.origin != store)
    query = query.where(listed.c.unit == said.c.unit, listed.c.scope == said.c.scope)
    return list(conn.execute(query.order_by(listed.c.seq)).scalars().all())


def is_named(conn: Connection, digest: str, scopes: Collection[str]) -> bool:
    """Whether an attachment within ``scopes`` names these bytes."""
    query = select(attachment.c.record).where(attachment.c.digest == digest, attachment.c.scope.in_(sorted(scopes)))
    return conn.execute(query.limit(1)).scalar() is not None


def of_accusation(conn: Connection, digest: str, scopes: Collection[str]) -> bool:
    """Whether all attachments within ``scopes`` that name these bytes belong to accusations: they may be envelopes."""
    query = select(attachment.c.subject).where(attachment.c.digest == digest, attachment.c.scope.in_(sorted(scopes)))
    subjects = conn.execute(query).scalars().all()
    return bool(subjects) and all(is_a(subject, "accusation") for subject in subjects)


def attached_to_accusations(conn: Connection, records: Collection[str]) -> set[str]:
    """Return those of ``records`` that are attachments of accusations."""
    if not records:
        return set()
    query = select(attachment.c.record, attachment.c.subject).where(attachment.c.record.in_(sorted(records)))
    return {row.record for row in conn.execute(query) if is_a(row.subject, "accusation")}


def said_size(conn: Connection, record: str, digest: str, scope: str) -> int | None:
    """Return the size that the attachment ``record`` of ``scope`` says of ``digest``; None where it says none."""
    mine = (attachment.c.record == record, attachment.c.digest == digest, attachment.c.scope == scope)
    size: int | None = conn.execute(select(attachment.c.size).where(*mine)).scalar()
    return size


def file_size(conn: Connection, digest: str) -> int | None:
    """Return how many bytes are here under ``digest``; None where none are."""
    size: int | None = conn.execute(select(file.c.size).where(file.c.digest == digest)).scalar()
    return size


def sizes_here(conn: Connection, digests: Collection[str]) -> dict[str, int]:
    """Return those of ``digests`` whose bytes are here, with their sizes."""
    query = select(file.c.digest, file.c.size).where(file.c.digest.in_(sorted(digests)))
    return {row.digest: row.size for row in conn.execute(query)} if digests else {}


def put_thumbnail(conn: Connection, sealer: Sealer, digest: str, content: bytes) -> None:
    """Keep the thumbnail of a file that is here, sealed as the file is, once; empty where none can be made."""
    if thumbnail(conn, sealer, digest) is None:
        sealed = sealer.seal(digest, _THUMBNAIL, content)
        row = {"digest": digest, "start": _THUMBNAIL, "size": len(content), "sealed": sealed}
        conn.execute(file_part.insert().values(row))


def thumbnail(conn: Connection, sealer: Sealer, digest: str) -> bytes | None:
    """Return the thumbnail of ``digest``; empty where none could be made, None where nobody tried yet."""
    mine = (file_part.c.digest == digest, file_part.c.start == _THUMBNAIL)
    sealed = conn.execute(select(file_part.c.sealed).where(*mine)).scalar()
    return None if sealed is None else sealer.open(digest, _THUMBNAIL, sealed)


def without_thumbnail(conn: Connection, digests: Collection[str]) -> set[str]:
    """Return those of ``digests`` of which no thumbnail could be made."""
    if not digests:
        return set()
    empty = (file_part.c.start == _THUMBNAIL, file_part.c.size == 0)
    query = select(file_part.c.digest).where(file_part.c.digest.in_(sorted(digests)), *empty)
    return set(conn.execute(query).scalars().all())


def put_file(conn: Connection, sealer: Sealer, digest: str, content: bytes, at: datetime) -> None:
    """Keep bytes; the caller has checked ``digest`` and that they are not here yet."""
    list_file(conn, digest, len(content), at)
    _put_parts(conn, sealer, digest, content)


def list_file(conn: Connection, digest: str, size: int, at: datetime) -> None:
    """List a file whose parts are written by the caller."""
    conn.execute(file.insert().values(digest=digest, size=size, received_at=at, content=b""))


def read_parts(conn: Connection, sealer: Sealer, digest: str, start: int, stop: int) -> Iterator[bytes]:
    """Yield the bytes of ``digest`` from ``start`` up to ``stop``; Damaged where a part is not what it was."""
    older = conn.execute(select(file.c.content).where(file.c.digest == digest)).scalar()
    if older:
        yield older[start:stop]
        return
    mine = (file_part.c.digest == digest, file_part.c.start < stop, file_part.c.start + file_part.c.size > start)
    for (at,) in conn.execute(select(file_part.c.start).where(*mine).order_by(file_part.c.start)).all():
        one = (file_part.c.digest == digest, file_part.c.start == at)
        part = sealer.open(digest, at, conn.execute(select(file_part.c.sealed).where(*one)).scalar_one())
        yield part[max(start - at, 0) : stop - at]


def forget_file(conn: Connection, digest: str) -> None:
    """Destroy the bytes of ``digest`` where no attachment names them any more."""
    if conn.execute(select(exists().where(attachment.c.digest == digest))).scalar():
        return
    conn.execute(file_part.delete().where(file_part.c.digest == digest))
    conn.execute(file.delete().where(file.c.digest == digest))


def unsealed(conn: Connection) -> str | None:
    """Return the digest of a file that an older program kept as it came; None where there is none."""
    found: str | None = conn.execute(select(file.c.digest).where(text("length(content) > 0")).limit(1)).scalar()
    return found


def seal_older(conn: Connection, sealer: Sealer, digest: str) -> None:
    """Seal a file that an older program kept as it came."""
    content = conn.execute(select(file.c.content).where(file.c.digest == digest)).scalar()
    if content:
        _put_parts(conn, sealer, digest, content)
        conn.execute(file.update().where(file.c.digest == digest).values(content=b""))


def _put_parts(conn: Connection, sealer: Sealer, digest: str, content: bytes) -> None:
    for start in range(0, len(content), PART_BYTES):
        part = content[start : start + PART_BYTES]
        sealed = sealer.seal(digest, start, part)
        conn.execute(file_part.insert().values(digest=digest, start=start, size=len(part), sealed=sealed))
