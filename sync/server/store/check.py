"""The projections, made anew from the records and compared: proof that only records decide what lists show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, Table, select, update

from sync.protocol.codec import decode
from sync.records.audit import Erasure
from sync.records.errors import Damaged
from sync.records.record import Record
from sync.server.store.erasures import erase
from sync.server.store.leases import note_used, serials_in
from sync.server.store.projections import apply
from sync.server.store.records import lock_numbers, read_many
from sync.server.store.schema import (
    attachment,
    card_conflict,
    card_edit,
    dispatch_order,
    erased,
    lease,
    matter_fact,
    mediation,
    mediation_fact,
    order_department,
    order_reply,
    order_request,
    passed,
    record,
    staff,
    unit,
    waited,
)
from sync.server.store.store import DistrictStore
from sync.server.store.waited import catch_up, start_anew

PROJECTIONS: Final = (
    *(unit, staff, dispatch_order, order_department, order_reply, order_request),
    *(card_edit, card_conflict, matter_fact, passed, mediation, mediation_fact),
    *(attachment, lease, erased),
)
_PAGE: Final = 1000


class _Undo(Exception):
    """Ends the transaction of a check that repairs nothing."""


def check(store: DistrictStore, *, repair: bool = False) -> dict[str, int]:
    """Return how many rows of each projection differ from what the records say; repaired where asked for.

    Records that an older program could not read are listed by this one: a repair after an upgrade takes them in.
    Damaged ("district.damaged_record") for a record whose hash no longer fits its content.
    """
    differences: dict[str, int] = {}
    try:
        with store.write() as conn:
            lock_numbers(conn)
            _count_moments(conn)
            before = {table.name: _rows(conn, table) for table in (*PROJECTIONS, waited)}
            rebuild(conn)
            start_anew(conn)
            _count_moments(conn)
            for table in (*PROJECTIONS, waited):
                now = _rows(conn, table)
                kept = before[table.name]
                differing = sum(((now - kept) + (kept - now)).values())
                if differing:
                    differences[table.name] = differing
            if not repair:
                raise _Undo
    except _Undo:
        pass
    return differences


def _count_moments(conn: Connection) -> None:
    """Count in what came since: which moments are waited for is written behind what arrives."""
    while catch_up(conn, _PAGE):
        pass


def _rows(conn: Connection, table: Table) -> Counter[tuple[Any, ...]]:
    return Counter(tuple(row) for row in conn.execute(select(table)))


def rebuild(conn: Connection) -> None:
    """Empty the projections and write them again from the records in the order of their numbers."""
    used = conn.execute(select(lease.c.record, lease.c.used_upto)).all()
    for table in PROJECTIONS:
        conn.execute(table.delete())
    for page in _pages(conn):
        _rebuild_page(conn, page)
    # How far a block was used is also known from records that were erased since: it never goes back.
    for row in used:
        mine = (lease.c.record == row.record, lease.c.used_upto < row.used_upto)
        conn.execute(lease.update().where(*mine).values(used_upto=row.used_upto))


def _pages(conn: Connection) -> Iterator[dict[str, tuple[int, str, str]]]:
    """Yield (seq, scope, unit) by record id, page by page."""
    last = 0
    while True:
        query = select(record.c.id, record.c.seq, record.c.scope, record.c.unit).where(record.c.seq > last)
        names = conn.execute(query.order_by(record.c.seq).limit(_PAGE)).all()
        if not names:
            return
        yield {row.id: (row.seq, row.scope, row.unit) for row in names}
        last = names[-1].seq


def _rebuild_page(conn: Connection, names: dict[str, tuple[int, str, str]]) -> None:
    listed: list[tuple[Record, int, str]] = []
    readable: list[str] = []
    for sealed in read_many(conn, list(names)):
        if not sealed.intact():
            raise Damaged("district.damaged_record", id=sealed.id)
        if sealed.erased:
            continue
        try:
            found = decode(sealed)
        except Damaged:
            continue  # of a newer program: kept, passed on, not listed
        seq, scope, _ = names[sealed.id]
        listed.append((found, seq, scope))
        readable.append(sealed.id)
    apply(conn, listed)
    note_used(conn, serials_in(record for record, _, _ in listed))
    for found, _, _ in listed:
        if isinstance(found, Erasure):
            erase(conn, found.target, found.id, names[found.id][2])
    if readable:
        conn.execute(update(record).where(record.c.id.in_(readable), ~record.c.readable).values(readable=True))
