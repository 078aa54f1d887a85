"""The search index: one full-text row for each record, and its housekeeping, which no save pays for.

A save does not write to it either: the newest records wait (unindexed.py) until the desk is idle, or there are many.
What comes in bulk, from the district, waits for the idle desk whatever its number.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from desktop.store import newest
from desktop.store.full_text import INDEXED_THROUGH, SEARCHED
from desktop.store.reader import Reader, current
from desktop.store.unindexed import TOP, indexed_through, rows_after, words_of
from sync.records.record import Record

if TYPE_CHECKING:
    from desktop.store.store import Store
    from desktop.store.work import Work

MERGE_PAGES: Final = 100
"""Pages of the index that one short transaction merges: a few hundredths of a second."""
SLICE_SECONDS: Final = 1.0
PAUSE_SECONDS: Final = 0.005
"""Between two transactions of a slice, so that a save which waits comes first."""
MOST_WAITING: Final = 150
"""Lines that saves let wait to be indexed, about fifty visits: searches look through them as well."""
BULK: Final = 2 * MOST_WAITING
"""More lines than that no save has left: they wait for the idle desk, so that no save pays for them."""
FILLED: Final = "search_filled"
"""In a store of the first schema, the note how far earlier.py has filled the index up; no other store has it."""
TRACES: Final = "search_tidy_due"
"""The store's note that something was erased whose terms are still in the index."""

_CHANGES: Final = "SELECT total_changes()"
_INSERT: Final = "INSERT INTO search(rowid, words) VALUES (?, ?)"
_LAST: Final = "SELECT coalesce(max(line), 0) FROM record"
_DELETE: Final = "DELETE FROM search WHERE rowid = ?"


def index(work: Work, values: dict[int, Record], fresh: set[int], *, pulled: bool = False) -> None:
    """Index records by their journal line, the newest of them later; those not ``fresh`` may have been before.

    What was ``pulled`` waits for the idle desk even where many wait already.
    """
    through = _through(work)
    if now := {line: value for line, value in values.items() if line <= through}:
        drop(work, [line for line in now if line not in fresh])
        _write(work, now)
    if not pulled and through + MOST_WAITING < max(values, default=0) <= through + BULK:
        _catch_up(work, through, TOP, values)


def _through(work: Work) -> int:
    """Return the line up to which the index goes, as this transaction knows it."""
    if work.remembered.through is None:
        work.remembered.through = indexed_through(work)
    return work.remembered.through


def catch_up(store: Store) -> None:
    """Index all that waits, in short transactions; none where nothing does."""
    while _caught_up_some(store):
        time.sleep(PAUSE_SECONDS)


def _caught_up_some(store: Store) -> bool:
    """Index the first that wait, in one transaction; returns whether there may be more."""
    with store.read() as reader:
        if indexed_through(reader) >= reader.sql(_LAST).fetchone()[0]:
            return False
    with store.write() as work:
        through = _through(work)
        return _catch_up(work, through, through + MOST_WAITING, {})


def _catch_up(work: Work, through: int, upto: int, known: dict[int, Record]) -> bool:
    """Index all beyond ``through`` up to ``upto``; ``known`` spares decoding those again that are at hand.

    Returns whether lines are left beyond it.
    """
    rows = rows_after(work, through, upto)
    _write(work, {line: known.get(line) or current(kind, body, fields) for line, kind, body, fields in rows})
    last = work.sql(_LAST).fetchone()[0]
    work.remembered.through = min(last, upto)
    work.set_meta(INDEXED_THROUGH, str(work.remembered.through))
    newest.catch_up(work)  # what else waits is written with it, also when the desk is idle
    return bool(last > upto)


def _write(work: Work, values: dict[int, Record]) -> None:
    work.many(_INSERT, [(line, words) for line, value in values.items() if (words := words_of(value))])


def filled(reader: Reader) -> bool:
    """Whether every record stands in the index under all its terms."""
    return reader.meta(FILLED) is None


def drop(work: Work, lines: Iterable[int]) -> None:
    """Take lines out of the index, and out of the first schema's table where that is still there."""
    if rows := [(line,) for line in lines]:
        work.many(_DELETE, rows)
        if not filled(work):
            work.many("DELETE FROM part WHERE line = ?", rows)


def forget(work: Work, line: int, kind: str) -> None:
    """Take a record out of the index; its traces go with the next `tidy`."""
    if kind in SEARCHED and line <= _through(work):
        drop(work, [line])
        work.set_meta(TRACES, "1")


def leave_traces(work: Work, kind: str) -> None:
    """Have the next `tidy` take the traces of what a record of ``kind`` no longer says: it is indexed anew."""
    if kind in SEARCHED:
        work.set_meta(TRACES, "1")


def tidy(store: Store, cancelled: Callable[[], bool] = bool, seconds: float = SLICE_SECONDS) -> bool:
    """Merge a little of the index, when idle; returns whether more is left to do.

    Saves never merge (automerge is off), so after many of them, after imports and after erasures this is due. It is a
    row of short transactions of at most ``seconds`` together. After an erasure all is merged: then no trace is left.
    """
    ends = time.monotonic() + seconds
    while _caught_up_some(store) or _merged(store):
        if cancelled() or time.monotonic() > ends:
            return True
        time.sleep(PAUSE_SECONDS)
    return False


def _merged(store: Store) -> bool:
    """Merge a few pages in one transaction; returns whether there may be more."""
    with store.write() as work:
        traces = work.meta(TRACES) or "0"
        # A negative number makes one piece of all: "1" begins that, "2" goes on with it.
        pages = {"1": -MERGE_PAGES}.get(traces, MERGE_PAGES)
        before = work.sql(_CHANGES).fetchone()[0]
        work.sql("INSERT INTO search(search, rank) VALUES ('merge', ?)", (pages,))
        more = work.sql(_CHANGES).fetchone()[0] - before >= 2
        if traces == "1":
            work.set_meta(TRACES, "2")
        elif traces == "2" and not more:
            work.set_meta(TRACES, "0")
    return more or traces == "1"


def optimize(store: Store) -> None:
    """Merge the whole index into one piece in one transaction: for stores that nobody uses meanwhile."""
    catch_up(store)
    with store.write() as work:
        work.sql("INSERT INTO search(search) VALUES ('optimize')")
        work.set_meta(TRACES, "0")
