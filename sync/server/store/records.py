"""The records themselves: numbered on the way in, read in the order of their numbers on the way out."""

from __future__ import annotations

import dataclasses
import heapq
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, bindparam, select

from sync.protocol.codec import decode
from sync.records.canonical import Sealed, digest
from sync.records.errors import Damaged, Refused, Unavailable
from sync.records.record import Record
from sync.server.store.bulk import ContentRow, RecordRow, among, insert_records
from sync.server.store.months import have_month, month_of
from sync.server.store.news import told
from sync.server.store.readdressed import any_readdressed
from sync.server.store.schema import addressed, content, counter, readdressed, record, to_number
from sync.server.store.together import Question

EVERYONE: Final = "*"
"""The scope of the directories; every other scope is a unit or a store."""


_AT_ONCE: Final = 1000
"""Rows that are fetched by one call: one call for each row costs more than the row."""


@dataclass(frozen=True, slots=True)
class New:
    """A record about to be numbered. ``unit`` made it, ``origin`` is the store that handed it in.

    ``scope`` pulls it, and so does ``also``: a unit keeps what it addressed to another one.
    """

    sealed: Sealed
    scope: str
    origin: str
    unit: str
    readable: bool = True
    also: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What the district knows of a record that it keeps, without its content."""

    id: str
    kind: str
    hash: bytes
    seq: int
    scope: str
    unit: str
    received_at: datetime


KEPT: Final = tuple(record.c[column.name] for column in dataclasses.fields(Kept))
"""The columns of a `Kept`."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A record with its number and the time of its receipt."""

    seq: int
    received_at: datetime
    sealed: Sealed


Line = tuple[str, str, bytes]
"""Kind, id and hash of a record: a line of the digest (records.canonical.digest)."""


_GIVEN: Final = "last_number_given"
_LATEST: Final = select(counter.c.value).where(counter.c.name == "seq")
_LOCKED: Final = _LATEST.with_for_update()


def _number(rows: Sequence[Sequence[Any]]) -> int:
    return int(rows[0][0])


LOCKING: Final = Question(_LOCKED, {}, _number)
"""Does what `lock_numbers` does, on the way with others; it is asked first."""

_RESERVED: Final = (
    counter.update()
    .where(counter.c.name == "seq")
    .values(value=counter.c.value + bindparam("places"))
    .returning(counter.c.value - bindparam("places"))
)
_RESERVED_AND_TOLD: Final = _RESERVED.returning(told())
_NUMBERED: Final = counter.update().where(counter.c.name == "seq")
_TOLD: Final = _NUMBERED.returning(told())
"""Statements of every push are made once: making one takes SQLAlchemy as long as running it."""


def lock_numbers(conn: Connection) -> int:
    """Lock the counter until this transaction ends, and return the last number given.

    Whoever adds records calls this before reading what it decides on: pushes then run one after another, and a
    number that can be read has no smaller one still on its way (docs/adr/0004).
    """
    return LOCKING.ask(conn)


def locking(conn: Connection, places: int) -> Question[int]:
    """Do what `lock_numbers` does, on the way with other questions; it is asked first.

    So many numbers after the one it returns are noted as given already: `append`, which is told of them, notes what was
    really given where that is another number.
    """
    if not places:
        return LOCKING
    said = _RESERVED_AND_TOLD if conn.dialect.name == "postgresql" else _RESERVED
    return Question(said, {"places": places}, _number)


def latest(conn: Connection) -> int:
    """Return the last number given in this snapshot."""
    return int(conn.execute(_LATEST).scalar_one())


def count_from(conn: Connection, last: int) -> None:
    """Note, under the lock of numbers, which one was given last: from then on `last_given` says it without a trip."""
    conn.info[_GIVEN] = last


def last_given(conn: Connection) -> int:
    """Return the last number given since `count_from`, in this transaction: to what came, or to what the district wrote
    of its own because of it.
    """
    given: int = conn.info[_GIVEN]
    return given


