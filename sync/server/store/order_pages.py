"""Orders as the pages show them: with everything that was said on them and the state that it folds to."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from sync.protocol.codec import decode
from sync.records.errors import Damaged
from sync.records.folds import OrderStage, OrderState, fold_order
from sync.records.order_state import OVER as OVER_STAGES
from sync.records.order_steps import OrderStep
from sync.records.orders import DispatchOrder, OrderReply
from sync.server.store.records import read_many
from sync.server.store.schema import dispatch_order, order_department, order_reply

OVER: Final = tuple(sorted(stage.value for stage in OVER_STAGES))
_NO_CLOCK: Final = (*OVER, OrderStage.SUSPENDED.value)
_NOT_THERE: Final = (OrderStage.ISSUED.value, OrderStage.SIGNED.value, OrderStage.OBJECTED.value)


@dataclass(frozen=True, slots=True)
class OrderOnPage:
    """An order with its replies, its steps and the state that they fold to."""

    order: DispatchOrder
    replies: tuple[OrderReply, ...]
    state: OrderState
    seq: int
    steps: tuple[OrderStep, ...] = ()


def _visible(department: str) -> list[ColumnElement[bool]]:
    if not department:
        return []
    mine = (order_department.c.record == dispatch_order.c.record) & (order_department.c.department == department)
    return [exists().where(mine)]


def _overdue(now: datetime) -> ColumnElement[bool]:
    waiting = (order_department.c.record == dispatch_order.c.record) & order_department.c.state.in_(_NOT_THERE)
    late = or_(dispatch_order.c.resolve_by < now, (dispatch_order.c.report_by < now) & exists().where(waiting))
    return and_(dispatch_order.c.state.not_in(_NO_CLOCK), late)


def _which(show: str, now: datetime) -> list[ColumnElement[bool]]:
    if show == "open":
        return [dispatch_order.c.state.not_in(OVER)]
    return [_overdue(now)] if show == "overdue" else []


def count_orders(conn: Connection, show: str, department: str, now: datetime) -> int:
    """Return how many orders `orders` would list in all."""
    conditions = (*_visible(department), *_which(show, now))
    return conn.execute(select(func.count()).select_from(dispatch_order).where(*conditions)).scalar_one()


def orders(
    conn: Connection, show: str, department: str, now: datetime, *, before: int | None = None, limit: int = 50
) -> list[OrderOnPage]:
    """Return orders, newest first, of one ``department`` where it is given; ``show`` is "open", "overdue" or "all".

    ``before`` is the ``seq`` after which the page starts.
    """
    conditions = [*_visible(department), *_which(show, now)]
    if before is not None:
        conditions.append(dispatch_order.c.seq < before)
    query = select(dispatch_order.c.record, dispatch_order.c.seq).where(*conditions)
    found = conn.execute(query.order_by(dispatch_order.c.seq.desc()).limit(limit)).all()
    return _with_replies(conn, {row.record: row.seq for row in found})


def order_numbers(conn: Connection, ids: Collection[str]) -> dict[str, str]:
    """Return the numbers of those of ``ids`` that are orders here."""
    query = select(dispatch_order.c.record, dispatch_order.c.number).where(dispatch_order.c.record.in_(sorted(ids)))
    return {row.record: row.number for row in conn.execute(query)}


def order_on_page(conn: Connection, record: str) -> OrderOnPage | None:
    """Return one order with its replies."""
    seq = conn.execute(select(dispatch_order.c.seq).where(dispatch_order.c.record == record)).scalar()
    found = _with_replies(conn, {record: seq}) if seq is not None else []
    return found[0] if found else None


def _with_replies(conn: Connection, wanted: dict[str, int]) -> list[OrderOnPage]:
    named = select(order_reply.c.record).where(order_reply.c.dispatch_order.in_(list(wanted)))
    replies: dict[str, list[OrderReply]] = {}
    steps: dict[str, list[OrderStep]] = {}
    for said in _decoded(conn, conn.execute(named).scalars().all(), (OrderReply, OrderStep)):
        if isinstance(said, OrderStep):
            steps.setdefault(said.order, []).append(said)
        else:
            replies.setdefault(said.order, []).append(said)
    out = []
    for order in _decoded(conn, wanted, (DispatchOrder,)):
        mine, moves = replies.get(order.id, []), steps.get(order.id, [])
        state = fold_order(order, mine, moves)
        out.append(OrderOnPage(order, tuple(mine), state, wanted[order.id], tuple(moves)))
    return sorted(out, key=lambda o: o.seq, reverse=True)


def _decoded(conn: Connection, ids: Collection[str], types: tuple[type[Any], ...]) -> Iterable[Any]:
    """Yield those records that can be read; an erased one has no content and is left out."""
    for sealed in read_many(conn, ids):
        try:
            record = decode(sealed)
        except Damaged:
            continue
        if isinstance(record, types):
            yield cast(Any, record)
