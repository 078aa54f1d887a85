"""Which numbers of a series this desk gave out lately, told from its own records, the newest first looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import select

from desktop.store.reader import Reader
from desktop.store.tables import of_kind, record
from sync.records.papers import Series

KINDS: Final = {Series.VISIT: "visit", Series.ORDER: "dispatch_order", Series.AGREEMENT: "agreement"}
"""An administrative agreement is an agreement too: its numbers stand among them."""
MOST: Final = 2_000
"""So many of a kind are looked at: no desk writes more in a day."""


def numbers_used(reader: Reader, series: Series, since: datetime) -> list[str]:
    """Return the numbers that records made at this store since then carry, each once, in the order of their making."""
    found = dict.fromkeys(_numbers(reader, KINDS[series], since))
    return list(reversed(found))


def _numbers(reader: Reader, kind: str, since: datetime) -> Iterator[str]:
    asked = select(record.c.id).where(of_kind(kind), record.c.origin == "own", record.c.readable == 1)
    for record_id in reader.conn.execute(asked.order_by(record.c.line.desc()).limit(MOST)).scalars():
        value = reader.get(record_id)
        if value.made.at < since:
            return
        number = str(getattr(value, "number", ""))
        if number:
            yield number
