"""Bytes of attachments, inside the encrypted file and named by their SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from desktop.store.projections import naming
from desktop.store.reader import Reader
from sync.records.errors import Damaged, Refused

if TYPE_CHECKING:
    from desktop.store.work import Work

_PUT = "INSERT OR IGNORE INTO file(digest, size, sent, bytes) VALUES (?, ?, ?, ?)"
_FORGET = f"""
    DELETE FROM file WHERE digest = ?1
    AND NOT EXISTS (SELECT 1 FROM link WHERE {naming("?1")} AND via = 'attachment.digest')
    AND NOT EXISTS (SELECT 1 FROM draft WHERE instr(content, ?1))
"""  # noqa: S608 our own words


def put_file(work: Work, digest: str, content: bytes, *, sent: bool = False) -> None:
    """Keep ``content`` under ``digest`` (SHA-256 in hex); the same bytes again change nothing.

    ``sent`` where the district gave it. Damaged("store.file_digest") where the digest is not that of the bytes.
    """
    if hashlib.sha256(content).hexdigest() != digest:
        raise Damaged("store.file_digest")
    work.sql(_PUT, (digest, len(content), int(sent), content))


def forget_unnamed(work: Work, digests: Iterable[str]) -> None:
    """Forget the bytes of ``digests`` that no attachment (a printed paper is one) and no draft names any more."""
    for digest in digests:
        work.sql(_FORGET, (digest,))


def send_again(work: Work, digests: Iterable[str]) -> None:
    """Have the bytes of ``digests`` go up once more where a record that the district has names them."""
    for digest in digests:
        work.sql("UPDATE file SET sent = 0 WHERE digest = ?", (digest,))


def has_file(reader: Reader, digest: str) -> bool:
    """Whether the bytes are here."""
    return reader.sql("SELECT 1 FROM file WHERE digest = ?", (digest,)).fetchone() is not None


def read_file(reader: Reader, digest: str) -> bytes:
    """Return the bytes; Refused("store.no_such_file"), Damaged where they are not what they were."""
    row = reader.sql("SELECT bytes FROM file WHERE digest = ?", (digest,)).fetchone()
    if row is None:
        raise Refused("store.no_such_file")
    content: bytes = row[0]
    if hashlib.sha256(content).hexdigest() != digest:
        raise Damaged("store.file_digest")
    return content