def append(
    conn: Connection, new: Sequence[New], received_at: datetime, last: int | None = None, places: int = 0
) -> list[int]:
    """Number and keep ``new`` in their order; returns the numbers. Locks the counter, where ``last`` says not that it
    is locked and which number it gave last; ``places`` after that were noted as given (`locking`).
    """
    if last is None and not new:
        return []
    last = lock_numbers(conn) if last is None else last
    if places == len(new):
        count_from(conn, last + places)
    else:
        number_upto(conn, last + len(new))
    if not new:
        return []
    at, month = to_number(received_at), month_of(received_at)
    have_month(conn, month)
    rows: list[RecordRow] = []
    contents: list[ContentRow] = []
    for seq, item in enumerate(new, last + 1):
        s, made = item.sealed, (item.scope, item.origin, item.unit)
        rows.append((s.id, s.kind, s.hash, seq, *made, at, item.readable, month, len(s.body), item.also))
        contents.append((month, seq, s.id, s.salt, s.body))
    insert_records(conn, rows, contents)
    note_addressed(conn, {item.also: seq for seq, item in enumerate(new, last + 1) if item.also})
    return list(range(last + 1, last + len(new) + 1))


def number_upto(conn: Connection, last: int) -> None:
    """Note the last number that was given, and tell those who wait for news."""
    conn.execute(_TOLD if conn.dialect.name == "postgresql" else _NUMBERED, {"value": last})
    conn.info[_GIVEN] = last


def note_addressed(conn: Connection, last: dict[str, int]) -> None:
    """Note the last number of each unit under which it pulls what is not in its scope."""
    for unit, seq in last.items():
        if conn.execute(addressed.update().where(addressed.c.unit == unit).values(seq=seq)).rowcount == 0:
            conn.execute(addressed.insert().values(unit=unit, seq=seq))


def kept(conn: Connection, ids: Collection[str]) -> dict[str, Kept]:
    """Return what is known of those of ``ids`` that the district keeps."""
    found = conn.execute(select(*KEPT).where(among(conn, record.c.id, ids))).all()
    return {row.id: Kept(*row) for row in found}


def read(conn: Connection, record_id: str) -> Sealed:
    """Return one record; Refused ("district.no_such_record")."""
    found = read_many(conn, [record_id])
    if not found:
        raise Refused("district.no_such_record", id=record_id)
    return found[0]


def read_many(conn: Connection, ids: Collection[str]) -> list[Sealed]:
    """Return those of ``ids`` that are kept, in the order of their numbers."""
    return _sealed(conn, among(conn, record.c.id, ids))


def decoded(conn: Connection, ids: Collection[str]) -> Iterator[Record]:
    """Yield those of ``ids`` that can be read, in the order of their numbers: not what was erased, nor what a newer
    program wrote.
    """
    for sealed in read_many(conn, ids):
        try:
            yield decode(sealed)
        except Damaged:
            continue


def directory(conn: Connection, kind: str) -> list[Sealed]:
    """Return the records of a directory, those of ``kind`` that everyone pulls, in the order of their numbers."""
    return _sealed(conn, record.c.scope == EVERYONE, record.c.kind == kind)


def later_of_kind(conn: Connection, scope: str, kind: str, after: int) -> list[tuple[int, Sealed]]:
    """Return the records of a kind in a scope behind a number, with theirs."""
    found = _whole(conn, record.c.scope == scope, record.c.kind == kind, record.c.seq > after)
    return [(row[0], Sealed(*row[2:])) for row in found]


def numbered_of_kind(conn: Connection, kind: str) -> list[tuple[int, Sealed]]:
    """As `of_kind`, each with its number."""
    return [(row[0], Sealed(*row[2:])) for row in _whole(conn, record.c.kind == kind, record.c.size > 0)]


def of_kind(conn: Connection, kind: str) -> list[Sealed]:
    """Return all records of a kind, whoever pulls them; it looks at every record and is for repairs only."""
    return _sealed(conn, record.c.kind == kind)


def _sealed(conn: Connection, *which: ColumnElement[bool]) -> list[Sealed]:
    return [Sealed(*row[2:]) for row in _whole(conn, *which)]


def _whole(conn: Connection, *which: ColumnElement[bool]) -> list[tuple[Any, ...]]:
    """Return number, time and content of records, in the order of their numbers.

    Unavailable ("protocol.content_away") where a month's content was taken away: nobody is given less than there is.
    """
    columns = (record.c.seq, record.c.received_at, record.c.kind, record.c.id, record.c.hash)
    theirs = (content.c.month == record.c.month) & (content.c.seq == record.c.seq)
    query = select(*columns, content.c.salt, content.c.body).select_from(record.outerjoin(content, theirs))
    found: list[tuple[Any, ...]] = [tuple(row) for row in conn.execute(query.where(*which).order_by(record.c.seq))]
    if any(row[-1] is None for row in found):
        raise Unavailable("protocol.content_away")
    return found


