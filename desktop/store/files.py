"""Bytes of attachments, inside the encrypted file and named by their SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from desktop.store.reader import Reader
from desktop.store.tables import draft, file, link
from desktop.store.work import Work
from sync.records.errors import Damaged, Refused


def put_file(work: Work, digest: str, content: bytes, *, sent: bool = False) -> None:
    """Keep ``content`` under ``digest`` (SHA-256 in hex); the same bytes again change nothing.

    ``sent`` where the district gave it. Damaged("store.file_digest") where the digest is not that of the bytes.
    """
    if hashlib.sha256(content).hexdigest() != digest:
        raise Damaged("store.file_digest")
    row = {"digest": digest, "size": len(content), "sent": int(sent), "bytes": content}
    work.conn.execute(insert(file).values(row).on_conflict_do_nothing())


def forget_unnamed(work: Work, digests: Iterable[str]) -> None:
    """Forget the bytes of ``digests`` that no attachment (a printed paper is one) and no draft names any more."""
    for digest in digests:
        named = select(link.c.line).where(link.c.subject == digest, link.c.via == "attachment.digest")
        waits = select(draft.c.id).where(draft.c.content.contains(digest, autoescape=True))
        if work.conn.execute(named.union_all(waits).limit(1)).first() is None:
            work.conn.execute(delete(file).where(file.c.digest == digest))


def has_file(reader: Reader, digest: str) -> bool:
    """Whether the bytes are here."""
    return reader.conn.scalar(select(file.c.size).where(file.c.digest == digest)) is not None


def read_file(reader: Reader, digest: str) -> bytes:
    """Return the bytes; Refused("store.no_such_file"), Damaged where they are not what they were."""
    content: bytes | None = reader.conn.scalar(select(file.c.bytes).where(file.c.digest == digest))
    if content is None:
        raise Refused("store.no_such_file")
    if hashlib.sha256(content).hexdigest() != digest:
        raise Damaged("store.file_digest")
    return content
