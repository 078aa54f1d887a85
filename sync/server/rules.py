"""What a station may push: pure rules over what the district knows; each answers with a reason or with nothing.

A reason is a wording key of the area "protocol". A refused record stays at its station, held and shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Final, get_args, get_type_hints

from sync.protocol.codec import zoned
from sync.records.audit import Erasure
from sync.records.cards import Revision
from sync.records.hand_overs import HandOver
from sync.records.ids import prefix_of
from sync.records.kinds import KINDS, STAFF_PREFIX
from sync.records.matters import Step, StepKind
from sync.records.notices import BY_DESK, Notice
from sync.records.order_steps import OrderDelegation, OrderRequest, OrderStep
from sync.records.orders import DispatchOrder, OrderReply
from sync.records.ownership import OWNERSHIP, Writer, may_tell_result, may_write
from sync.records.papers import BlankForm, PrintOutcome
from sync.records.passings import GIVES, TAKES
from sync.records.record import Record
from sync.records.sameness import Sameness
from sync.records.station_keys import StationKey, is_sound
from sync.records.statistics import StatisticsReport
from sync.records.threats import ThreatEvent
from sync.records.units import LATER, Role, StaffMember
from sync.server.arrived import Arrived
from sync.server.order_rules import RIGHTS, wrong_target

GRANTED_BY_LEAD: Final = frozenset({Role.REGISTRAR, Role.MEDIATOR, Role.STATION_LEAD, Role.COUNSELLOR})
"""Roles that a station lead may give. The issuing secretary's authority is registered by the district
(深圳经济特区矛盾纠纷多元化解条例 12), and the district's own roles are the district's."""

NEVER_ERASED: Final = frozenset(
    {
        *("erasure", "audit_entry", "number_lease", "org_unit", "staff_member", "mediator_appointment"),
        *("station_key", "paper_template", "rule_table", "order_authority", "accusation"),
    }
)


@dataclass(frozen=True, slots=True)
class Target:
    """A record that the district keeps or that came earlier in the page, as far as a rule must know it."""

    kind: str
    unit: str
    scope: str


@dataclass(slots=True)
class Known:
    """What the rules look at for one page of one station; `push` adds to it as records are accepted.

    ``roles`` are those that hold now together with those that the station knew of when it last pulled: work
    done offline under a role that was taken away meanwhile is not lost. ``homes`` has the unit of each staff
    identity that anybody has, ``keys`` the unit of each published key. ``erased`` and ``erased_later`` are targets
    of this unit's erasures, kept already or in the page itself. ``above`` are the units over this one, ``delegations``
    those by id that orders of the page name, ``withdrawn`` when the station knew one of them to be withdrawn,
    ``sealed`` the attachments of accusations that an erasure names. ``given`` are matters of other units in which this
    one has something to do, ``asked`` those which it was only asked to mediate, ``takers`` the units to which it may
    give the others on, ``asked_no_more`` those of which the request to mediate was taken back.
    """

    unit: str
    stores: frozenset[str]
    roles: dict[str, frozenset[Role]] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    targets: dict[str, Target] = field(default_factory=dict)
    erased: frozenset[str] = frozenset()
    erased_later: frozenset[str] = frozenset()
    above: frozenset[str] = frozenset()
    delegations: dict[str, OrderDelegation] = field(default_factory=dict)
    withdrawn: dict[str, datetime] = field(default_factory=dict)
    sealed: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)
    asked: frozenset[str] = frozenset()
    takers: frozenset[str] = frozenset()
    asked_no_more: frozenset[str] = frozenset()


def scope_of(record: Record | None, known: Known) -> str:
    """Return who pulls a record of this unit first: the unit that a request asks, the one whose matter a step answers
    for; everything else stays here. What is addressed to others is pulled by its own unit as well.
    """
    if isinstance(record, OrderRequest):
        return record.to_unit
    if isinstance(record, Step) and record.matter in known.given:
        target = known.targets.get(record.matter)
        return target.scope if target else known.unit
    return known.unit


def why_not(arrived: Arrived, known: Known) -> str:
    """Return why this station may not push ``arrived``; empty where it may."""
    if arrived.reason:
        return arrived.reason
    if arrived.sealed.erased:
        named = arrived.sealed.id in known.erased or arrived.sealed.id in known.erased_later
        # An edit of an erased card is erased with it, wherever it waits: empty, it names nobody any more.
        return "" if named or arrived.sealed.kind == "revision" else "protocol.no_content"
    if arrived.record is not None and not _times_have_zones(arrived.record, arrived.sealed.kind):
        return "protocol.unreadable_record"
    return _wrong_maker(arrived, known) or _no_right(arrived, known) or _wrong_reference(arrived, known)


def _wrong_maker(arrived: Arrived, known: Known) -> str:
    made = arrived.made
    if made is None or made.unit != known.unit:
        return "protocol.foreign_unit"
    return "" if made.store in known.stores else "protocol.foreign_store"


def _no_right(arrived: Arrived, known: Known) -> str:
    """By ownership.py. Kinds from a newer program are kept and passed on for whoever works at the unit."""
    kind, by = arrived.sealed.kind, arrived.made.by if arrived.made else ""
    row = OWNERSHIP.get(kind)
    if row is not None and row.writer in _NO_STATION:
        return "protocol.not_yours"
    if kind == "audit_entry" and not by:
        return ""  # a failed sign-in has no staff member
    roles = known.roles.get(by)
    if roles is None:
        return "protocol.unknown_staff"
    if row is not None and not may_write(kind, roles) and not _tells_result(arrived.record, roles):
        return "protocol.no_role"
    inside = _INSIDE.get(type(arrived.record))
    return inside(arrived.record, known) if inside else ""


def _tells_result(record: Record | None, roles: frozenset[Role]) -> bool:
    return isinstance(record, Step) and record.kind is StepKind.REFERRAL_RESULT and may_tell_result(roles)


def _to_say_who(member: StaffMember, known: Known) -> str:
    if prefix_of(member.staff) != STAFF_PREFIX:
        return "protocol.bad_id"
    if member.unit != known.unit or known.homes.get(member.staff, known.unit) != known.unit:
        return "protocol.foreign_unit"
    held = known.roles.get(member.staff, frozenset())
    if not set(member.further) <= GRANTED_BY_LEAD & LATER or set(member.roles) & LATER:
        return "protocol.no_role"  # also what a newer program calls a role: nobody here can say what it may do
    return "" if set(member.roles) <= GRANTED_BY_LEAD | held else "protocol.no_role"


def _to_notify(notice: Notice, _: Known) -> str:
    """What was sent and read the district says."""
    return "" if notice.state in BY_DESK else "protocol.not_yours"


def _to_speak_for_unit(record: StatisticsReport | HandOver | BlankForm, known: Known) -> str:
    """Its own numbers, its own desk, its own forms."""
    return "" if record.unit == known.unit else "protocol.foreign_unit"


def _to_announce(key: StationKey, known: Known) -> str:
    """A station announces a sound key of its own store; when one ends, and that one is revoked, the district says."""
    if not is_sound(key) or key.ended_at is not None or key.revoked_at is not None:
        return "protocol.bad_key"
    if key.unit != known.unit or key.store != key.made.store:
        return "protocol.foreign_store"
    return "protocol.key_taken" if known.keys.get(key.key, known.unit) != known.unit else ""


_NO_STATION: Final = (Writer.DISTRICT, Writer.DEPARTMENT)
_INSIDE: Final[dict[type, Callable[[Any, Known], str]]] = {
    StaffMember: _to_say_who,
    Notice: _to_notify,
    StatisticsReport: _to_speak_for_unit,
    HandOver: _to_speak_for_unit,
    BlankForm: _to_speak_for_unit,
    StationKey: _to_announce,
    **RIGHTS,
}
"""Whether whoever may write a kind may write what this record of it says."""


def _wrong_reference(arrived: Arrived, known: Known) -> str:
    """A record may only speak of records of its own unit, where the district knows them already."""
    wrong = _WRONG.get(type(arrived.record))
    if wrong is None and not arrived.amends:
        return ""
    if not all(prefix_of(reference) for reference in references(arrived)):
        return "protocol.bad_id"
    return wrong(arrived, arrived.record, known) if wrong else _wrong_amended(arrived, known)


def _wrong_amended(arrived: Arrived, known: Known) -> str:
    return _foreign([known.targets.get(arrived.amends or "")], known)


def _wrong_erased(_: Arrived, erasure: Erasure, known: Known) -> str:
    target = known.targets.get(erasure.target)
    never = target is not None and target.kind in NEVER_ERASED
    if erasure.target == erasure.id or never or erasure.target in known.sealed:
        return "protocol.not_erasable"
    return _foreign([target], known)


def _wrong_card(_: Arrived, revision: Revision, known: Known) -> str:
    target = known.targets.get(revision.card)
    if target is not None and target.kind in KINDS and not KINDS[target.kind].card:
        return "protocol.not_a_card"
    return _foreign([target], known)


def _wrong_order(arrived: Arrived, record: DispatchOrder | OrderReply | OrderStep, known: Known) -> str:
    return wrong_target(record, known) or _wrong_amended(arrived, known)


def _wrong_step(arrived: Arrived, step: Step, known: Known) -> str:
    if step.matter in known.given | known.asked_no_more:
        return _wrong_answer(step, known)
    return _wrong_named(arrived, step, known)


def _wrong_named(arrived: Arrived, _: Record, known: Known) -> str:
    return _foreign([known.targets.get(named) for named in references(arrived)], known)


def _wrong_member(arrived: Arrived, _: StaffMember, known: Known) -> str:
    amended = known.targets.get(arrived.amends or "")
    if amended is not None:
        # The district made this unit's staff records, too: a lead may amend them.
        return "" if (amended.kind, amended.scope) == ("staff_member", known.unit) else "protocol.out_of_scope"
    return ""


_WRONG: Final[dict[type, Callable[[Arrived, Any, Known], str]]] = {
    Erasure: _wrong_erased,
    Revision: _wrong_card,
    DispatchOrder: _wrong_order,
    OrderReply: _wrong_order,
    OrderStep: _wrong_order,
    Step: _wrong_step,
    Sameness: _wrong_named,
    PrintOutcome: _wrong_named,
    Notice: _wrong_named,
    ThreatEvent: _wrong_named,
    StaffMember: _wrong_member,
}
"""Whether a record of this kind names what it may not; of the others only what they amend is looked at."""


def _wrong_answer(step: Step, known: Known) -> str:
    """Of another unit's matter a unit says of itself that it takes it, declines it or gives it on, and nothing else."""
    if step.matter in known.asked_no_more:
        return "protocol.request_withdrawn" if step.kind in TAKES else "protocol.out_of_scope"
    open_ = TAKES if step.matter in known.asked else TAKES | GIVES
    if step.by_unit != known.unit or step.kind not in open_:
        return "protocol.out_of_scope"
    return "protocol.foreign_unit" if step.kind in GIVES and step.to_unit not in known.takers else ""


