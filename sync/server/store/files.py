"""The bytes of attachments, named by their SHA-256; only units that hold an attachment record reach them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from sync.records.papers import Attachment
from sync.server.store.directory import clean
from sync.server.store.schema import attachment, file

_LARGEST = 2**62


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


def is_named(conn: Connection, digest: str, scopes: Collection[str]) -> bool:
    """Whether an attachment within ``scopes`` names these bytes."""
    query = select(attachment.c.record).where(attachment.c.digest == digest, attachment.c.scope.in_(sorted(scopes)))
    return conn.execute(query.limit(1)).scalar() is not None


def has_file(conn: Connection, digest: str) -> bool:
    """Whether the bytes are here."""
    return conn.execute(select(file.c.digest).where(file.c.digest == digest)).scalar() is not None


def put_file(conn: Connection, digest: str, content: bytes, at: datetime) -> None:
    """Keep bytes; the caller has checked ``digest`` and that they are not here yet."""
    conn.execute(file.insert().values(digest=digest, size=len(content), received_at=at, content=content))


def get_file(conn: Connection, digest: str) -> bytes | None:
    """Return the bytes, None where they have not come yet."""
    content: bytes | None = conn.execute(select(file.c.content).where(file.c.digest == digest)).scalar()
    return content
