"""A dispatch order's state: a fold over its replies, for each department, what it said and what was witnessed apart."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sync.records.orders import DispatchOrder, OrderReply, ReplyKind
from sync.records.seen import Doubt, Line, in_line, standing

TOLERANCE: Final = timedelta(minutes=30)
"""How far the department's own time of arrival may lie from the witnessed one before a person is asked."""


class OrderStage(StrEnum):
    """How far a department, or the slowest of an order's departments, has come."""

    ISSUED = "issued"
    SIGNED = "signed"
    OBJECTED = "objected"
    REPORTED_IN = "reported_in"
    ON_SCENE = "on_scene"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    RELEASED = "released"
    CANCELLED = "cancelled"


_ENDED: Final = frozenset({OrderStage.RELEASED, OrderStage.CANCELLED})


@dataclass(frozen=True, slots=True)
class Told:
    """The first time of each thing, from one mouth; ``leader_rank`` is of the leader who came first."""

    signed: datetime | None = None
    reported_in: datetime | None = None
    on_scene: datetime | None = None
    leader_rank: str = ""
    progressed: datetime | None = None
    resolved: datetime | None = None


@dataclass(frozen=True, slots=True)
class DepartmentState:
    """One department's part. ``own`` is what it said, ``witnessed`` what the community saw: never mixed.

    ``objections`` are those that no ruling has seen: the clock runs and attendance stays due. ``until`` is the
    latest time that a ruling gave.
    """

    stage: OrderStage = OrderStage.ISSUED
    own: Told = Told()
    witnessed: Told = Told()
    objections: tuple[str, ...] = ()
    until: datetime | None = None

    @property
    def arrived(self) -> datetime | None:
        """When the department's people were there: it counts when the community witnessed it."""
        times = [at for at in (self.witnessed.reported_in, self.witnessed.on_scene) if at]
        return min(times, default=None)

    @property
    def arrival_claimed(self) -> bool:
        """Whether the department says that it came and nobody at the community has witnessed it."""
        return self.arrived is None and bool(self.own.reported_in or self.own.on_scene)


@dataclass(frozen=True, slots=True)
class OrderState:
    """``state`` is that of the slowest department still bound; ``heads`` are what a reply made now has seen."""

    state: OrderStage = OrderStage.ISSUED
    by_department: dict[str, DepartmentState] = dataclasses.field(default_factory=dict)
    heads: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()


_TOLD: Final = {
    ReplyKind.SIGNED: "signed",
    ReplyKind.REPORTED_IN: "reported_in",
    ReplyKind.LEADER_ON_SCENE: "on_scene",
    ReplyKind.PROGRESS: "progressed",
    ReplyKind.RESOLVED: "resolved",
}
_REACHED: Final = (
    ("resolved", OrderStage.RESOLVED),
    ("progressed", OrderStage.IN_PROGRESS),
    ("on_scene", OrderStage.ON_SCENE),
    ("reported_in", OrderStage.REPORTED_IN),
    ("signed", OrderStage.SIGNED),
)


def fold_order(order: DispatchOrder, replies: Iterable[OrderReply]) -> OrderState:
    """Return the state after ``replies`` (in any order, repeated or not): the same facts give the same state."""
    by_id = {reply.id: reply for reply in replies}
    stands, doubts = standing(by_id.values())
    line = in_line(by_id.values(), lambda _reply: 0)
    cancelled = {reply.department for reply in stands.values() if reply.kind is ReplyKind.CANCELLED}
    found: list[Doubt] = [*doubts]
    departments = {}
    for department in order.departments:
        facts = [(i, r) for i, r in ((i, stands.get(f.id)) for i, f in enumerate(line.facts)) if r]
        mine = [(i, r) for i, r in facts if r.department == department]
        departments[department] = _department(line, mine, bool(cancelled & {"", department}))
        found += _doubts(departments[department], mine)
    strangers = tuple(sorted(i for i, r in stands.items() if r.department not in (*order.departments, "")))
    if strangers:
        found.append(Doubt("records.doubt_department_not_ordered", strangers))
    return OrderState(_slowest("" in cancelled, departments), departments, line.heads, tuple(found))


