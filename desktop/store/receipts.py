"""How the exchange stands: what waits for the district, and the receipts that it gave."""

from __future__ import annotations

from typing import Final

import msgspec

from desktop.store.reader import Reader
from sync.protocol.messages import Receipt

_LIST: Final = "SELECT message FROM receipt ORDER BY at DESC, id DESC LIMIT ?"


def count_unsent(reader: Reader) -> int:
    """Return how many records the district has not answered for."""
    return int(reader.sql("SELECT count(*) FROM record WHERE state = 'unsent'").fetchone()[0])


def list_receipts(reader: Reader, limit: int = 50) -> list[Receipt]:
    """Return the receipts of this store, the latest first."""
    return [msgspec.json.decode(message, type=Receipt) for (message,) in reader.sql(_LIST, (limit,)).fetchall()]
