"""How far each department of an order is, as its pane says it: own word, what was witnessed, what was heard."""

from __future__ import annotations

from datetime import datetime, timedelta

from desktop.ui.models.statuses import length, order_status
from desktop.ui.words import moment
from resources import Wording
from sync.records.calendars import Calendar
from sync.records.order_due import Limit, limit_of
from sync.records.order_parts import DepartmentState, Told
from sync.records.order_stages import OVER
from sync.records.order_state import OrderState
from sync.records.orders import DispatchOrder
from sync.records.ranks import reaches
from sync.records.two_clocks import TwoClocks, two_clocks

_TOLD = ("signed", "reported_in", "on_scene", "progressed", "resolved", "returned")


def department_facts(
    words: Wording, order: DispatchOrder, state: OrderState, places: dict[str, str], calendar: Calendar, now: datetime
) -> tuple[tuple[str, str], ...]:
    """Return for each department its name, and in lines how far it is: nothing of what mouths said is merged."""
    running = state.state not in OVER and not state.course.suspended  # what rests has no end that can be told
    found = []
    for department in order.departments:
        part = state.by_department.get(department)
        if part is not None:
            lines = _lines(words, order, department, part, running=running)
            if running and part.stage not in OVER:
                clocks = two_clocks(order, department, part, calendar, state.course.rests.spans)
                lines.insert(1, _clocks(words, clocks, now))
            found.append((places.get(department, department), "\n".join(lines)))
    return tuple(found)


def _clocks(words: Wording, clocks: TwoClocks, now: datetime) -> str:
    """How long ago it was ordered and signed for, and by when the second clock would have it resolved."""
    told = [words("window.since_given", length=length(words, max(now - clocks.given, timedelta())))]
    if clocks.signed is not None and clocks.since_signed is not None:
        ago = length(words, max(now - clocks.signed, timedelta()))
        told.append(words("window.since_signed", length=ago, due=moment(clocks.since_signed.due)))
    return " · ".join(told)


def _lines(words: Wording, order: DispatchOrder, department: str, part: DepartmentState, *, running: bool) -> list[str]:
    stage = order_status(words, part.stage.value).text
    lines = [stage]
    if running and part.stage not in OVER:
        limit = Limit.REPORT if part.arrived is None else Limit.RESOLVE
        if due := limit_of(order, department, part, limit):
            lines[0] += f" · {words(f'window.{limit.value}_by')} {moment(due)}"
    call = next((c for c in order.calls if c.department == department), None)
    if call is not None:
        who = " ".join(p for p in (call.callee, call.post) if p)
        lines.append(words("window.order_called", at=moment(call.at), who=who, said=call.read_back))
    if part.arrival_claimed:
        lines.append(words("window.arrival_only_claimed"))
    for key, told in (("own_word", part.own), ("witnessed", part.witnessed), ("heard", part.heard)):
        if said := _said(words, told, order.limits.leader_rank):
            lines.append(f"{words(f'window.{key}')}: {said}")
    if part.objections:
        lines.append(words("window.objections_open", count=len(part.objections)))
    return lines


def _said(words: Wording, told: Told, demanded: str) -> str:
    found = []
    for name in _TOLD:
        at: datetime | None = getattr(told, name)
        if at is None:
            continue
        text = f"{words(f'window.told_{name}')} {moment(at)}"
        if name == "on_scene":
            text += f" {told.leader_rank} ({words(f'records.rankverdict_{verdict(told.leader_rank, demanded)}')})"
        found.append(text)
    return " · ".join(found)


def verdict(rank: str, demanded: str) -> str:
    """Return how a leader's rank stands against what was demanded: the last part of its wording key."""
    if not demanded.strip():
        return "none_demanded"
    return {True: "meets", False: "below", None: "unknown"}[reaches(rank, demanded)]
