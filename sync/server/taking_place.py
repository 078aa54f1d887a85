"""Which refused records have another one in their place: a correction names its own, the station's log the rest."""

from __future__ import annotations

from collections.abc import Sequence

from sync.records.audit import HELD_CLOSED, AuditAction, AuditEntry
from sync.records.ids import prefix_of
from sync.server.arrived import Arrived
from sync.server.store.records import kept
from sync.server.store.refusals import refused_among, replace_refusals
from sync.server.store.store import Connection


def close_replaced(conn: Connection, arrived: Sequence[Arrived], unit: str) -> None:
    """Note for refused records of ``unit`` what in this page takes their place, once the page has been judged.

    What is refused itself stands on the list in their place; what this district never saw takes nobody's.
    """
    places = dict(place for one in arrived if (place := _place(one)) is not None)
    waiting = {record_id for record_id, _ in refused_among(conn, places)}
    if not waiting:
        return
    named = {old: new for old, new in places.items() if old in waiting and new != old}
    judged = {k.id for k in kept(conn, set(named.values())).values() if k.unit == unit}
    judged |= {record_id for record_id, _ in refused_among(conn, set(named.values()))}
    replace_refusals(conn, unit, {old: new for old, new in named.items() if new in judged})


def _place(arrived: Arrived) -> tuple[str, str] | None:
    """The record whose place is taken, and the one that takes it."""
    if arrived.reason:
        return None
    record = arrived.record
    if isinstance(record, AuditEntry) and record.action is AuditAction.HELD:
        what, _, by = record.detail.partition(" ")
        return (record.subject, by) if what in HELD_CLOSED and prefix_of(record.subject) and prefix_of(by) else None
    return (arrived.amends, arrived.sealed.id) if arrived.amends and prefix_of(arrived.amends) else None
