"""Requests for orders between units: a mobile station's goes to its community, and what became of it comes back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sync.protocol.codec import decode
from sync.records.errors import Damaged
from sync.records.kinds import new_id
from sync.records.order_steps import OrderDelegation, OrderRequest, OrderStep, OrderStepKind
from sync.records.orders import DispatchOrder
from sync.records.record import Record
from sync.server.arrived import Arrived
from sync.server.store.directory import Unit, units
from sync.server.store.projections import add_own
from sync.server.store.records import kept, later_of_kind, read_many
from sync.server.store.store import Connection
from sync.server.tree import made_here


def scope_of(record: Record | None, unit: str) -> str:
    """Return who pulls a record of ``unit``: a request goes to the unit that it asks, everything else stays there."""
    return record.to_unit if isinstance(record, OrderRequest) else unit


def units_above(conn: Connection, unit: str, arrived: Iterable[Arrived]) -> frozenset[str]:
    """Return the units over ``unit``; looked up only where a request arrived."""
    if not any(isinstance(a.record, OrderRequest) for a in arrived):
        return frozenset()
    known, found = units(conn), set[str]()
    above: Unit | None = known.get(unit)
    while above is not None and above.parent and above.parent not in found:
        found.add(above.parent)
        above = known.get(above.parent)
    return frozenset(found)


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
    here = kept(conn, {d.id for d in delegations})
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


def tell_askers(conn: Connection, accepted: Iterable[Record | None], unit: str, now: datetime) -> None:
    """Tell the stations whose requests ``unit`` has just answered: by a step that only they pull."""
    answers = [r for r in accepted if _answers(r)]
    requests = kept(conn, {str(getattr(r, "request", "")) for r in answers}) if answers else {}
    for record in answers:
        asked = requests.get(str(getattr(record, "request", "")))
        if asked is None or asked.unit == unit or asked.scope != unit:
            continue
        order = record if isinstance(record, DispatchOrder) else None
        told = OrderStep(
            id=new_id("order_step"),
            made=made_here(conn, now),
            kind=OrderStepKind.ANSWERED,
            order=order.id if order else "",
            request=asked.id,
            happened_at=order.issued_at if order else getattr(record, "happened_at", now),
            text=order.number if order else str(getattr(record, "text", "")),
        )
        add_own(conn, told, asked.unit, now)


def _answers(record: Record | None) -> bool:
    if isinstance(record, DispatchOrder):
        return bool(record.request)
    return isinstance(record, OrderStep) and record.kind is OrderStepKind.REFUSED
