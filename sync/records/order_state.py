"""A dispatch order's state: a fold over its replies and steps; what a department said and what was witnessed apart."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from sync.records.arrival_codes import claimed
from sync.records.errors import RuleBroken
from sync.records.order_course import Course, course_of
from sync.records.order_doubts import doubts_of
from sync.records.order_parts import ARRIVES, reached, told_by
from sync.records.order_parts import DepartmentState as DepartmentState
from sync.records.order_parts import Told as Told
from sync.records.order_rests import rested_ends
from sync.records.order_stages import ENDED, OrderStage
from sync.records.order_steps import OrderStep
from sync.records.orders import DispatchOrder, OrderReply, ReplyKind, Witness
from sync.records.seen import Doubt, Line, in_line, standing


@dataclass(frozen=True, slots=True)
class OrderState:
    """``state`` is that of the slowest department still bound; ``heads`` are what a reply made now has seen."""

    state: OrderStage = OrderStage.ISSUED
    by_department: dict[str, DepartmentState] = dataclasses.field(default_factory=dict)
    heads: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    course: Course = dataclasses.field(default_factory=Course)


Said = OrderReply | OrderStep


def fold_order(order: DispatchOrder, replies: Iterable[OrderReply], steps: Iterable[OrderStep] = ()) -> OrderState:
    """Return the state after ``replies`` and ``steps`` (in any order, repeated or not): same facts, same state."""
    by_id: dict[str, Said] = {}
    by_id.update((reply.id, reply) for reply in replies)
    by_id.update((step.id, step) for step in steps)
    stands, doubts = standing(by_id.values())
    line: Line[Said] = in_line(by_id.values(), lambda _fact: 0)
    course, course_doubts = course_of(order, line, stands)
    facts = [(i, r) for i, f in enumerate(line.facts) if isinstance(r := stands.get(f.id), OrderReply)]
    cancelled = {r.department for _, r in facts if r.kind is ReplyKind.CANCELLED}
    found: list[Doubt] = [*doubts, *course_doubts]
    departments = {}
    for department in order.departments:
        mine = [(i, r) for i, r in facts if r.department == department]
        proven, not_proven = _codes(order, department, mine)
        rested = rested_ends(order, department, course.rests)
        part = _department(line, mine, proven, bool(cancelled & {"", department}))
        until = max((at for at in (part.until, rested.resolve_by) if at), default=None)
        departments[department] = part = dataclasses.replace(part, until=until, rested=rested)
        found += [*not_proven, *doubts_of(order, department, part, line, mine)]
    strangers = tuple(sorted(r.id for _, r in facts if r.department not in (*order.departments, "")))
    if strangers:
        found.append(Doubt("records.doubt_department_not_ordered", strangers))
    state = _stopped(course) or _slowest("" in cancelled, departments)
    if "" in cancelled:
        state = OrderStage.CANCELLED
    return OrderState(state, departments, line.heads, tuple(found), course)


def _stopped(course: Course) -> OrderStage | None:
    if course.merged_into:
        return OrderStage.MERGED
    if course.closed:
        return OrderStage.CLOSED
    return OrderStage.SUSPENDED if course.suspended else None


def _codes(
    order: DispatchOrder, department: str, facts: list[tuple[int, OrderReply]]
) -> tuple[frozenset[str], list[Doubt]]:
    """Return which replies bring a code of this order that none before them used, and a doubt on the others."""
    used: set[str] = set()
    proven: set[str] = set()
    wrong: set[str] = set()
    for _, reply in facts:
        if not reply.arrival_code or reply.witnessed:
            continue
        try:
            code = claimed(reply.arrival_code)
        except RuleBroken:
            wrong.add(reply.id)
            continue
        good = (code.order, code.department) == (order.id, department) and code.nonce not in used
        (proven if good else wrong).add(reply.id)
        used.add(code.nonce)
    return frozenset(proven), [Doubt("records.doubt_arrival_code", tuple(sorted(wrong)))] if wrong else []


def rules(reply: OrderReply) -> bool:
    """Whether a reply is the street's or the district's own ruling: one that was only heard of decides nothing."""
    return reply.kind is ReplyKind.RULED and not reply.witnessed and reply.made.unit != reply.department


def _department(
    line: Line[Said], facts: list[tuple[int, OrderReply]], proven: frozenset[str], cancelled: bool
) -> DepartmentState:
    seen = [r for _, r in facts if r.id in proven or (r.witnessed and not _only_heard(r))]
    told = [
        told_by(r for _, r in facts if not r.witnessed),
        told_by(seen),
        told_by(r for _, r in facts if _only_heard(r)),
    ]
    rulings = [(i, r) for i, r in facts if rules(r)]
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
        stage = reached(told, bool(unruled), _given_back(line, facts))
    return DepartmentState(stage, told[0], told[1], unruled, until, told[2])


def _only_heard(reply: OrderReply) -> bool:
    """Whether the community knows of an arrival by telephone alone."""
    return reply.witnessed and reply.how is Witness.PHONE and reply.kind in ARRIVES


def _given_back(line: Line[Said], facts: list[tuple[int, OrderReply]]) -> bool:
    """Whether the department returned the order unsolved and nobody who had seen that said that it is solved."""
    solved = [i for i, r in facts if r.kind is ReplyKind.RESOLVED]
    returned = [i for i, r in facts if r.kind is ReplyKind.RETURNED]
    return any(not any(line.saw(later, i) for later in solved) for i in returned)


def _slowest(cancelled: bool, departments: dict[str, DepartmentState]) -> OrderStage:
    stages = [d.stage for d in departments.values()]
    if cancelled or (stages and all(stage is OrderStage.CANCELLED for stage in stages)):
        return OrderStage.CANCELLED
    bound = [stage for stage in stages if stage not in ENDED]
    if not bound:
        return OrderStage.RELEASED if stages else OrderStage.ISSUED
    if OrderStage.OBJECTED in bound:
        return OrderStage.OBJECTED
    return min(bound, key=list(OrderStage).index)
