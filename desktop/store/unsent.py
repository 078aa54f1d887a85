"""What waits unsent: no index holds it, for each save would write a page of one. A note says where to look from.

No record before the line that the note names is unsent. A record is written behind it; what is sent again takes the
note back, and what was answered or pulled lets it go on. Without it all records are looked through.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from desktop.store.reader import Reader
    from desktop.store.work import Work

UNSENT_FROM: Final = "unsent_from"
_FROM: Final = f"coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = '{UNSENT_FROM}'), 0)"  # noqa: S608 our own


def unsent(start: str = "0") -> str:
    """Return the condition that a record is unsent and its line not before what the expression ``start`` gives."""
    return f"record.state = 'unsent' AND record.line >= max({start}, {_FROM})"


_FIRST: Final = f"SELECT line FROM record WHERE {unsent()} ORDER BY line LIMIT 1"  # noqa: S608 our own words
_LAST: Final = "SELECT coalesce(max(line), 0) FROM record"
_MISSED: Final = f"SELECT line FROM record WHERE state = 'unsent' AND line < {_FROM}"  # noqa: S608 our own words


def go_on(work: Work) -> None:
    """Let the note name the first unsent line, or what comes after the last line where there is none."""
    first = work.sql(_FIRST).fetchone()
    upto = first[0] if first else work.sql(_LAST).fetchone()[0] + 1
    if work.meta(UNSENT_FROM) != str(upto):
        work.set_meta(UNSENT_FROM, str(upto))


def take_back(work: Work, lines: Iterable[int]) -> None:
    """Note that the records at ``lines`` are unsent again."""
    noted = work.meta(UNSENT_FROM)
    if noted is not None and (first := min(lines, default=int(noted))) < int(noted):
        work.set_meta(UNSENT_FROM, str(first))


def missed(reader: Reader) -> list[int]:
    """Return the unsent lines before the note: none, unless there was a bug. Every record is looked at."""
    return [line for (line,) in reader.sql(_MISSED)]
