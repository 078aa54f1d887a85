"""How the exchange stands: what waits for the district, and the receipts that it gave."""

from __future__ import annotations

from typing import Final

import msgspec

from desktop.store.projections import UNSENT
from desktop.store.reader import Reader
from sync.protocol.messages import Receipt

_UNSENT: Final = f"SELECT count(*) FROM {UNSENT}"  # noqa: S608 our own words
_LIST: Final = "SELECT message FROM receipt ORDER BY at DESC, id DESC LIMIT ?"


def count_unsent(reader: Reader) -> int:
    """Return how many records the district has not answered for."""
    return int(reader.sql(_UNSENT).fetchone()[0])


def list_receipts(reader: Reader, limit: int = 50) -> list[Receipt]:
    """Return the receipts of this store, the latest first."""
    return [msgspec.json.decode(message, type=Receipt) for (message,) in reader.sql(_LIST, (limit,)).fetchall()]
