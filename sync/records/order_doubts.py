"""What of a department's part of an order the rules cannot settle: kept, and shown to a person in one sentence each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sync.records.errors import RuleBroken
from sync.records.order_parts import ARRIVES, DepartmentState
from sync.records.order_stages import ENDED, OrderStage
from sync.records.order_steps import OrderStep
from sync.records.orders import DispatchOrder, OrderReply, ReplyKind
from sync.records.seen import Doubt, Line

TOLERANCE: Final = timedelta(minutes=30)
"""How far the department's own time of arrival may lie from the witnessed one before a person is asked."""

ON_ITS_WAY: Final = timedelta(days=30)
"""So long an honest station may have been without an exchange; an order that claims to be older is looked at."""
AHEAD: Final = timedelta(minutes=10)
"""So far a station's clock may be ahead without a word (as records.believed lets a desk's be)."""

Facts = list[tuple[int, OrderReply]]


def doubts_of(
    order: DispatchOrder, department: str, state: DepartmentState, line: Line[OrderReply | OrderStep], facts: Facts
) -> list[Doubt]:
    """Return what is doubtful in one department's part; ``facts`` are its replies with their places in ``line``."""
    found = _differences(state, facts)
    if state.stage is OrderStage.RESOLVED and state.objections:
        found.append(Doubt("records.doubt_resolved_and_objected", _ids(facts, ReplyKind.RESOLVED, ReplyKind.OBJECTION)))
    if state.stage in ENDED and (state.own.resolved or state.witnessed.resolved):
        found.append(Doubt("records.doubt_resolved_and_ended", _ids(facts, ReplyKind.RESOLVED)))
    if state.stage is OrderStage.RETURNED and (state.own.resolved or state.witnessed.resolved):
        found.append(Doubt("records.doubt_resolved_and_returned", _ids(facts, ReplyKind.RESOLVED, ReplyKind.RETURNED)))
    start = _given_at(order, department, line).replace(second=0, microsecond=0)
    found += _those(facts, "arrival_before_order", lambda _i, r: r.kind in ARRIVES and r.happened_at < start)
    rested = state.rested.resolve_by
    found += _those(facts, "extension_after_due", lambda i, r: _asked_late(order, line, facts, i, r, rested))
    return found + _those(facts, "ruled_by_department", lambda _i, r: _rules_itself(r))


def dated_apart(issued_at: datetime, received_at: datetime) -> str:
    """Return what the district says of an order whose time does not fit when it came, a wording key; else nothing.

    One from the future cannot be right. One that is much older may be: nothing is refused and nothing counted anew.
    """
    if issued_at > received_at + AHEAD:
        return "records.doubt_order_ahead"
    return "records.doubt_order_old" if issued_at < received_at - ON_ITS_WAY else ""


def _given_at(order: DispatchOrder, department: str, line: Line[OrderReply | OrderStep]) -> datetime:
    """When the department was ordered: by the paper, or by a call that the order or a later step tells of."""
    calls = [f.call for f in line.facts if isinstance(f, OrderStep) and f.call and f.call.department == department]
    return min([order.given_at(department), *(call.at for call in calls)])


def check_extension(order: DispatchOrder, department: str, until: datetime | None, asked_at: datetime) -> None:
    """More time is asked for before the time is over: RuleBroken("records.extension_after_due") afterwards.

    ``until`` is the latest time that a ruling gave so far, or to which a suspension moved the end.
    """
    if asked_at > order.resolve_by(department, until):
        raise RuleBroken("records.extension_after_due", field="until")


def _asked_late(
    order: DispatchOrder,
    line: Line[OrderReply | OrderStep],
    facts: Facts,
    place: int,
    reply: OrderReply,
    rested: datetime | None,
) -> bool:
    if reply.kind is not ReplyKind.EXTENSION_ASKED:
        return False
    given = [r.until for i, r in facts if r.kind is ReplyKind.RULED and r.until and line.saw(place, i)]
    given += [rested] if rested else []
    return reply.happened_at > order.resolve_by(reply.department, max(given, default=None))


def _rules_itself(reply: OrderReply) -> bool:
    return reply.kind is ReplyKind.RULED and not reply.witnessed and reply.made.unit == reply.department


def _differences(state: DepartmentState, facts: Facts) -> list[Doubt]:
    """The department's own word against what the community saw: both stay, a person is asked."""
    found = []
    for name, kind in (("reported_in", ReplyKind.REPORTED_IN), ("on_scene", ReplyKind.LEADER_ON_SCENE)):
        own, witnessed = getattr(state.own, name), getattr(state.witnessed, name)
        if own and witnessed and abs(own - witnessed) > TOLERANCE:
            found.append(Doubt("records.doubt_arrival_times", _ids(facts, kind)))
    if state.own.leader_rank and state.witnessed.leader_rank and state.own.leader_rank != state.witnessed.leader_rank:
        found.append(Doubt("records.doubt_leader_ranks", _ids(facts, ReplyKind.LEADER_ON_SCENE)))
    return found


def _those(facts: Facts, reason: str, wrong: Callable[[int, OrderReply], bool]) -> list[Doubt]:
    ids = tuple(sorted(reply.id for place, reply in facts if wrong(place, reply)))
    return [Doubt(f"records.doubt_{reason}", ids)] if ids else []


def _ids(facts: Facts, *kinds: ReplyKind) -> tuple[str, ...]:
    return tuple(sorted(reply.id for _, reply in facts if reply.kind in kinds))