def _foreign(targets: Iterable[Target | None], known: Known) -> str:
    return "protocol.out_of_scope" if any(t is not None and t.unit != known.unit for t in targets) else ""


def _times_have_zones(record: Record, kind: str) -> bool:
    """Times that a fold compares must all be comparable, here and at the desks that a record comes down to."""
    for name in _times_of(kind):
        if not _has_zone(getattr(record, name)):
            return False
    within = _TIMES_WITHIN.get(type(record))
    return within is None or all(map(_has_zone, within(record)))


def _times_of_order(order: DispatchOrder) -> list[datetime | None]:
    limits = order.limits
    return [limits.report_by, limits.resolve_by, limits.arrive_by, *(call.at for call in order.calls)]


def _times_of_step(step: OrderStep) -> list[datetime | None]:
    ends = [at for ends in step.ends for at in (ends.report_by, ends.arrive_by, ends.resolve_by)]
    return [step.call.at, *ends] if step.call else list(ends)


_TIMES_WITHIN: Final[dict[type, Callable[[Any], list[datetime | None]]]] = {
    DispatchOrder: _times_of_order,
    OrderStep: _times_of_step,
}


def _has_zone(at: datetime | None) -> bool:
    """Also of the last hours of the year 9999, which no clock of Beijing's can show."""
    return at is None or zoned(at)


@cache
def _times_of(kind: str) -> tuple[str, ...]:
    """The fields of a kind that hold a time: a page has thousands of records and few kinds."""
    return tuple(name for name, said in get_type_hints(KINDS[kind].type).items() if datetime in (said, *get_args(said)))


_NAMED: Final[dict[type, tuple[str, ...]]] = {
    Erasure: ("target",),
    Revision: ("card",),
    OrderReply: ("order",),
    OrderStep: ("order", "request"),
    DispatchOrder: ("request",),
    Sameness: ("leading", "other"),
    PrintOutcome: ("print",),
    Notice: ("about",),
    Step: ("matter",),
}
"""The fields with ids of records that a rule will look at; those of orders may be empty."""


def references(arrived: Arrived) -> list[str]:
    """Return the ids of other records that a rule will look at."""
    record = arrived.record
    found = [arrived.amends] if arrived.amends else []
    for name in _NAMED.get(type(record), ()):
        named = getattr(record, name)
        if named or not isinstance(record, (OrderStep, DispatchOrder)):
            found.append(named)
    if isinstance(record, ThreatEvent) and record.threat != record.id:
        found.append(record.threat)
    return found
