"""How far each department of an order is, as its pane says it: own word, what was witnessed, what was heard."""

from __future__ import annotations

from datetime import datetime

from desktop.ui.models.statuses import order_status
from desktop.ui.words import moment
from resources import Wording
from sync.records.order_parts import DepartmentState, Told
from sync.records.order_state import OVER, OrderState
from sync.records.orders import DispatchOrder
from sync.records.ranks import reaches

_TOLD = ("signed", "reported_in", "on_scene", "progressed", "resolved", "returned")


def department_facts(
    words: Wording, order: DispatchOrder, state: OrderState, places: dict[str, str]
) -> tuple[tuple[str, str], ...]:
    """Return for each department its name, and in lines how far it is: nothing of what mouths said is merged."""
    return tuple(
        (places.get(d, d), "\n".join(_lines(words, order, d, state.by_department[d], running=state.state not in OVER)))
        for d in order.departments
        if d in state.by_department
    )


def _lines(words: Wording, order: DispatchOrder, department: str, part: DepartmentState, *, running: bool) -> list[str]:
    stage = order_status(words, part.stage.value).text
    lines = [stage]
    if running and part.stage not in OVER:
        due = order.report_by(department) if part.arrived is None else order.resolve_by(department, part.until)
        lines[0] += f" · {words('window.report_by' if part.arrived is None else 'window.resolve_by')} {moment(due)}"
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