def _department(line: Line[OrderReply], facts: list[tuple[int, OrderReply]], cancelled: bool) -> DepartmentState:
    own = _told(r for _, r in facts if not r.witnessed)
    witnessed = _told(r for _, r in facts if r.witnessed)
    rulings = [(i, r) for i, r in facts if r.kind is ReplyKind.RULED]
    objections = [(i, r) for i, r in facts if r.kind is ReplyKind.OBJECTION]
    unruled = tuple(
        sorted(line.facts[i].id for i, _ in objections if not any(line.saw(ruling, i) for ruling, _ in rulings))
    )
    until = max((r.until for _, r in rulings if r.until), default=None)
    if cancelled:
        stage = OrderStage.CANCELLED
    elif any(r.releases for _, r in rulings):
        stage = OrderStage.RELEASED
    else:
        stage = _reached(own, witnessed, bool(unruled))
    return DepartmentState(stage, own, witnessed, unruled, until)


def _told(replies: Iterable[OrderReply]) -> Told:
    """The earliest time of each kind; of two leaders at one time the smaller id names the rank."""
    first: dict[str, Any] = {}
    for reply in sorted(replies, key=lambda r: (r.happened_at, r.id)):
        name = _TOLD.get(reply.kind)
        if name and name not in first:
            first[name] = reply.happened_at
            if reply.kind is ReplyKind.LEADER_ON_SCENE:
                first["leader_rank"] = reply.rank
    return Told(**first)


def _reached(own: Told, witnessed: Told, objected: bool) -> OrderStage:
    """The furthest thing that either mouth told; an open objection shows as long as nothing is resolved."""
    if own.resolved or witnessed.resolved:
        return OrderStage.RESOLVED
    if objected:
        return OrderStage.OBJECTED
    for name, stage in _REACHED:
        if getattr(own, name) or getattr(witnessed, name):
            return stage
    return OrderStage.ISSUED


def _slowest(cancelled: bool, departments: dict[str, DepartmentState]) -> OrderStage:
    stages = [d.stage for d in departments.values()]
    if cancelled or (stages and all(stage is OrderStage.CANCELLED for stage in stages)):
        return OrderStage.CANCELLED
    bound = [stage for stage in stages if stage not in _ENDED]
    if not bound:
        return OrderStage.RELEASED if stages else OrderStage.ISSUED
    if OrderStage.OBJECTED in bound:
        return OrderStage.OBJECTED
    return min(bound, key=list(OrderStage).index)


def _doubts(state: DepartmentState, facts: list[tuple[int, OrderReply]]) -> list[Doubt]:
    found = []
    for name, kind in (("reported_in", ReplyKind.REPORTED_IN), ("on_scene", ReplyKind.LEADER_ON_SCENE)):
        own, witnessed = getattr(state.own, name), getattr(state.witnessed, name)
        if own and witnessed and abs(own - witnessed) > TOLERANCE:
            found.append(Doubt("records.doubt_arrival_times", _ids(facts, kind)))
    if state.stage is OrderStage.RESOLVED and state.objections:
        found.append(Doubt("records.doubt_resolved_and_objected", _ids(facts, ReplyKind.RESOLVED, ReplyKind.OBJECTION)))
    if state.stage in _ENDED and (state.own.resolved or state.witnessed.resolved):
        found.append(Doubt("records.doubt_resolved_and_ended", _ids(facts, ReplyKind.RESOLVED)))
    return found


def _ids(facts: list[tuple[int, OrderReply]], *kinds: ReplyKind) -> tuple[str, ...]:
    return tuple(sorted(reply.id for _, reply in facts if reply.kind in kinds))


def is_late(order: DispatchOrder, state: OrderState, now: datetime) -> bool:
    """Whether at ``now`` a limit has passed that a department still bound has not met."""
    for department in state.by_department.values():
        if department.stage in _ENDED:
            continue
        came = department.arrived or department.own.reported_in or department.own.on_scene
        solved = department.own.resolved or department.witnessed.resolved
        resolve_by = max(order.limits.resolve_by, department.until or order.limits.resolve_by)
        if (came is None and now > order.limits.report_by) or (solved is None and now > resolve_by):
            return True
    return False
