"""What became addressed to a unit only after it had its number, so that the cursors of its desks may be past that.

Such are requests for orders (提请发令) that an older program kept: it did not know the kind and left them with the unit
that wrote them, or it gave them to the asked unit and to the one store that handed them in. The unit that they belong
to pulls them under a fresh number, which no cursor has passed and every receipt counts; whoever pulled them under their
first number keeps that.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, select

from sync.protocol.codec import decode
from sync.records.canonical import Sealed
from sync.records.errors import Damaged
from sync.records.ids import prefix_of
from sync.records.kinds import STORE_PREFIX
from sync.records.order_steps import OrderRequest
from sync.server.store.bulk import among
from sync.server.store.directory import above, clean, units
from sync.server.store.readdressed import forget_readdressed
from sync.server.store.records import lock_numbers, note_addressed, number_upto, numbered_of_kind
from sync.server.store.schema import readdressed, record

KIND: Final = "order_request"


def readdress_requests(conn: Connection) -> int:
    """Give each request for an order that a unit could not pull to that unit, under a fresh number; returns how many.

    It reads every request, once, when a store of before is brought up; what was done is not done again.
    """
    last = lock_numbers(conn)
    done = {(row.unit, row.record) for row in conn.execute(select(readdressed))}
    columns = (record.c.id, record.c.scope, record.c.unit, record.c.also)
    tree = units(conn)
    stands = {row.id: row for row in conn.execute(select(*columns).where(record.c.kind == KIND))}
    new: dict[str, str] = {}
    for _, sealed in numbered_of_kind(conn, KIND):
        kept = stands[sealed.id]
        if prefix_of(kept.also or "") == STORE_PREFIX:
            new[sealed.id] = kept.unit
        elif kept.scope == kept.unit and (asked := _asked_unit(sealed)) in above(tree, kept.unit):
            new[sealed.id] = asked  # nobody looked when it came whether it may ask that unit
    rows = [(unit, name) for name, unit in new.items() if (unit, name) not in done]
    if rows:
        numbered = [{"unit": unit, "seq": seq, "record": name} for seq, (unit, name) in enumerate(rows, last + 1)]
        conn.execute(readdressed.insert(), numbered)
        forget_readdressed(conn)
        conn.execute(record.update().where(among(conn, record.c.id, [name for _, name in rows])).values(readable=True))
        note_addressed(conn, {unit: seq for seq, (unit, _) in enumerate(rows, last + 1)})
        number_upto(conn, last + len(rows))
    return len(rows)


def _asked_unit(sealed: Sealed) -> str:
    """The unit that a request asks, as far as a column holds it; empty where it cannot be read."""
    try:
        request = decode(sealed)
    except Damaged:
        return ""
    return clean(request.to_unit)[:64] if isinstance(request, OrderRequest) else ""
