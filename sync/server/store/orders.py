"""Dispatch orders and replies as the pages list them: only the fold writes a state here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, or_, select

from sync.protocol.codec import decode
from sync.records.folds import fold_order
from sync.records.order_due import Limit, last_end, next_due
from sync.records.order_stages import OVER, OrderStage
from sync.records.order_steps import OrderStep
from sync.records.orders import DispatchOrder, OrderReply
from sync.records.times import BEIJING
from sync.server.store.bulk import among
from sync.server.store.directory import clean
from sync.server.store.records import read_many
from sync.server.store.schema import dispatch_order, order_department, order_reply, to_moment

_AT_ONCE: Final = 1000
_FIRST: Final = to_moment(-62_135_000_000_000_000)
_LAST: Final = to_moment(253_402_000_000_000_000)


def storable(moment: datetime) -> datetime:
    """Return ``moment`` within the years that every reader can show; one without a zone is Beijing time."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)
    return min(max(aware, _FIRST), _LAST)


def put_order(conn: Connection, record: DispatchOrder, seq: int) -> None:
    """List an order that arrived; `refold` gives it its state."""
    conn.execute(
        dispatch_order.insert().values(
            record=record.id,
            unit=record.made.unit,
            issuing_unit=clean(record.issuing_unit)[:64],
            number=clean(record.number),
            subject=clean(record.subject),
            grade=clean(record.grade),
            issued_at=storable(record.issued_at),
            report_by=storable(record.limits.report_by),
            resolve_by=storable(record.limits.resolve_by),
            state="issued",
            doubts=0,
            seq=seq,
            due_at=None,
            request=clean(record.request or "")[:64],
        )
    )


def put_reply(conn: Connection, record: OrderReply, seq: int) -> None:
    """List a reply that arrived or was made here."""
    conn.execute(
        order_reply.insert().values(
            record=record.id,
            dispatch_order=clean(record.order)[:64],
            department=clean(record.department)[:64],
            kind=record.kind.value,
            witnessed=record.witnessed,
            happened_at=storable(record.happened_at),
            seq=seq,
        )
    )


def put_step(conn: Connection, record: OrderStep, seq: int) -> None:
    """List a step of an order beside the replies to it; one of a request alone is in no list."""
    if not record.order:
        return
    conn.execute(
        order_reply.insert().values(
            record=record.id,
            dispatch_order=clean(record.order)[:64],
            department=clean(record.department)[:64],
            kind=record.kind.value,
            witnessed=False,
            happened_at=storable(record.happened_at),
            seq=seq,
        )
    )


Folded = tuple[dict[str, Any], list[dict[str, Any]]]
"""What the lists have of an order: its own columns, and a row for each department, by their names."""


def refold(conn: Connection, orders: Collection[str]) -> None:
    """Fold each of ``orders`` that is here over its replies and write the states that come of it."""
    for order_id in sorted(set(orders)):
        folded = _folded(conn, order_id)
        if folded is not None:
            _write(conn, order_id, folded)


def correct_some(conn: Connection, after: str, limit: int) -> tuple[str, int]:
    """Write the lists of the next ``limit`` orders behind ``after``, by id, anew where they differ from the fold.

    Returns the last order that was looked at, "" where none was left, and how many differed. The caller holds the
    counter's lock: nothing is said on an order meanwhile.
    """
    query = select(dispatch_order.c.record).where(dispatch_order.c.record > after)
    some = conn.execute(query.order_by(dispatch_order.c.record).limit(limit)).scalars().all()
    wrong = 0
    for order_id in some:
        folded = _folded(conn, order_id)
        if folded is not None and _listed(conn, order_id, folded[0]) != folded:
            _write(conn, order_id, folded)
            wrong += 1
    return (some[-1] if some else ""), wrong


def _folded(conn: Connection, order_id: str) -> Folded | None:
    loaded = load(conn, order_id)
    if loaded is None:
        return None
    order, replies, steps = loaded
    folded = fold_order(order, replies, steps)
    due = {name: _storable(next_due(order, folded, name)) for name in folded.by_department}
    own = {
        "state": folded.state.value,
        "doubts": len(folded.doubts),
        "due_at": min((at for at in due.values() if at), default=None),
        "report_by": storable(last_end(order, folded, Limit.REPORT) or order.limits.report_by),
        "resolve_by": storable(last_end(order, folded, Limit.RESOLVE) or order.limits.resolve_by),
    }
    rows = [
        {"record": order_id, "department": clean(name)[:64], "state": part.stage.value, "due_at": due[name]}
        for name, part in folded.by_department.items()
    ]
    return own, sorted(rows, key=_by_department)


