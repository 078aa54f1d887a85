"""Records that the index does not hold yet: the newest few, found all the same, by a small index in memory."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from sqlcipher3 import dbapi2 as sqlcipher

from desktop.store.full_text import INDEXED_THROUGH, SEARCH_TABLE, SEARCHED
from desktop.store.later import terms_of
from sync.records.kinds import kind_of_value
from sync.records.record import Record

if TYPE_CHECKING:
    from desktop.store.reader import Reader

TOP: Final = (1 << 62) + 1
"""Beyond every line."""

Row = tuple[int, str, bytes, bytes | None]
"""Line, kind, body and a revised card's fields."""

_ROWS: Final = """
    SELECT record.line, record.kind, record.body, card.fields
    FROM record LEFT JOIN card ON card.line = record.line
    WHERE record.line > ? AND record.line <= ? AND record.readable = 1
"""
_ASK: Final = "SELECT rowid FROM search WHERE search MATCH ? AND rowid < ? AND rowid >= ? ORDER BY rowid DESC LIMIT ?"


def indexed_through(reader: Reader) -> int:
    """Return the line up to which every record stands in the index."""
    note = reader.meta(INDEXED_THROUGH)
    return TOP if note is None else int(note)


def words_of(value: Record) -> str:
    """Return what a record's row in the index says; "" for what is not looked through."""
    return " ".join(sorted(terms_of(value))) if kind_of_value(value).name in SEARCHED else ""


def rows_after(reader: Reader, line: int, upto: int = TOP) -> list[Row]:
    """Return the readable records of the kinds that are looked through beyond ``line``, up to ``upto``."""
    return [row for row in reader.sql(_ROWS, (line, upto)).fetchall() if row[1] in SEARCHED] if line < TOP else []


class Unindexed:
    """One store's unindexed records as its readers last saw them; they lie in memory only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[int, Row] = {}
        self._index: Any = None

    def lines(self, reader: Reader, expression: str, below: int = TOP, start: int = 0, limit: int = TOP) -> list[int]:
        """Return those of the unindexed lines from ``start`` to ``below`` that satisfy ``expression``, newest first."""
        rows = rows_after(reader, indexed_through(reader))
        if not rows:
            return []
        with self._lock:
            self._see({row[0]: row for row in rows})
            asked = self._index.execute(_ASK, (expression, below, start, limit))
            return [line for (line,) in asked.fetchall()]

    def _see(self, rows: dict[int, Row]) -> None:
        """Let the index in memory hold exactly ``rows``: only what changed since the last look is written."""
        from desktop.store.reader import current

        if self._index is None:
            self._index = sqlcipher.connect(":memory:", isolation_level=None, check_same_thread=False)
            self._index.execute(SEARCH_TABLE)
        old = [(line,) for line, row in self._known.items() if rows.get(line) != row]
        new = [row for line, row in rows.items() if self._known.get(line) != row]
        self._index.executemany("DELETE FROM search WHERE rowid = ?", old)
        said = ((line, words_of(current(kind, body, fields))) for line, kind, body, fields in new)
        self._index.executemany("INSERT INTO search(rowid, words) VALUES (?, ?)", said)
        self._known = rows

    def close(self) -> None:
        """Let go of the memory; a later look begins anew."""
        with self._lock:
            if self._index is not None:
                self._index.close()
            self._index, self._known = None, {}
