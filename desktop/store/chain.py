"""The store's own journal as a chain: each record that travels gets the next ordinal, and a link on the one before.

The chain begins anew where the store takes a new id: then ``journal_from`` notes the first line that counts. What an
older program wrote has no ordinal. Two notes spare looking through what was pulled for the last record of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sync.records.chain import first_link, next_link

JOURNAL_FROM: Final = "journal_from"
JOURNAL_HEAD: Final = "journal_head"

_META: Final = "SELECT value FROM meta WHERE key = ?"
_NOTES: Final = "SELECT (SELECT value FROM meta WHERE key = ?), (SELECT value FROM meta WHERE key = ?)"
"""In one statement: every save asks where the chain is."""
_LAST: Final = """
    SELECT line, ordinal, link FROM record WHERE line > ? AND ordinal IS NOT NULL ORDER BY line DESC LIMIT 1
"""
_AT: Final = "SELECT line, ordinal, link FROM record WHERE line = ? AND ordinal IS NOT NULL"
_LINES: Final = """
    SELECT record.line, record.id, coalesce(written.hash, record.hash), record.ordinal, record.link
    FROM record LEFT JOIN written ON written.line = record.line
    WHERE record.line >= ? AND record.ordinal IS NOT NULL ORDER BY record.line
"""

Execute = Callable[..., Any]


class Head(NamedTuple):
    """The last line of the chain: its ``ordinal`` (0: none yet) and ``link``."""

    line: int
    ordinal: int
    link: bytes

    def next(self, line: int, record_id: str, hash_: bytes) -> Head:
        """Return the head after a record."""
        return Head(line, self.ordinal + 1, next_link(self.link, record_id, hash_))


def journal_from(execute: Execute) -> int:
    """Return the first line that belongs to the journal of the store's present id."""
    row = execute(_META, (JOURNAL_FROM,)).fetchone()
    return int(row[0]) if row else 1


def head(execute: Execute, store: str) -> Head:
    """Return where the chain is."""
    begins, known = execute(_NOTES, (JOURNAL_FROM, JOURNAL_HEAD)).fetchone()
    first = int(begins or 1)
    at, upto = (int(part) for part in (known or "0 0").split())
    row = execute(_LAST, (max(first - 1, upto),)).fetchone()
    if row is None and at >= first:
        row = execute(_AT, (at,)).fetchone()
    return Head(0, 0, first_link(store)) if row is None else Head(*row)


def passed(now: Head, last_line: int) -> str:
    """Return the note that nothing of ours comes after ``now`` up to ``last_line``."""
    return f"{now.line} {last_line}"


@dataclass(frozen=True, slots=True)
class Faults:
    """What `verify` found: ordinals whose link does not follow from the line before, or that are missing before it."""

    upto: int
    link: bytes
    broken: tuple[int, ...]


def verify(execute: Execute, store: str) -> Faults:
    """Compute the chain anew from the records and compare each link."""
    link, ordinal = first_link(store), 0
    broken: list[int] = []
    for _line, record_id, hash_, there, kept in _lines(execute, journal_from(execute)):
        ordinal, link = ordinal + 1, next_link(link, record_id, hash_)
        if there != ordinal or kept != link:
            broken.append(there)
            ordinal, link = there, kept  # what follows is judged by itself
    return Faults(ordinal, link, tuple(broken))


def _lines(execute: Execute, first: int) -> Iterator[tuple[int, str, bytes, int, bytes]]:
    yield from execute(_LINES, (first,))
