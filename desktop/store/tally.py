"""What the store holds, kind by kind and record by record: for receipts, reports and the doctor."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from desktop.store.projections import OFTEN, SELDOM
from desktop.store.reader import Reader
from desktop.store.tables import record
from sync.records.kinds import KINDS

_SELDOM = f"SELECT kind, count(*) FROM record WHERE {SELDOM} GROUP BY kind"  # noqa: S608 our own words
_OFTEN = "SELECT count(*) FROM record INDEXED BY record_id WHERE substr(id, 1, 4) = ?"
"""The ids of a kind begin alike, and the index of ids is far smaller than the records."""
_NUMBERED = tuple(
    f"SELECT kind, id, hash FROM {table} WHERE district_seq > ? AND district_seq <= ?"  # noqa: S608 our own words
    for table in ("record", "rival")
)
Line = tuple[str, str, bytes]
"""Kind, id and hash of one record: a line of the digest (records.canonical.digest)."""


def records(reader: Reader, upto: int | None = None) -> Iterator[Line]:
    """Yield every record in the order of its coming, erased ones too.

    With ``upto`` only those that the district has numbered up to it: what a receipt spoke of.
    """
    asked = select(record.c.kind, record.c.id, record.c.hash).order_by(record.c.line)
    if upto is not None:
        asked = asked.where(record.c.district_seq <= upto)
    for row in reader.conn.execute(asked, execution_options={"yield_per": 1000}):
        yield row.kind, row.id, row.hash


def counts(reader: Reader, upto: int | None = None) -> dict[str, int]:
    """Return how many records of each kind `records` yields."""
    if upto is None:
        often = {kind: reader.sql(_OFTEN, (f"{KINDS[kind].prefix}_",)).fetchone()[0] for kind in OFTEN}
        found = dict(reader.sql(_SELDOM).fetchall()) | {kind: counted for kind, counted in often.items() if counted}
        return dict(sorted(found.items()))
    asked = select(record.c.kind, func.count()).group_by(record.c.kind).order_by(record.c.kind)
    return {row[0]: row[1] for row in reader.conn.execute(asked.where(record.c.district_seq <= upto))}


def numbered(reader: Reader, after: int, upto: int) -> list[Line]:
    """Return the records with a district number in (after, upto], pushed or pulled, also those set aside."""
    return [line for asked in _NUMBERED for line in reader.sql(asked, (after, upto))]
