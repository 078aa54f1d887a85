"""Orders as the pages show them: with everything that was said on them and the state that it folds to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, FromClause, and_, exists, func, or_, select

from sync.records.folds import OrderStage, OrderState, fold_order
from sync.records.order_doubts import dated_apart
from sync.records.order_steps import OrderStep
from sync.records.orders import DispatchOrder, OrderReply
from sync.server.store.bulk import among
from sync.server.store.notices import NOTHING_TOLD, ToldOf
from sync.server.store.orders import storable
from sync.server.store.records import decoded, kept
from sync.server.store.schema import dispatch_order, order_department, order_reply

BY_DUE: Final = ("open", "overdue", "unsigned", "objected", "escalated")
"""These lists are read in the order in which something is due; the others newest first."""


@dataclass(frozen=True, slots=True)
class OrderOnPage:
    """An order with its replies, its steps and the state that they fold to.

    ``apart`` says why its time does not fit when it came (records.order_doubts.dated_apart), or nothing.
    """

    order: DispatchOrder
    replies: tuple[OrderReply, ...]
    state: OrderState
    seq: int
    steps: tuple[OrderStep, ...] = ()
    apart: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which orders: those of ``show``, of one ``department`` where it is given, whose number or subject holds ``text``.

    ``show`` is "open" (something is due), "overdue", "unsigned" (somebody has not signed for it), "objected" (nobody
    has ruled), "escalated" (one's unit was ``told`` of a step of its ladder), "ended" or "all". ``below`` are the units
    that issued them or are ordered; what one's unit was told of is among them in any case. None: of every unit.
    """

    show: str
    department: str = ""
    text: str = ""
    told: ToldOf = NOTHING_TOLD
    below: frozenset[str] | None = None


Place = tuple[datetime, str]
"""Where a page of a list by due time begins: after this due time and record."""


def count_orders(conn: Connection, wanted: Wanted, now: datetime) -> int:
    """Return how many orders the list has in all."""
    query = select(func.count()).select_from(_listed(wanted.department)).where(*_which(conn, wanted, now))
    return conn.execute(query).scalar_one()


def orders_by_due(
    conn: Connection, wanted: Wanted, now: datetime, *, after: Place | None = None, limit: int = 50
) -> list[OrderOnPage]:
    """Return orders of `BY_DUE`, first what is due first: what is overdue longest stands on top."""
    due = _due(wanted.department)
    conditions = _which(conn, wanted, now)
    if after is not None:
        later = and_(due == after[0], dispatch_order.c.record > after[1])
        conditions.append(or_(due > after[0], later))
    query = select(dispatch_order.c.record, dispatch_order.c.seq).select_from(_listed(wanted.department))
    found = conn.execute(query.where(*conditions).order_by(due, dispatch_order.c.record).limit(limit)).all()
    shown = {on.order.id: on for on in _with_replies(conn, {row.record: row.seq for row in found})}
    return [shown[row.record] for row in found if row.record in shown]


def orders_by_number(
    conn: Connection, wanted: Wanted, now: datetime, *, before: int | None = None, limit: int = 50
) -> list[OrderOnPage]:
    """Return orders newest first; ``before`` is the ``seq`` after which the page starts."""
    conditions = _which(conn, wanted, now)
    if before is not None:
        conditions.append(dispatch_order.c.seq < before)
    query = select(dispatch_order.c.record, dispatch_order.c.seq).select_from(_listed(wanted.department))
    found = conn.execute(query.where(*conditions).order_by(dispatch_order.c.seq.desc()).limit(limit)).all()
    return _with_replies(conn, {row.record: row.seq for row in found})


def _listed(department: str) -> FromClause:
    if not department:
        return dispatch_order
    return dispatch_order.join(order_department, order_department.c.record == dispatch_order.c.record)


def _due(department: str) -> ColumnElement[Any]:
    return order_department.c.due_at if department else dispatch_order.c.due_at


def _which(conn: Connection, wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    due = _due(wanted.department)
    conditions: list[ColumnElement[bool]] = []
    if wanted.department:
        conditions.append(order_department.c.department == wanted.department)
    if wanted.below is not None:
        conditions.append(_seen(conn, wanted.told, wanted.below))
    match wanted.show:
        case "open":
            conditions.append(due.is_not(None))
        case "overdue":
            conditions.append(due < now)
        case "unsigned":
            conditions += [due.is_not(None), _at_stage(wanted.department, OrderStage.ISSUED)]
        case "objected":
            conditions += [due.is_not(None), _at_stage(wanted.department, OrderStage.OBJECTED)]
        case "escalated":
            conditions += [due.is_not(None), among(conn, dispatch_order.c.record, wanted.told.escalated)]
        case "ended":
            conditions.append(due.is_(None))
    if wanted.text:
        columns = (dispatch_order.c.number, dispatch_order.c.subject)
        conditions.append(or_(*(column.contains(wanted.text, autoescape=True) for column in columns)))
    return conditions


def _seen(conn: Connection, told: ToldOf, below: frozenset[str]) -> ColumnElement[bool]:
    """Whether an order is one of the units ``below``, is to one of them, or is one that was ``told``."""
    part = order_department.alias()
    ordered = exists().where(part.c.record == dispatch_order.c.record, among(conn, part.c.department, below))
    known = among(conn, dispatch_order.c.record, told.orders)
    return or_(among(conn, dispatch_order.c.issuing_unit, below), ordered, known)


def _at_stage(department: str, stage: OrderStage) -> ColumnElement[bool]:
    """Whether the department, or any of them, has come so far and no further."""
    here = order_department.c.state == stage.value
    if department:
        return here
    return exists().where(order_department.c.record == dispatch_order.c.record, here)


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
    for said in decoded(conn, conn.execute(named).scalars().all()):
        if isinstance(said, OrderStep):
            steps.setdefault(said.order, []).append(said)
        elif isinstance(said, OrderReply):
            replies.setdefault(said.order, []).append(said)
    out, came = [], kept(conn, wanted)
    for order in decoded(conn, wanted):
        if not isinstance(order, DispatchOrder):
            continue
        mine, moves = replies.get(order.id, []), steps.get(order.id, [])
        state = fold_order(order, mine, moves)
        apart = dated_apart(storable(order.issued_at), came[order.id].received_at)
        out.append(OrderOnPage(order, tuple(mine), state, wanted[order.id], tuple(moves), apart))
    return sorted(out, key=lambda o: o.seq, reverse=True)
