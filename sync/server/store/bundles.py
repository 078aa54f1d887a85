"""Which bundles were imported, so that one that comes again is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from sync.server.store.schema import bundle


@dataclass(frozen=True, slots=True)
class ImportedBundle:
    """A bundle that was imported: ``digest`` tells it from every other one, ``receipt`` is the one that was given."""

    digest: str
    bundle: str
    store: str
    device: str
    sequence: int
    records: int
    refused: int
    files: int
    receipt: str
    imported_at: datetime


def get_bundle(conn: Connection, digest: str) -> ImportedBundle | None:
    """Return what is noted of a bundle; None where it never came."""
    row = conn.execute(select(bundle).where(bundle.c.digest == digest)).one_or_none()
    return None if row is None else ImportedBundle(**row._mapping)


def put_bundle(conn: Connection, imported: ImportedBundle) -> None:
    """Note a bundle; the first note of it stands."""
    if get_bundle(conn, imported.digest) is None:
        values = {name: getattr(imported, name) for name in ImportedBundle.__slots__}
        conn.execute(bundle.insert().values(values))
