"""Finding records by any part of their text: an index inside the encrypted file, and a look at the text itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select, text

from desktop.store.excerpts import excerpt, moment_of, title_of
from desktop.store.projections import parts_of, text_of
from desktop.store.reader import Reader, current
from desktop.store.rows import Hit
from desktop.store.tables import card, part, record
from desktop.store.words import folded, match_expression, name_key, number_key, pairs, wanted
from sync.records.record import Record

if TYPE_CHECKING:
    from desktop.store.store import Store
    from desktop.store.work import Work

SEARCHED = ("visit", "matter", "dispatch_order", "mediation", "agreement", "person", "organisation")
PAGE = 200
MERGE_PAGES = 500
TIDY_DUE = "search_tidy_due"
MOST_PARTIES = 20_000
UPPER = "\U0010ffff"
"""Sorts after everything that a key may go on with: ``p <= key < p + UPPER`` is the range of what begins with p."""

_INSERT = text("INSERT INTO search(rowid, words) VALUES (:line, :words)")
_DELETE = text("DELETE FROM search WHERE rowid = :line")
_MATCH = text("SELECT rowid FROM search WHERE search MATCH :match AND rowid < :below ORDER BY rowid DESC LIMIT :limit")
_ROWS = (
    select(record.c.line, record.c.kind, record.c.body, card.c.fields)
    .join_from(record, card, card.c.line == record.c.line, isouter=True)
    .where(record.c.line.in_(bindparam("lines", expanding=True)), record.c.readable == 1)
    .order_by(record.c.line.desc())
)


def index(work: Work, values: dict[int, Record], fresh: set[int]) -> None:
    """Index records by their journal line; those that are not ``fresh`` were indexed before."""
    if old := [line for line in values if line not in fresh]:
        work.conn.execute(_DELETE, [{"line": line} for line in old])
        work.conn.execute(delete(part).where(part.c.line.in_(old)))
    found = {line: text_of(value) for line, value in values.items()}
    rows = [{"line": line, "words": " ".join(pairs(said))} for line, said in found.items() if said]
    if rows:
        work.conn.execute(_INSERT, rows)
    keys = [{"part": key, "line": line} for line, value in values.items() for key in parts_of(value)]
    if keys:
        work.conn.execute(insert(part), keys)


def forget(work: Work, line: int, kind: str) -> None:
    """Take a record out of the index; its traces go with the next `tidy`."""
    if kind in SEARCHED:
        work.conn.execute(_DELETE, {"line": line})
        work.conn.execute(delete(part).where(part.c.line == line))
        work.set_meta(TIDY_DUE, "1")


def lines_by_part(reader: Reader, query: str, limit: int = MOST_PARTIES) -> set[int]:
    """Return the newest lines of persons and organisations with this in their name, or at an end of a number."""
    keys = [f"n{name}"] if (name := name_key(query)) else []
    if len(number := number_key(query)) >= 3 and number.isascii():
        keys += [f"d{number}", f"D{number[::-1]}", f"p{number}", f"P{number[::-1]}"]
    found: set[int] = set()
    for key in keys:
        asked = select(part.c.line).where(part.c.part.between(key, key + UPPER)).order_by(part.c.line.desc())
        found.update(reader.conn.scalars(asked.limit(limit)))
    return found


def lines_by_text(reader: Reader, words: list[str], below: int, limit: int) -> list[int]:
    """Return up to ``limit`` lines under ``below``, newest first, whose text may contain all ``words``."""
    match = match_expression(words)
    if not match:
        return []
    return list(reader.conn.scalars(_MATCH, {"match": match, "below": below, "limit": limit}))


def search(reader: Reader, text: str, *, kinds: Sequence[str] | None = None, limit: int = 50) -> list[Hit]:
    """Return records that contain every word of ``text`` as it is written (width and case apart), newest first.

    Persons and organisations are also found by the beginning or end of a number or telephone.
    """
    words = wanted(text)
    if not words:
        return []
    chosen = frozenset(kinds or SEARCHED)
    hits: list[Hit] = []
    for kind, said, sure in _candidates(reader, text, words, limit):
        if kind in chosen and (sure or contains(text_of(said), words)):
            hits.append(Hit(kind, said.id, title_of(said), excerpt(text_of(said), words), moment_of(said)))
            if len(hits) == limit:
                break
    return hits


def contains(said: str, words: list[str]) -> bool:
    """Whether every one of the folded ``words`` stands in ``said``."""
    whole = folded(said)
    return all(word in whole for word in words)


def _candidates(reader: Reader, query: str, words: list[str], limit: int) -> Iterator[tuple[str, Record, bool]]:
    """Yield kind and value, and whether the number tables were sure of it, each record once."""
    by_part = lines_by_part(reader, query, limit)
    for row in _read(reader, sorted(by_part, reverse=True)):
        yield row.kind, current(row.kind, row.body, row.fields), True
    below = (1 << 62) + 1
    while lines := lines_by_text(reader, words, below, PAGE):
        below = lines[-1]
        for row in _read(reader, [line for line in lines if line not in by_part]):
            yield row.kind, current(row.kind, row.body, row.fields), False


def _read(reader: Reader, lines: list[int]) -> Sequence[Any]:
    return reader.conn.execute(_ROWS, {"lines": lines}).all() if lines else []


def tidy(store: Store, pages: int = MERGE_PAGES) -> bool:
    """Merge a little of the index, when idle; returns whether more is left to do. Each call is a short transaction.

    Saves never merge (automerge is off), so after many of them, after imports and after erasures this is due.
    """
    with store.write() as work:
        before = work.conn.scalar(text("SELECT total_changes()")) or 0
        work.conn.execute(text("INSERT INTO search(search, rank) VALUES ('merge', :pages)"), {"pages": pages})
        after = work.conn.scalar(text("SELECT total_changes()")) or 0
    return after - before >= 2


def optimize(store: Store) -> None:
    """Merge the whole index into one piece, after bulk imports and erasures: deleted entries are gone then."""
    with store.write() as work:
        work.conn.execute(text("INSERT INTO search(search) VALUES ('optimize')"))
        work.set_meta(TIDY_DUE, "0")