def pull(
    conn: Connection,
    scopes: Collection[str],
    but_from: str,
    cursor: int,
    limit: int,
    limit_bytes: int,
    upto: int | None = None,
) -> tuple[list[Numbered], int, bool]:
    """Return the next page after ``cursor`` within ``scopes``, without what ``but_from`` handed in itself.

    ``upto`` is the last number that is looked at, where the caller knows it; else it is the latest of this snapshot.

    The page holds at most ``limit`` records and ``limit_bytes`` of content, but one record at least; the second
    value is the cursor after it, the third whether there is more. Sizes are asked first, so that a page of large
    records is never read whole.
    """
    others = (record.c.origin != but_from,)
    taken: dict[int, int] = {}
    total, more = 0, False
    for seq, first, length in list(
        _in_order(conn, scopes, (record.c.seq, record.c.size), cursor, upto, others, limit + 1)
    ):
        if len(taken) == limit or (taken and total + length > limit_bytes):
            more = True
            break
        total += length
        taken[seq] = first
    if not taken:
        return [], max(cursor, latest(conn) if upto is None else upto), False
    whole = {row[0]: row for row in _whole(conn, among(conn, record.c.seq, list(taken.values())))}
    page = [Numbered(seq, whole[first][1], Sealed(*whole[first][2:])) for seq, first in taken.items()]
    end = page[-1].seq
    return page, end if more else max(end, latest(conn) if upto is None else upto), more


def lines(
    conn: Connection, scopes: Collection[str] | None = None, after: int = 0, upto: int | None = None, store: str = ""
) -> Iterator[Line]:
    """Yield (kind, id, hash) of the records with a number in (after, upto], of all scopes where None is given.

    ``store`` is the one whose lines these are, where ``scopes`` do not name it.
    """
    ours = (record.c.kind, record.c.id, record.c.hash)
    for row in _in_order(conn, scopes, ours, after, upto, store=store):
        yield row[1], row[2], row[3]


def _in_order(
    conn: Connection,
    scopes: Collection[str] | None,
    columns: Sequence[ColumnElement[Any]],
    after: int,
    upto: int | None,
    wanted: Sequence[ColumnElement[bool]] = (),
    limit: int | None = None,
    store: str = "",
) -> Iterator[tuple[Any, ...]]:
    """Yield (number, ``columns``) in the order of the numbers, at most ``limit`` rows of each scope.

    What was readdressed is left out for the store that handed it in, ``store`` or a scope: it counts it under its first
    number. Each scope is asked for by itself: then its index gives the rows in their order, and what other units have
    stored is neither read nor sorted.
    """
    query = select(record.c.seq.label("number"), *columns).where(*_within(record.c.seq, after, upto), *wanted)
    if scopes is None:
        asked: list[Any] = [query.order_by(record.c.seq).limit(limit)]
    else:
        asked = [query.where(of).order_by(record.c.seq).limit(limit) for s in sorted(scopes) for of in _pulled_by(s)]
        if any_readdressed(conn):
            later = select(readdressed.c.seq, *columns).join(record, record.c.id == readdressed.c.record)
            later = later.where(*_within(readdressed.c.seq, after, upto), *wanted)
            later = later.where(readdressed.c.unit.in_(scopes), record.c.origin.not_in({*scopes, store}))
            asked.append(later.order_by(readdressed.c.seq).limit(limit))
    yield from heapq.merge(*(_rows(conn, one) for one in asked), key=itemgetter(0))


def _pulled_by(scope: str) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a record is pulled by ``scope``, no two of one record."""
    return (record.c.scope == scope,) if scope == EVERYONE else (record.c.scope == scope, record.c.also == scope)


def _within(numbers: ColumnElement[int], after: int, upto: int | None) -> tuple[ColumnElement[bool], ...]:
    return (numbers > after,) if upto is None else (numbers > after, numbers <= upto)


def _rows(conn: Connection, query: Any) -> Iterator[tuple[Any, ...]]:
    for some in conn.execute(query).partitions(_AT_ONCE):
        yield from (tuple(row) for row in some)


def tally(
    conn: Connection, scopes: Collection[str] | None = None, after: int = 0, upto: int | None = None
) -> tuple[dict[str, int], str]:
    """Return counts by kind and the digest (records.canonical.digest) over `lines`."""
    return tally_of(list(lines(conn, scopes, after, upto)))


def tally_of(held: list[Line]) -> tuple[dict[str, int], str]:
    """Return counts by kind and the digest over ``held``."""
    return dict(sorted(Counter(kind for kind, _, _ in held).items())), digest(held)
