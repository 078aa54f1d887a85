"""The stations' journals as they came: lines by ordinal, page by page, and how far each is whole."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import msgspec
import zstandard
from sqlalchemy import Connection, Insert, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from sync.records.chain import first_link
from sync.server.store.schema import journal, journal_run
from sync.server.store.together import say

MOST_GAPS: Final = 100
"""Gaps that are named at once; the others are named when these are closed."""

_OF_STORE: Final = journal.c.store == bindparam("of_store")
_CAME: Final = select(journal).where(_OF_STORE)
_RUN: Final = journal_run.insert()
_LEVEL: Final = 1  # most of it is hashes, which nothing makes shorter


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a journal: the record that its store wrote as its ``ordinal``-th."""

    ordinal: int
    id: str
    hash: bytes


@dataclass(frozen=True, slots=True)
class Came:
    """How far a journal came: whole up to ``upto``, its chain's ``link`` there, and the greatest ordinal."""

    store: str
    upto: int
    link: bytes
    most: int
    forked: int


def came(conn: Connection, store: str) -> Came:
    """Return how far the journal of ``store`` came; nothing yet where it never said an ordinal."""
    return came_of(store, conn.execute(_CAME, {"of_store": store}).one_or_none())


def came_of(store: str, row: Sequence[Any] | None) -> Came:
    """Return what a row of `journal` says, all None where there is none."""
    return Came(store, 0, first_link(store), 0, 0) if row is None or row[0] is None else Came(*row)


def all_came(conn: Connection) -> list[Came]:
    """Return how far every journal came."""
    return [Came(*row) for row in conn.execute(select(journal).order_by(journal.c.store))]


def put_came(conn: Connection, now: Came) -> None:
    """Keep how far a journal came; nothing is asked back (`together`)."""
    say(conn, _grow(conn.dialect.name), dataclasses.asdict(now))


@cache
def _grow(dialect: str) -> Insert:
    made = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(journal)
    grown = {name: made.excluded[name] for name in ("upto", "link", "most", "forked")}
    return made.on_conflict_do_update(index_elements=[journal.c.store], set_=grown)


def put_run(conn: Connection, store: str, run: Sequence[Line]) -> None:
    """Keep lines whose ordinals follow each other without a gap."""
    packed = msgspec.msgpack.encode([(line.id, line.hash) for line in run])
    lines = zstandard.ZstdCompressor(level=_LEVEL).compress(packed)
    row = {"store": store, "first": run[0].ordinal, "last": run[-1].ordinal, "lines": lines}
    say(conn, _RUN, row)


def lines(conn: Connection, store: str, first: int, last: int | None = None) -> Iterator[Line]:
    """Yield the lines with an ordinal in [first, last] that came, in their order."""
    # Runs do not overlap: of those that begin before ``first`` only the last can hold it.
    before = select(func.max(journal_run.c.first)).where(journal_run.c.store == store, journal_run.c.first <= first)
    begin = conn.execute(before).scalar() or first
    query = select(journal_run.c.first, journal_run.c.lines)
    query = query.where(journal_run.c.store == store, journal_run.c.first >= begin)
    if last is not None:
        query = query.where(journal_run.c.first <= last)
    for row in conn.execute(query.order_by(journal_run.c.first)).all():
        found = msgspec.msgpack.decode(zstandard.ZstdDecompressor().decompress(row.lines), type=list[tuple[str, bytes]])
        for ordinal, (record_id, hash_) in enumerate(found, row.first):
            if ordinal >= first and (last is None or ordinal <= last):
                yield Line(ordinal, record_id, hash_)


def missing(conn: Connection, now: Came) -> tuple[tuple[int, int], ...]:
    """Return the first and last ordinals of what is missing before the greatest one."""
    if now.most <= now.upto:
        return ()
    query = select(journal_run.c.first, journal_run.c.last)
    query = query.where(journal_run.c.store == now.store, journal_run.c.first > now.upto)
    found: list[tuple[int, int]] = []
    before = now.upto
    for row in conn.execute(query.order_by(journal_run.c.first).limit(MOST_GAPS * 2)):
        if row.first > before + 1:
            found.append((before + 1, row.first - 1))
        before = row.last
    return tuple(found[:MOST_GAPS])
