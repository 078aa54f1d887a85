"""Stores of the first schema: what their index knows is still found while it is filled up, a little at a time.

There persons and organisations were found through a table ``part`` (tails of names, numbers from both ends), and texts
by pairs of characters as they were written. Filling up gives each record the terms of today and takes it out of
``part``; at the end the table goes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy import text as sql

from desktop.changes import Changes
from desktop.store import index
from desktop.store.full_text import SEARCHED
from desktop.store.index import FILLED, filled
from desktop.store.matching import Word
from desktop.store.reader import Reader, current
from desktop.store.said import PARTIES
from desktop.store.store import Store, Work
from desktop.store.tables import card, record
from desktop.store.terms import all_of
from desktop.store.words import runs
from sync.records.canonical import Sealed

STAGES: Final = ("parties", "texts")
"""The store's note `FILLED` holds one of these and the last line that is done."""
READ_AGAIN: Final = "read_again"
"""The store's note with the last line that was read again: what an older program could only keep, of kinds or with
words that it did not know."""
BATCH: Final = 25
SPAN: Final = 5000
"""Lines through which one transaction looks for what can be read now: a save waits for it."""
TIDY_EVERY: Final = 40
UPPER: Final = "\U0010ffff"

Progress = Callable[[int, int], None]
"""Records done, records in all."""

_BATCH = (
    select(record.c.line, record.c.kind, record.c.body, card.c.fields)
    .outerjoin_from(record, card, card.c.line == record.c.line)
    .where(record.c.line > bindparam("after"), record.c.readable == 1)
    .where(record.c.kind.in_(bindparam("kinds", expanding=True)))
    .order_by(record.c.line)
    .limit(BATCH)
)
_UNREAD = (
    select(record.c.line, record.c.kind, record.c.id, record.c.hash, record.c.salt, record.c.body)
    .where(record.c.line > bindparam("after"), record.c.line <= bindparam("upto"))
    .where(record.c.readable == 0, record.c.body != b"")
    .order_by(record.c.line)
    .limit(BATCH)
)
_PART: Final = sql("SELECT line FROM part WHERE part >= :key AND part < :end ORDER BY line DESC LIMIT :limit")


def how_far(reader: Reader) -> tuple[int, int]:
    """Return how many lines of the journal are filled up, counted over both stages, and how many there are."""
    last = reader.conn.scalar(sql("SELECT coalesce(max(line), 0) FROM record")) or 0
    note = reader.meta(FILLED)
    if note is None:
        return len(STAGES) * last, len(STAGES) * last
    stage, line = note.split()
    return STAGES.index(stage) * last + int(line), len(STAGES) * last


def fill(store: Store, cancelled: Callable[[], bool] = bool, seconds: float = index.SLICE_SECONDS) -> bool:
    """Fill up in short transactions of at most ``seconds`` together; returns whether there is more."""
    ends = time.monotonic() + seconds
    with store.read() as reader:
        if filled(reader):
            return False
    turn = 0
    while time.monotonic() < ends and not cancelled():
        with store.write() as work:
            if not _fill_some(work):
                return False
        turn += 1
        if turn % TIDY_EVERY == 0:
            index.tidy(store, cancelled, 0)
        time.sleep(index.PAUSE_SECONDS)
    return True


def read_again(
    store: Store, cancelled: Callable[[], bool] = bool, tell: Callable[[Changes], None] = lambda _: None
) -> None:
    """Read what the district or a colleague's newer program had sent while an older one here could only keep it.

    ``tell`` hears which kinds are there now.
    """
    with store.read() as reader:
        note = reader.meta(READ_AGAIN)
    while note is not None and not cancelled():
        with store.write() as work:
            upto = int(note) + SPAN
            rows = work.conn.execute(_UNREAD, {"after": int(note), "upto": upto}).all()
            read = [(work.project(line, Sealed(*sealed)), line) for line, *sealed in rows]
            work.many("UPDATE record SET readable = ? WHERE line = ?", read)  # before it is folded
            through = rows[-1].line if len(rows) == BATCH else upto
            note = str(through) if through < (work.sql("SELECT max(line) FROM record").fetchone()[0] or 0) else None
            work.set_meta(READ_AGAIN, note)
        if rows:
            tell(work.changes)


def _fill_some(work: Work) -> bool:
    """Fill up the next batch; returns whether there is more."""
    note = work.meta(FILLED)
    if note is None:
        return False
    stage, after = note.split()
    kinds = PARTIES if stage == "parties" else tuple(kind for kind in SEARCHED if kind not in PARTIES)
    rows = work.conn.execute(_BATCH, {"after": int(after), "kinds": kinds}).all()
    index.index(work, {row.line: current(row.kind, row.body, row.fields) for row in rows}, set())
    if rows:
        work.set_meta(FILLED, f"{stage} {rows[-1].line}")
    elif stage == STAGES[0]:
        work.set_meta(FILLED, f"{STAGES[1]} 0")
    else:
        finish(work)
        return False
    return True


def finish(work: Work) -> None:
    """Note that all is filled up, and let go of the earlier table; nothing where that was done."""
    if not filled(work):
        work.set_meta(FILLED, None)
        work.conn.exec_driver_sql("DROP TABLE IF EXISTS part")


def parties(reader: Reader, words: Sequence[Word], limit: int) -> Iterator[list[int]]:
    """Yield the newest lines of persons and organisations that the earlier table finds by the first of ``words``."""
    lines: set[int] = set()
    for key in _keys(words[0]):
        lines.update(reader.conn.scalars(_PART, {"key": key, "end": key + UPPER, "limit": limit}))
    if lines:
        yield sorted(lines, reverse=True)


def lines_by_keys(reader: Reader, keys: Sequence[str]) -> list[int]:
    """Return the lines that the earlier table has under one of ``keys``."""
    asked = sql("SELECT line FROM part WHERE part IN :keys").bindparams(bindparam("keys", expanding=True))
    return list(reader.conn.scalars(asked, {"keys": list(keys)})) if keys else []


def _keys(word: Word) -> Iterator[str]:
    if word.name:
        yield f"n{word.name[:16]}"
    if word.number:
        yield from (f"d{word.number}", f"D{word.number[::-1]}", f"p{word.number}", f"P{word.number[::-1]}")


def text_expression(word: Word) -> str:
    """Return the expression for texts whose pairs were kept as they were written."""
    found: list[str] = []
    for run in runs(word.plain):
        found += [f'"{run}"*'] if len(run) == 1 else [f'"{run[i : i + 2]}"' for i in range(min(len(run) - 1, 16))]
    return f"({all_of(found)})" if found else ""


def newest(reader: Reader, kinds: Sequence[str]) -> Iterator[list[int]]:
    """Yield pages of the newest lines of ``kinds``."""
    below = 1 << 62
    asked = sql("SELECT line FROM record WHERE line < :below AND +kind IN :kinds ORDER BY line DESC LIMIT 100")
    asked = asked.bindparams(bindparam("kinds", expanding=True))
    while lines := list(reader.conn.scalars(asked, {"below": below, "kinds": list(kinds)})):
        yield lines
        below = lines[-1]
