"""What the district published for papers: editions of their words, and the keys that sign them."""

from __future__ import annotations

from sqlalchemy import select

from desktop.store.reader import Reader, current
from desktop.store.tables import of_kind, record
from sync.records.station_keys import Published, StationKey, published
from sync.records.templates import PaperTemplate

DISTRICT = "district"
"""The store's note of the district's unit, from its enrolment."""


def templates(reader: Reader, name: str = "") -> list[PaperTemplate]:
    """Return the editions of a paper's words, or of all; in the order in which they came here."""
    found = reader.linked(name, "paper_template.name") if name else _all(reader, "paper_template")
    return [one for one in found if isinstance(one, PaperTemplate)]


def published_keys(reader: Reader) -> dict[str, Published]:
    """Return the district's list of signing keys, by key id; empty where the store knows no district."""
    here = reader.meta(DISTRICT)
    found = (key for key in _all(reader, "station_key") if isinstance(key, StationKey) and key.made.unit == here)
    return published(found)


def announced_keys(reader: Reader) -> dict[str, StationKey]:
    """Return the keys that desks of the own unit have announced, by key id, the last announcement of each."""
    found = (key for key in _all(reader, "station_key") if isinstance(key, StationKey))
    return {key.key: key for key in found if key.made.unit == reader.unit}


def _all(reader: Reader, kind: str) -> list[object]:
    asked = select(record.c.kind, record.c.body).where(of_kind(kind), record.c.readable == 1)
    return [current(row.kind, row.body, None) for row in reader.conn.execute(asked.order_by(record.c.line))]
