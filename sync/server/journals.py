"""The sequence of each store's journal: what follows without a gap, what is missing, what came twice and differs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sync.protocol.messages import Frame
from sync.protocol.receipts import Told
from sync.records.chain import next_link
from sync.server.store.journals import Came, Line, came, lines, missing, put_came, put_run
from sync.server.store.store import Connection

MOST_ORDINAL: Final = 2**53
_HASH_BYTES: Final = 32
_MOST_ID: Final = 64


@dataclass(frozen=True, slots=True)
class Followed:
    """How far a journal came with a page, and what of that is not kept yet: `keep` does it, and asks nothing back."""

    now: Came
    missing: tuple[tuple[int, int], ...] = ()
    runs: tuple[Sequence[Line], ...] = ()
    grown: bool = False

    def keep(self, conn: Connection) -> None:
        """Keep the lines and how far the journal came."""
        for run in self.runs:
            put_run(conn, self.now.store, run)
        if self.grown:
            put_came(conn, self.now)


def follow(conn: Connection, before: Came, frames: Sequence[Frame]) -> Followed:
    """Follow the ordinals of a pushed page, whatever becomes of its records; says what is missing before the greatest.

    The same line again is nothing new. Another record under an ordinal that came before says that two copies of the
    store are written on: its record is judged as any other, and the journal is never again called whole.
    """
    said = _lines(frames)
    if not said:
        return Followed(before, missing(conn, before))
    fresh, forked = _sorted_out(conn, before, said)
    now = replace(before, most=max(before.most, said[-1].ordinal), forked=before.forked + forked)
    runs = tuple(_runs(fresh))
    if _is_next(now, fresh):
        now = _chained(now, fresh)
        return Followed(now, runs=runs, grown=True)
    for run in runs:
        put_run(conn, now.store, run)
    now = _grown(conn, now, fresh)
    return Followed(now, missing(conn, now), grown=now != before)


def told(conn: Connection, store: str) -> Told:
    """Return what a receipt says of a store's journal."""
    now = came(conn, store)
    return told_of(now, missing(conn, now))


def told_of(now: Came, gaps: tuple[tuple[int, int], ...]) -> Told:
    """Return what a receipt says of a journal that came so far, with ``gaps`` in it."""
    return Told(now.store, now.upto, now.link.hex(), gaps, now.forked)


def _lines(frames: Sequence[Frame]) -> list[Line]:
    found = [
        Line(frame.ordinal, frame.id, frame.wrote or frame.hash)
        for frame in frames
        if 0 < frame.ordinal <= MOST_ORDINAL
        and len(frame.wrote or frame.hash) == _HASH_BYTES
        and len(frame.id) <= _MOST_ID
    ]
    return sorted(found, key=lambda line: line.ordinal)


def _sorted_out(conn: Connection, before: Came, said: list[Line]) -> tuple[list[Line], int]:
    """Return the lines that are new, and how many contradict what came before or each other."""
    known: dict[int, Line] = {}
    if said[0].ordinal <= before.most:
        known = {line.ordinal: line for line in lines(conn, before.store, said[0].ordinal, said[-1].ordinal)}
    fresh: list[Line] = []
    forked = 0
    for line in said:
        there = known.setdefault(line.ordinal, line)
        if there is line:
            fresh.append(line)
        elif there != line:
            forked += 1
    return fresh, forked


def _runs(fresh: list[Line]) -> Iterable[list[Line]]:
    run: list[Line] = []
    for line in fresh:
        if run and line.ordinal != run[-1].ordinal + 1:
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _is_next(now: Came, fresh: list[Line]) -> bool:
    """Whether lines follow what came before, all of it, and each other: nothing that is kept need be read."""
    if not fresh or fresh[0].ordinal != now.upto + 1:
        return False
    return fresh[-1].ordinal - fresh[0].ordinal + 1 == len(fresh) and now.most == fresh[-1].ordinal


def _grown(conn: Connection, now: Came, fresh: list[Line]) -> Came:
    """Let the chain grow over what follows without a gap, kept from before where a gap was closed."""
    if not fresh or fresh[0].ordinal != now.upto + 1:
        return now
    return _chained(now, lines(conn, now.store, now.upto + 1))


def _chained(now: Came, following: Iterable[Line]) -> Came:
    upto, link = now.upto, now.link
    for line in following:
        if line.ordinal != upto + 1:
            break
        upto, link = line.ordinal, next_link(link, line.id, line.hash)
    return replace(now, upto=upto, link=link)
