"""Pages of a list, newest first: each begins after the last row of the one before it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    Subquery,
    Table,
    Text,
    and_,
    bindparam,
    column,
    func,
    literal,
    select,
    table,
    tuple_,
    union_all,
)

from desktop.store import earlier
from desktop.store.asking import text_expression
from desktop.store.index import filled
from desktop.store.matching import Word, words_of
from desktop.store.parties import lines_by_party
from desktop.store.reader import Reader, current
from desktop.store.said import text_of
from desktop.store.tables import card, link, names, record, with_ids
from desktop.store.terms import any_of
from desktop.store.words import folded, indexed
from sync.records.participations import Participation
from sync.records.record import Record

LIMIT = 200
MOST_WORDS = 8
"""So many words of a list's search box are looked for, the longest: a pasted text must not stop the list."""
_index = table("search", column("rowid", Integer), column("search", Text))


def page(source: Table, moment: Column[Any] | None) -> Select[Any]:
    """Return the statement of a list: the lines of ``source``, newest first. What a row says is read afterwards."""
    order = [source.c.line.desc()] if moment is None else [moment.desc(), source.c.line.desc()]
    return select(source.c.line).order_by(*order)


def after(
    reader: Reader, statement: Select[Any], source: Table, moment: Column[Any] | None, last: str | None
) -> Select[Any]:
    """Begin after the row with the id ``last``; an id that is not in the list begins nowhere and changes nothing."""
    if last is None:
        return statement
    line = reader.conn.scalar(select(record.c.line).where(with_ids([last])))
    if line is None:
        return statement
    if moment is None:
        return statement.where(source.c.line < line)
    at = reader.conn.scalar(select(moment).where(source.c.line == line))
    if at is None:
        return statement
    return statement.where(tuple_(moment, source.c.line) < tuple_(literal(at, moment.type), literal(line)))


def between(
    statement: Select[Any], moment: ColumnElement[Any], since: datetime | None, until: datetime | None
) -> Select[Any]:
    """Keep what happened from ``since`` on and before ``until``."""
    if since is not None:
        statement = statement.where(moment >= since)
    if until is not None:
        statement = statement.where(moment < until)
    return statement


def naming(source: Table, subject: str, via: str) -> ColumnElement[bool]:
    """The lines of records that name ``subject`` by ``via``."""
    return source.c.line.in_(select(link.c.line).where(names(subject), link.c.via == via))


def one_of(source: Table, ids: Iterable[str]) -> ColumnElement[bool]:
    """The lines of the records with these ids, any number of them."""
    return source.c.line.in_(select(record.c.line).where(with_ids(ids)))


Check = Callable[[int, Record], bool]


def text_match(reader: Reader, source: Table, text: str) -> tuple[ColumnElement[bool], Check | None] | None:
    """Return a condition and an exact check for rows where every word of ``text`` occurs, in them or in a party's card.

    A party's card counts by name, number or telephone. The check is None where the index alone is exact; all is None
    where ``text`` holds nothing to look for.
    """
    words = words_of(text)[:MOST_WORDS]
    if not words:
        return None
    parties = {word: lines_by_party(reader, word.plain) for word in words}
    subjects = {word: subjects_of_matching(reader, lines) for word, lines in parties.items()}

    def check(line: int, value: Record) -> bool:
        whole = folded(text_of(value))
        return all(word.folded in whole or value.id in subjects[word] or line in parties[word] for word in words)

    may = [source.c.line.in_(_may_hold(reader, word, parties[word], subjects[word])) for word in words]
    return and_(*may), None if all(indexed(word.folded) for word in words) else check


def _may_hold(reader: Reader, word: Word, parties: set[int], subjects: set[str]) -> CompoundSelect[Any]:
    """Return the lines of the records that may hold ``word``, and of those whose parties do."""
    lines = select(record.c.line)
    match = text_expression(word)
    if not filled(reader):
        match = any_of((match, earlier.text_expression(word)))
    known = parties.union(reader.unindexed.lines(reader, match))
    found: list[Select[Any]] = [lines.where(with_ids(subjects)), lines.where(record.c.line.in_(known))]
    found.append(select(_index.c.rowid).where(_index.c.search.op("MATCH")(match)))
    return union_all(*found)


def subjects_of_matching(reader: Reader, lines: Collection[int]) -> set[str]:
    """Return the visits, matters and mediations in which the persons and organisations at ``lines`` take part."""
    if not lines:
        return set()
    parties = set(reader.conn.scalars(select(record.c.id).where(record.c.line.in_(lines))))
    parts = reader.linked_to(parties, "participation.party")
    return {p.subject for some in parts.values() for p in some if isinstance(p, Participation) and not p.withdrawn}


Found = list[tuple[Any, Record]]
"""Rows (the record's columns, the list's, ``fields`` and ``conflicted``) with their values."""


def collect(reader: Reader, statement: Select[Any], source: Table, limit: int, check: Check | None = None) -> Found:
    """Return up to ``limit`` rows with their values, those that pass ``check``."""
    found: Found = []
    asked = statement if check else statement.limit(limit)
    with reader.conn.execute(asked, execution_options={"yield_per": LIMIT}) as lines:
        for some in lines.scalars().partitions():
            for row in _details(reader, source, some):
                value = current(row.kind, row.body, row.fields)
                if check is None or check(row.line, value):
                    found.append((row, value))
                    if len(found) >= limit:
                        return found
    return found


def _details(reader: Reader, source: Table, lines: Sequence[int]) -> list[Any]:
    """Return what is kept at ``lines``, in their order; the state that a fold gave is ``fold_state``."""
    rows = {row.line: row for row in reader.conn.execute(_detail_statement(source), {"lines": lines})}
    return [rows[line] for line in lines if line in rows]


@cache
def _detail_statement(source: Any) -> Select[Any]:
    if isinstance(source, Subquery) or source.columns.keys() == ["line"]:
        source = record  # a list together with its newest rows, or of lines alone: all that a row says is in its record
    own = [] if source is record else [c for c in source.columns if c.name != "line"]
    labelled = [c.label("fold_state") if c.name == "state" else c for c in own]
    joined = record if source is record else source.join(record, record.c.line == source.c.line)
    return (
        select(record, card.c.fields, card.c.conflicted, *labelled)
        .select_from(joined.outerjoin(card, card.c.line == record.c.line))
        .where(record.c.line.in_(bindparam("lines", expanding=True)), record.c.readable == 1)
    )


def count(reader: Reader, statement: Select[Any]) -> int:
    """Return how many rows the statement has, without its order."""
    return reader.conn.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
