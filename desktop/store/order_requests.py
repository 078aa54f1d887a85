"""Requests for dispatch orders and delegations to issue them, as they stand at this store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final, cast

from desktop.store.amending import amended
from desktop.store.links import state_of_order
from desktop.store.projections import SELDOM, naming
from desktop.store.reader import Reader, current
from sync.records.matters import Matter
from sync.records.order_course import IssuedOrder, RequestState, fold_request
from sync.records.order_steps import OrderDelegation, OrderRequest, OrderStep
from sync.records.orders import DispatchOrder

SHOWN: Final = 200
_REQUESTS: Final = f"""
    SELECT body FROM record WHERE kind = 'order_request' AND {SELDOM} AND readable = 1
    AND (NOT ?1 OR NOT EXISTS (
        SELECT 1 FROM link WHERE {naming("record.id")} AND link.via IN ('dispatch_order.request', 'order_step.request')
    )) ORDER BY line DESC LIMIT ?2
"""  # noqa: S608 our own words

_LAST_ORDERS: Final = """
    SELECT record.body FROM dispatch_order JOIN record ON record.line = dispatch_order.line
    WHERE record.readable = 1 AND dispatch_order.amended = 0 ORDER BY dispatch_order.line DESC LIMIT 20
"""


def requests_here(reader: Reader, *, waiting: bool = True) -> list[tuple[OrderRequest, RequestState]]:
    """Return requests for orders with what became of them, the newest first; those alone that wait for an answer."""
    rows = reader.sql(_REQUESTS, (int(waiting), SHOWN)).fetchall()
    found = [cast(OrderRequest, current("order_request", body, None)) for (body,) in rows]
    return [(request, state_of_request(reader, request)) for request in found]


def state_of_request(reader: Reader, request: OrderRequest) -> RequestState:
    """Return what became of a request."""
    orders = cast("list[DispatchOrder]", reader.linked(request.id, "dispatch_order.request"))
    steps = cast("list[OrderStep]", reader.linked(request.id, "order_step.request"))
    found = fold_request(request, orders, steps)
    here = {order.id: order for order in orders}
    issued = tuple(_as_here(reader, one, here.get(one.order)) for one in found.issued)
    return replace(found, issued=issued)


def _as_here(reader: Reader, one: IssuedOrder, order: DispatchOrder | None) -> IssuedOrder:
    """How far an order is whose facts are here; else as the district told it."""
    return one if order is None else replace(one, stage=state_of_order(reader, order).state.value)


def requests_of_matter(reader: Reader, matter: str) -> list[tuple[OrderRequest, RequestState]]:
    """Return what was asked for in a matter, with what became of it."""
    found = cast("list[OrderRequest]", reader.linked(matter, "order_request.matter"))
    return [(request, state_of_request(reader, request)) for request in found]


def delegations_here(reader: Reader, unit: str) -> list[OrderDelegation]:
    """Return the delegations of a unit, amended ones left out."""
    found = cast("list[OrderDelegation]", reader.linked(unit, "order_delegation.unit"))
    gone = amended(reader, [d.id for d in found])
    return [d for d in found if d.id not in gone]


def delegation_of(reader: Reader, staff: str, unit: str, on: date) -> OrderDelegation | None:
    """Return the delegation by which ``staff`` may issue for ``unit`` on a day; None where there is none."""
    return next((d for d in delegations_here(reader, unit) if d.holds(staff, unit, on)), None)


def withdrawn_from(reader: Reader, staff: str, unit: str, on: date) -> OrderDelegation | None:
    """Return the withdrawal that took a delegation of that day from ``staff``; None where none did."""
    found = [d for d in delegations_here(reader, unit) if d.withdrawn and (d.delegate, d.unit) == (staff, unit)]
    return next((d for d in reversed(found) if d.starts_on <= on <= d.ends_on), None)


def usual_departments(reader: Reader, matter: Matter) -> tuple[str, ...]:
    """Return whom the last order in a matter of the same category went to; nobody where there was none."""
    for (body,) in reader.sql(_LAST_ORDERS).fetchall():
        order = cast(DispatchOrder, current("dispatch_order", body, None))
        other = reader.find(order.matter, Matter)
        if other is not None and other.category is matter.category:
            return order.departments
    return ()
