"""What bundles need of the store: their numbers, files that wait, and the district as it is known here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from desktop.store import held_files
from desktop.store.journal import DISTRICT, RECIPIENT
from desktop.store.projections import UNSENT
from desktop.store.reader import Reader
from desktop.store.store import Work
from desktop.store.tables import file, link, names, record

SEQUENCE: Final = "bundle_sequence"
LAST_WRITTEN: Final = "bundle_written"
LAST_READ: Final = "bundle_read"
_WAITING: Final = f"""
    SELECT count(*), coalesce(sum(length(body)), 0) FROM {UNSENT} AS unsent
    CROSS JOIN record ON record.line = unsent.line
"""  # noqa: S608 our own words


@dataclass(frozen=True, slots=True)
class Waiting:
    """What would go on a stick now: records and their bytes, files and theirs."""

    records: int
    record_bytes: int
    files: int
    file_bytes: int


def waiting_files(reader: Reader) -> list[tuple[str, int]]:
    """Return digest and size of bytes that the district does not have, of unsent records too; none that are held."""
    asked = (
        select(file.c.digest, file.c.size)
        .join_from(file, link, names(file.c.digest) & (link.c.via == "attachment.digest"))
        .join(record, record.c.line == link.c.line)
        .where(file.c.sent == 0, record.c.state.in_(("unsent", "settled")))
        .distinct()
        .order_by(file.c.digest)
    )
    waits = held_files.held(reader)
    return [(row.digest, row.size) for row in reader.conn.execute(asked) if row.digest not in waits]


def waiting(reader: Reader) -> Waiting:
    """Return what would go on a stick now."""
    count, size = reader.sql(_WAITING).fetchone()
    files = waiting_files(reader)
    return Waiting(int(count), int(size), len(files), sum(size for _, size in files))


def known_district(reader: Reader) -> tuple[str, str]:
    """Return the district's unit and whom to encrypt to; empty where this station has not learned it."""
    return reader.meta(DISTRICT) or "", reader.meta(RECIPIENT) or ""


def next_sequence(work: Work) -> int:
    """Return the number of the next bundle of this store, counted from 1."""
    number = int(work.meta(SEQUENCE) or 0) + 1
    work.set_meta(SEQUENCE, str(number))
    return number
