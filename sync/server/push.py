"""One pushed page: examined, judged record by record, kept and answered in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from msgspec import structs

from sync.protocol.messages import Answer, Push, Pushed, State
from sync.protocol.pages import shortened
from sync.records.audit import Erasure
from sync.records.canonical import Sealed
from sync.records.cards import Revision
from sync.records.ids import prefix_of
from sync.records.kinds import is_a
from sync.records.matters import Step, StepKind
from sync.records.order_steps import OrderStep, OrderStepKind
from sync.records.orders import DispatchOrder, OrderReply, ReplyKind
from sync.records.papers import Attachment
from sync.records.record import Record
from sync.records.station_keys import StationKey
from sync.records.threats import ENDS, ThreatEvent, ThreatStep
from sync.records.units import Role, StaffMember
from sync.server import sifting
from sync.server.arrived import Arrived, ReadPage, read_page
from sync.server.journals import Followed, follow
from sync.server.leasing import top_up_after
from sync.server.notices.telling import tell_objection, tell_order, tell_step
from sync.server.order_answers import delegations_of, tell_askers, units_above, withdrawals_of
from sync.server.passed_matters import answerable, matters_in, tell_takers
from sync.server.refused_fields import FIELD, field_of
from sync.server.rules import Known, Target, references, scope_of, why_not
from sync.server.settings import Settings
from sync.server.station import Station
from sync.server.station_keys import publish, published_keys
from sync.server.store.devices import cursor_of
from sync.server.store.directory import Staff, homes, staff_history
from sync.server.store.erasures import erase
from sync.server.store.files import attached_to_accusations
from sync.server.store.glance import Second, second
from sync.server.store.leases import Used, note_used, serials_in
from sync.server.store.matters import matters_behind
from sync.server.store.notices import THREAT, THREAT_OVER, put_notices
from sync.server.store.orders import load, refold
from sync.server.store.projections import apply
from sync.server.store.readdressed import asked_units
from sync.server.store.receipts import NEXT_NUMBER
from sync.server.store.records import Line, New, append, count_from, locking
from sync.server.store.refusals import Refusal, forget_refusals, put_refusals
from sync.server.store.standing import Standing, standing
from sync.server.store.store import Connection, DistrictStore
from sync.server.store.together import together
from sync.server.taking_place import close_replaced

_KEYED: Final = "8"
"""The version digit of a keyed id (RFC 9562, 5.8): the same ledger row, imported at two desks."""


@dataclass(frozen=True, slots=True)
class _Stands:
    """The record that stands under an id."""

    hash: bytes
    seq: int
    unit: str
    scope: str
    received_at: datetime


@dataclass(slots=True)
class _Page:
    """What is gathered while a page is judged; ``last`` is the number before the first new one, ``waiting`` which of
    its ids are on the list of refusals, ``scopes`` say who pulls each of what was accepted.
    """

    station: Station
    at: datetime
    last: int
    known: Known
    stands: dict[str, _Stands]
    waiting: frozenset[str]
    accepted: list[Arrived] = field(default_factory=list)
    scopes: list[str] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def push(store: DistrictStore, station: Station, page: Push, settings: Settings) -> Pushed:
    """Keep what may be kept of ``page`` and answer for each record; saying it again gives the same answers.

    Numbers that were used are made up for; nobody uses those of a store that speaks no more.
    """
    station.must_be(page.store)

    def keep(read: ReadPage) -> KeptPage:
        with store.write() as conn:
            found = lock_and_look(conn, station, read)
            now = datetime.now(UTC)
            kept_page = keep_page(conn, station, read, found, cursor_of(conn, station.device.device), now)
            kept_page.journal.keep(conn)
            used = kept_page.used
            if not station.late:
                used = top_up_after(conn, station, found.now.leases, used, settings, now)
            note_used(conn, used)
        return kept_page

    kept_page = sifting.kept(read_page(page), keep, trial(store, station))
    kept_page.count(settings)
    return kept_page.pushed


class _Undone(Exception):
    """Nothing of this transaction is to stay."""


def trial(store: DistrictStore, station: Station) -> Callable[[Sequence[Arrived]], None]:
    """Return what keeps some records as a page of theirs would be kept, and undoes it: it tells whether that fails."""

    def attempt(arrived: Sequence[Arrived]) -> None:
        page = ReadPage([], list(arrived), b"")
        with suppress(_Undone), store.write() as conn:
            found = lock_and_look(conn, station, page)
            keep_page(conn, station, page, found, found.last, datetime.now(UTC))
            raise _Undone

    return attempt


@dataclass(frozen=True, slots=True)
class Found:
    """What a page is judged by, seen under the lock of numbers: the last number given, what stands under the ids that
    it names, who worked in the unit, how the station stands now; the number of the next receipt, where one is about to
    be given.
    """

    last: int
    there: Standing
    staff: list[Staff]
    now: Second
    receipt: int


def lock_and_look(conn: Connection, station: Station, page: ReadPage, *, receipt: bool = False) -> Found:
    """Lock the numbers, of receipts too where asked for, until this transaction ends, and look at what stands.

    Revoked, Refused where the station lost its right since it was asked who it is: whoever takes it waits for the lock.
    """
    places = len(page.arrived)
    ids = {a.sealed.id for a in page.arrived} | {r for a in page.arrived for r in references(a)}
    with together(conn) as trip:
        last = trip.ask(locking(conn, places))
        now = trip.ask(second(station.device))  # the database is longest at it, while the others are spelled
        there = trip.ask(standing(conn, {id_ for id_ in ids if prefix_of(id_)}, station.unit))
        staff = trip.ask(staff_history(station.unit))
        number = trip.ask(NEXT_NUMBER) if receipt else (lambda: 0)
    seen = now()
    station.must_still_speak(seen.revoked_at, seen.store)
    given = last()
    count_from(conn, given)
    return Found(given, there(), staff(), seen, number())


@dataclass(frozen=True, slots=True)
class KeptPage:
    """What came of a page: the answers, what was accepted and its last number; the journal and the leased numbers that
    it used, both of which the caller notes.
    """

    pushed: Pushed
    last: int
    journal: Followed
    used: Used
    accepted: tuple[Line, ...]
    answers: Sequence[Answer]

    def count(self, settings: Settings) -> None:
        """Have it counted how the records were answered, once that is committed."""
        states = Counter(answer.state.value for answer in self.answers)
        settings.metrics.pushed(states, (answer.reason for answer in self.answers if answer.reason))


def keep_page(conn: Connection, station: Station, page: ReadPage, found: Found, cursor: int, now: datetime) -> KeptPage:
    """Keep what may be kept of a page, within the caller's transaction; ``found`` was seen in it by `lock_and_look`.

    ``cursor`` is the number up to which the station knew what others did.
    """
    gathered = _gather(conn, station, page.arrived, found, cursor, now)
    answers = [_judge(item, gathered) for item in page.arrived]
    used = _keep(conn, gathered, len(page.arrived))
    put_refusals(conn, gathered.refusals)
    close_replaced(conn, page.arrived, station.unit)
    journal = follow(conn, found.now.came, page.frames)
    heard = shortened(page.digest, answers) if page.digest else Pushed(answers)
    kept_here = tuple((a.sealed.kind, a.sealed.id, a.sealed.hash) for a in gathered.accepted)
    pushed = structs.replace(heard, missing=journal.missing)
    return KeptPage(pushed, found.last + len(kept_here), journal, used, kept_here, answers)


def _gather(
    conn: Connection, station: Station, arrived: list[Arrived], found: Found, cursor: int, now: datetime
) -> _Page:
    there, ids = found.there, {a.sealed.id for a in arrived}
    identities = {a.record.staff for a in arrived if isinstance(a.record, StaffMember) and prefix_of(a.record.staff)}
    delegations = delegations_of(conn, arrived)
    known = Known(
        unit=station.unit,
        stores=station.stores,
        roles=_roles(found.staff, station, cursor),
        homes=homes(conn, identities),
        keys=_keys(conn, arrived),
        targets={k.id: Target(k.kind, k.unit, k.scope) for k in there.kept.values()},
        erased=there.erased,
        erased_later=frozenset(a.record.target for a in arrived if isinstance(a.record, Erasure)),
        above=units_above(conn, station.unit, arrived),
        delegations=delegations,
        withdrawn=withdrawals_of(conn, station.unit, delegations.values(), cursor, station.stores),
    )
    stands = {k.id: _Stands(k.hash, k.seq, k.unit, k.scope, k.received_at) for k in there.kept.values() if k.id in ids}
    requests = [name for name, target in known.targets.items() if target.kind == "order_request"]
    for name, asked in asked_units(conn, requests).items():
        known.targets[name] = replace(known.targets[name], scope=asked)
    known.given, known.asked, known.takers, known.asked_no_more = answerable(conn, station.unit, arrived, known.targets)
    known.sealed |= attached_to_accusations(conn, known.erased_later & there.kept.keys())
    return _Page(station, now, found.last, known, stands, there.refused)


def _keys(conn: Connection, arrived: list[Arrived]) -> dict[str, str]:
    if not any(isinstance(a.record, StationKey) for a in arrived):
        return {}
    return {key: entry.unit for key, entry in published_keys(conn).items()}


def _roles(staff: Iterable[Staff], station: Station, cursor: int) -> dict[str, frozenset[Role]]:
    """Roles that hold now, and those that the station knew when it last pulled."""
    now: dict[str, frozenset[Role] | None] = {}
    then: dict[str, frozenset[Role] | None] = {}
    for entry in staff:
        roles = None if entry.gone or entry.unit != station.unit else entry.roles
        now[entry.staff] = roles
        if entry.seq <= cursor:
            then[entry.staff] = roles
    found: dict[str, frozenset[Role]] = {}
    for who, roles in now.items():
        before = then.get(who)
        if roles is not None or before is not None:
            found[who] = (roles or frozenset()) | (before or frozenset())
    return found


def _judge(arrived: Arrived, page: _Page) -> Answer:
    sealed = arrived.sealed
    standing = page.stands.get(sealed.id)
    if standing is not None and not arrived.reason:
        return _answer_again(arrived, standing, page)
    reason = why_not(arrived, page.known)
    if reason:
        return _refuse(arrived, reason, page)
    page.accepted.append(arrived)
    seq, scope = page.last + len(page.accepted), scope_of(arrived.record, page.known)
    page.stands[sealed.id] = _Stands(sealed.hash, seq, page.station.unit, scope, page.at)
    page.scopes.append(scope)
    _learn(arrived, scope, page.known)
    return Answer(sealed.id, sealed.hash, State.ACCEPTED, seq, page.at)


def _answer_again(arrived: Arrived, standing: _Stands, page: _Page) -> Answer:
    """Same hash: the same answer. Another hash: the twin of a keyed record is merged, anything else is refused.

    Keyed are a ledger's rows, imported at two desks, and escalations, which the district writes as well.
    """
    sealed = arrived.sealed
    ours = standing.unit == page.station.unit
    if ours or (sealed.kind == "order_step" and standing.scope == page.station.unit):
        if ours and standing.hash == sealed.hash:
            return Answer(sealed.id, sealed.hash, State.ACCEPTED, standing.seq, standing.received_at)
        if sealed.id[16] == _KEYED:
            at, by = standing.received_at, standing.hash
            return Answer(sealed.id, sealed.hash, State.MERGED, standing.seq, at, standing=by)
    return _refuse(arrived, "protocol.id_taken", page)


def _refuse(arrived: Arrived, reason: str, page: _Page) -> Answer:
    s, station = arrived.sealed, page.station
    page.refusals.append(Refusal(s.id, s.hash, s.kind, station.device.store, station.unit, reason, page.at))
    field = field_of(arrived, reason, page.known)
    return Answer(s.id, s.hash, State.REFUSED, reason=reason, values={FIELD: field} if field else {})


def _learn(arrived: Arrived, scope: str, known: Known) -> None:
    """What was accepted counts for the records after it in the page."""
    sealed, record = arrived.sealed, arrived.record
    known.targets[sealed.id] = Target(sealed.kind, known.unit, scope)
    if isinstance(record, Attachment) and is_a(record.subject, "accusation"):
        known.sealed.add(record.id)
    if isinstance(record, Step) and record.kind is not StepKind.RECEIVED:
        known.given.discard(record.matter)  # it has nothing to do with it any more
    if isinstance(record, StaffMember):
        known.homes[record.staff] = record.unit
        known.roles[record.staff] = frozenset(record.roles) | known.roles.get(record.staff, frozenset())


def _keep(conn: Connection, page: _Page, places: int) -> Used:
    """Write what was accepted, without the content of what is erased; returns the leased numbers that it used."""
    unit = page.station.unit
    erasures = [a.record for a in page.accepted if isinstance(a.record, Erasure)]
    gone = _gone(page, {erasure.target for erasure in erasures})
    new = [
        New(
            *(_emptied(a.sealed, gone), scope, page.station.device.store, unit, _readable(a)),
            also=unit if scope != unit else None,
        )
        for a, scope in zip(page.accepted, page.scopes, strict=True)
    ]
    numbers = append(conn, new, page.at, page.last, places)
    forget_refusals(conn, page.waiting & {item.sealed.id for item in new})
    listed: list[tuple[Record, int, str]] = [
        (a.record, seq, scope)
        for a, seq, scope in zip(page.accepted, numbers, page.scopes, strict=True)
        if a.record is not None and a.sealed.id not in gone
    ]
    apply(conn, listed)
    erased_in = matters_behind(conn, {erasure.target for erasure in erasures})  # while it is known
    touched = {erase(conn, erasure.target, erasure.id, unit) for erasure in erasures}
    refold(conn, [order for order in touched if order])
    publish(conn, [a.record for a in page.accepted if isinstance(a.record, StationKey)], page.at)
    _tell(conn, listed, page.at)
    tell_askers(conn, [a.record for a in page.accepted], unit, page.at)
    told = matters_in(conn, [a.record for a in page.accepted], unit) | erased_in
    tell_takers(conn, told, page.at, erased_in)
    return serials_in(record for record, _, _ in listed)


def _tell(conn: Connection, listed: list[tuple[Record, int, str]], at: datetime) -> None:
    """Put into the outbox whom what came concerns: of an order and its steps, the colleagues of a desk in need."""
    for record, _, scope in listed:
        if isinstance(record, DispatchOrder):
            tell_order(conn, record, scope, at)
        elif isinstance(record, OrderStep) and record.kind is OrderStepKind.ESCALATED:
            if (loaded := load(conn, record.order)) is not None:
                tell_step(conn, loaded[0], record, scope, at)
        elif isinstance(record, OrderReply) and record.kind is ReplyKind.OBJECTION:
            if (loaded := load(conn, record.order)) is not None:
                tell_objection(conn, loaded[0], record, scope, at)
        elif isinstance(record, ThreatEvent) and record.step is ThreatStep.RAISED:
            put_notices(conn, record.threat, THREAT, [record.made.unit], scope, at)
        elif isinstance(record, ThreatEvent) and record.step in ENDS:
            put_notices(conn, record.threat, THREAT_OVER, [record.made.unit], scope, at)


def _gone(page: _Page, targets: set[str]) -> frozenset[str]:
    """What is kept without content: what an erasure names, early or late, and every edit of such a card."""
    gone = page.known.erased | targets
    edits = {a.sealed.id for a in page.accepted if isinstance(a.record, Revision) and a.record.card in gone}
    return frozenset(gone | edits)


def _emptied(sealed: Sealed, gone: frozenset[str]) -> Sealed:
    return Sealed(sealed.kind, sealed.id, sealed.hash, b"", b"") if sealed.id in gone else sealed


def _readable(arrived: Arrived) -> bool:
    return arrived.record is not None or arrived.sealed.erased
