"""Which field of a refused record the reason is about: said with the refusal, so that a station can lead there."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Final

from sync.records.audit import Erasure
from sync.records.cards import Revision
from sync.records.ids import prefix_of
from sync.records.order_steps import OrderRequest, OrderStep
from sync.records.orders import DispatchOrder, OrderReply
from sync.records.record import Record
from sync.records.units import StaffMember
from sync.server.arrived import Arrived
from sync.server.rules import Known

FIELD: Final = "field"
"""The name under which an answer's values say the field."""

_ALWAYS: Final = {
    "protocol.foreign_store": "made.store",
    "protocol.unknown_staff": "made.by",
    "protocol.id_taken": "id",
    "protocol.bad_key": "key",
    "protocol.key_taken": "key",
    "protocol.not_witnessed": "witnessed",
    "protocol.not_erasable": "target",
    "protocol.not_a_card": "card",
    "protocol.not_an_order": "order",
    "protocol.delegation_withdrawn": "delegation",
}


def field_of(arrived: Arrived, reason: str, known: Known) -> str:
    """Return the record's field (``made.by`` for one within) that ``reason`` is about; empty where it is about all."""
    record = arrived.record
    if reason == "protocol.foreign_unit":
        return _unit(arrived, known)
    if reason == "protocol.no_role":
        return _role(record)
    if reason == "protocol.not_yours":
        return "releases" if isinstance(record, OrderReply) and record.releases else ""
    if reason == "protocol.unreadable_record":
        return _without_zone(record)
    if reason == "protocol.out_of_scope":
        return _named(arrived)
    if reason == "protocol.bad_id":
        return _bad_id(arrived)
    return _ALWAYS.get(reason, "")


def _unit(arrived: Arrived, known: Known) -> str:
    if arrived.made is None or arrived.made.unit != known.unit:
        return "made.unit"
    if isinstance(arrived.record, OrderRequest):
        return "to_unit"
    return "issuing_unit" if isinstance(arrived.record, DispatchOrder) else "unit"


def _role(record: Record | None) -> str:
    if isinstance(record, StaffMember):
        return "roles"
    return "issuer" if isinstance(record, DispatchOrder) else "made.by"


def _without_zone(record: Record | None) -> str:
    """The first time that does not say its zone; of what nobody can read, none."""
    for item in dataclasses.fields(record) if record is not None else ():
        value = getattr(record, item.name)
        if isinstance(value, datetime) and value.tzinfo is None:
            return item.name
    return "limits" if isinstance(record, DispatchOrder) else ""


def _named(arrived: Arrived) -> str:
    record = arrived.record
    if isinstance(record, Erasure):
        return "target"
    if isinstance(record, Revision):
        return "card"
    if isinstance(record, OrderReply):
        return "order"
    if isinstance(record, OrderStep):
        return "order" if record.order else "request"
    return "amends" if arrived.amends else ""


def _bad_id(arrived: Arrived) -> str:
    record = arrived.record
    if not prefix_of(arrived.sealed.id) or record is None or record.id != arrived.sealed.id:
        return "id"
    if isinstance(record, StaffMember) and not prefix_of(record.staff):
        return "staff"
    return "amends" if arrived.amends and not prefix_of(arrived.amends) else _named(arrived)
