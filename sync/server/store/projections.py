"""From records that were just numbered to the tables that lists read: in the same transaction, and only here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from sync.records.canonical import Sealed, seal
from sync.records.cards import Revision
from sync.records.kinds import KINDS, kind_of_value
from sync.records.matters import Step
from sync.records.mediation_events import MediationEvent
from sync.records.mediations import Agreement, FollowUp
from sync.records.order_steps import OrderRequest, OrderStep
from sync.records.orders import DispatchOrder, OrderReply
from sync.records.papers import Attachment, NumberLease
from sync.records.participations import Participation
from sync.records.passed_matters import PassedMatter
from sync.records.record import Card, Record
from sync.records.units import OrgUnit, StaffMember
from sync.server.store.cards import put_cards
from sync.server.store.directory import put_staff, put_unit
from sync.server.store.files import put_attachment
from sync.server.store.leases import put_lease
from sync.server.store.matters import Fact, put_facts, refold_matters
from sync.server.store.mediations import MediationFact, put_mediation_facts, refold_mediations
from sync.server.store.order_requests import Answer, put_requests
from sync.server.store.orders import put_order, put_reply, put_step, refold
from sync.server.store.records import New, append

_MATTER: Final = KINDS["matter"].prefix
_MEDIATION: Final = KINDS["mediation"].prefix


def apply(conn: Connection, numbered: Iterable[tuple[Record, int, str]]) -> None:
    """Write what each (record, its number, its scope) means for the lists."""
    orders: set[str] = set()
    cards: list[tuple[Record, int, str]] = []
    facts: list[tuple[Fact, int, str]] = []
    of_mediations: list[tuple[MediationFact, str]] = []
    requests: list[tuple[OrderRequest, int]] = []
    answers: list[Answer] = []
    for record, seq, scope in numbered:
        _list(conn, record, seq, scope)
        if isinstance(record, (DispatchOrder, OrderStep)) and record.request:
            answers.append(record)
        if isinstance(record, DispatchOrder):
            orders.add(record.id)
        elif isinstance(record, OrderRequest):
            requests.append((record, seq))
        elif isinstance(record, (OrderReply, OrderStep)):
            orders.add(record.order)
        elif isinstance(record, (Revision, Card)):
            cards.append((record, seq, scope))
        elif isinstance(record, (Step, Participation, PassedMatter)):
            facts.append((record, seq, scope))
        elif isinstance(record, (MediationEvent, Agreement, FollowUp)):
            of_mediations.append((record, scope))
    refold(conn, orders)
    put_requests(conn, requests, answers)
    put_cards(conn, cards)
    matters = put_facts(conn, facts) | _cards_of(cards, _MATTER)
    refold_matters(conn, matters)
    mediations = put_mediation_facts(conn, of_mediations) | _cards_of(cards, _MEDIATION)
    refold_mediations(conn, mediations, matters)


def _cards_of(cards: Iterable[tuple[Record, int, str]], prefix: str) -> set[str]:
    """The cards with ``prefix`` among those that arrived, and those of which an edit did."""
    named = {record.card if isinstance(record, Revision) else record.id for record, _, _ in cards}
    return {name for name in named if name.startswith(f"{prefix}_")}


def _list(conn: Connection, record: Record, seq: int, scope: str) -> None:
    if isinstance(record, DispatchOrder):
        put_order(conn, record, seq)
    elif isinstance(record, OrderReply):
        put_reply(conn, record, seq)
    elif isinstance(record, OrderStep):
        put_step(conn, record, seq)
    elif isinstance(record, Attachment):
        put_attachment(conn, record, scope)
    elif isinstance(record, StaffMember):
        put_staff(conn, record, seq)
    elif isinstance(record, OrgUnit):
        put_unit(conn, record)
    elif isinstance(record, NumberLease):
        put_lease(conn, record)


def add_own(conn: Connection, record: Record, scope: str, at: datetime) -> Sealed:
    """Seal, number and list a record that is made at the district; ``scope`` says who pulls it (records.EVERYONE,
    a unit, a store)."""
    sealed = seal(kind_of_value(record).name, record)
    (seq,) = append(conn, [New(sealed, scope, record.made.store, record.made.unit)], at)
    apply(conn, [(record, seq, scope)])
    return sealed
