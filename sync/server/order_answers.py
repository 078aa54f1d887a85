"""Requests for orders between units: a mobile station's goes to its community, and what became of it comes back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sync.protocol.codec import decode
from sync.records.errors import Damaged
from sync.records.kinds import new_id
from sync.records.order_steps import OrderDelegation, OrderRequest, OrderStep, OrderStepKind
from sync.records.orders import DispatchOrder, OrderReply
from sync.records.record import Record
from sync.server.arrived import Arrived
from sync.server.store.directory import above, units
from sync.server.store.orders import last_reply, requested
from sync.server.store.projections import add_own
from sync.server.store.readdressed import asked_units
from sync.server.store.records import Kept, kept, later_of_kind, read_many
from sync.server.store.store import Connection
from sync.server.tree import made_here


def units_above(conn: Connection, unit: str, arrived: Iterable[Arrived]) -> frozenset[str]:
    """Return the units over ``unit``; looked up only where a request arrived."""
    if not any(isinstance(a.record, OrderRequest) for a in arrived):
        return frozenset()
    return above(units(conn), unit)


def delegations_of(conn: Connection, arrived: Iterable[Arrived]) -> dict[str, OrderDelegation]:
    """Return the delegations that orders among ``arrived`` name, those in the same page too."""
    records = [a.record for a in arrived]
    named = {r.delegation for r in records if isinstance(r, DispatchOrder) and r.delegation}
    found = [r for r in records if isinstance(r, OrderDelegation)]
    for sealed in read_many(conn, sorted(named)) if named else ():
        try:
            record = decode(sealed)
        except Damaged:
            continue
        if isinstance(record, OrderDelegation):
            found.append(record)
    return {d.id: d for d in found}


def withdrawals_of(
    conn: Connection, unit: str, delegations: Iterable[OrderDelegation], cursor: int, stores: frozenset[str]
) -> dict[str, datetime]:
    """Return when which of ``delegations`` were withdrawn, as far as the station knows: up to ``cursor``, or by itself.

    An order that was issued at a desk which had not heard of it is not lost, as with a role that was taken away.
    """
    named = {d.id for d in delegations}
    here = kept(conn, named) if named else {}
    if not here:
        return {}
    found: dict[str, datetime] = {}
    for seq, sealed in later_of_kind(conn, unit, "order_delegation", min(k.seq for k in here.values())):
        try:
            record = decode(sealed)
        except Damaged:
            continue
        if not isinstance(record, OrderDelegation) or not record.withdrawn or record.amends not in here:
            continue
        if seq <= cursor or record.made.store in stores:
            found[record.amends] = min(record.made.at, found.get(record.amends, record.made.at))
    return found


def tell_askers(conn: Connection, accepted: Collection[Record | None], unit: str, now: datetime) -> None:
    """Tell the stations whose requests ``unit`` has just answered, or whose order has come further: by steps that only
    they pull.
    """
    refusals = [r for r in accepted if isinstance(r, OrderStep) and r.kind is OrderStepKind.REFUSED]
    _tell_refusals(conn, refusals, unit, now)
    tell_stages(conn, {name for record in accepted if (name := _order_of(record))}, now)


def _order_of(record: Record | None) -> str:
    if isinstance(record, DispatchOrder):
        return record.id if record.request else ""
    return record.order if isinstance(record, (OrderReply, OrderStep)) else ""


def _tell_refusals(conn: Connection, refusals: Sequence[OrderStep], unit: str, now: datetime) -> None:
    requests = _requests(conn, {step.request for step in refusals})
    for step in refusals:
        asked = requests.get(step.request)
        if asked is not None and asked.scope == unit != asked.unit:
            _tell(conn, asked, now, happened_at=step.happened_at, text=step.text)


def tell_stages(conn: Connection, orders: Collection[str], now: datetime) -> None:
    """Tell the stations that asked for some of ``orders`` how far these are, where that is not what they were told."""
    asked_for = requested(conn, orders) if orders else []
    requests = _requests(conn, {order.request for order in asked_for})
    for order in asked_for:
        asked = requests.get(order.request)
        if asked is None or asked.scope != order.unit or asked.unit == order.unit:
            continue
        last = _last_told(conn, order.record)
        if last is None or last.stage != order.state:
            said = {"order": order.record, "text": order.number, "stage": order.state}
            seen = (last.id,) if last else ()
            _tell(conn, asked, now, happened_at=now if last else order.issued_at, seen=seen, **said)


def _requests(conn: Connection, ids: Collection[str]) -> dict[str, Kept]:
    """Return the requests with these ids, each with the unit that it asks as its scope, whatever kept it."""
    found = kept(conn, ids) if ids else {}
    asked = asked_units(conn, found)
    return {name: replace(one, scope=asked.get(name, one.scope)) for name, one in found.items()}


def _last_told(conn: Connection, order: str) -> OrderStep | None:
    named = last_reply(conn, order, OrderStepKind.ANSWERED.value)
    for sealed in read_many(conn, [named]) if named else ():
        step = decode(sealed)
        return step if isinstance(step, OrderStep) else None
    return None


def _tell(conn: Connection, asked: Kept, now: datetime, **said: Any) -> None:
    """Write a step for the station that asked."""
    answered, made = OrderStepKind.ANSWERED, made_here(conn, now)
    told = OrderStep(id=new_id("order_step"), made=made, kind=answered, request=asked.id, **said)
    add_own(conn, told, asked.unit, now)