def _by_department(row: dict[str, Any]) -> str:
    return str(row["department"])


def _listed(conn: Connection, order_id: str, own: dict[str, Any]) -> Folded:
    """Return what the lists have now, of the columns that are in ``own``."""
    columns = [dispatch_order.c[name] for name in own]
    found = conn.execute(select(*columns).where(dispatch_order.c.record == order_id)).mappings().one()
    rows = conn.execute(select(order_department).where(order_department.c.record == order_id)).mappings()
    return dict(found), sorted((dict(row) for row in rows), key=_by_department)


def _write(conn: Connection, order_id: str, folded: Folded) -> None:
    own, rows = folded
    conn.execute(dispatch_order.update().where(dispatch_order.c.record == order_id).values(own))
    conn.execute(order_department.delete().where(order_department.c.record == order_id))
    if rows:
        conn.execute(order_department.insert(), rows)


def _storable(moment: datetime | None) -> datetime | None:
    return None if moment is None else storable(moment)


def load(conn: Connection, order_id: str) -> tuple[DispatchOrder, list[OrderReply], list[OrderStep]] | None:
    """Return an order, its replies and its steps in the order of arrival; None where it is not here or was erased."""
    here = conn.execute(select(dispatch_order.c.record).where(dispatch_order.c.record == order_id)).scalar()
    if here is None:
        return None
    ids = conn.execute(select(order_reply.c.record).where(order_reply.c.dispatch_order == order_id)).scalars().all()
    order = decode(read_many(conn, [order_id])[0])
    said = [decode(sealed) for sealed in read_many(conn, ids)]
    assert isinstance(order, DispatchOrder)  # noqa: S101 - the projection holds nothing else
    replies = [one for one in said if isinstance(one, OrderReply)]
    return order, replies, [one for one in said if isinstance(one, OrderStep)]


@dataclass(frozen=True, slots=True)
class Requested:
    """An order that answers a request, and the stage that it has come to."""

    record: str
    unit: str
    number: str
    state: str
    request: str
    issued_at: datetime


def requested(conn: Connection, orders: Collection[str]) -> list[Requested]:
    """Return those of ``orders`` that answer a request."""
    of = dispatch_order.c
    columns = (of.record, of.unit, of.number, of.state, of.request, of.issued_at)
    query = select(*columns).where(among(conn, of.record, orders), of.request != "").order_by(of.record)
    return [Requested(*row) for row in conn.execute(query)]


def last_reply(conn: Connection, order: str, kind: str) -> str | None:
    """Return the last reply or step of a kind that is listed of an order."""
    query = select(order_reply.c.record).where(order_reply.c.dispatch_order == order, order_reply.c.kind == kind)
    return conn.execute(query.order_by(order_reply.c.seq.desc()).limit(1)).scalar()


def list_requests(conn: Connection) -> None:
    """Say of the orders of a store that older programs wrote which requests they answer."""
    last = ""
    query = select(dispatch_order.c.record).order_by(dispatch_order.c.record).limit(_AT_ONCE)
    while ids := conn.execute(query.where(dispatch_order.c.record > last)).scalars().all():
        last = ids[-1]
        for sealed in read_many(conn, ids):
            order = None if sealed.erased else decode(sealed)
            if isinstance(order, DispatchOrder) and order.request:
                asked = dispatch_order.update().where(dispatch_order.c.record == order.id)
                conn.execute(asked.values(request=clean(order.request)[:64]))


def near_orders(conn: Connection, since: datetime, until: datetime, after: str, limit: int) -> list[str]:
    """Return open orders, by their ids behind ``after``, of which a limit ends between two moments."""
    near = or_(*(limit_.between(since, until) for limit_ in (dispatch_order.c.report_by, dispatch_order.c.resolve_by)))
    running = dispatch_order.c.state.not_in(sorted(stage.value for stage in (*OVER, OrderStage.SUSPENDED)))
    query = select(dispatch_order.c.record).where(running, near, dispatch_order.c.record > after)
    return list(conn.execute(query.order_by(dispatch_order.c.record).limit(limit)).scalars())
