"""What the issuing side does with an order after it went out: calls, meetings, ratification, stops, the close."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from desktop.actions.attachments import take_files
from desktop.actions.calendars import calendar_in_force
from desktop.actions.desk import Desk, Done, already_there
from desktop.actions.drafts import handed_in
from desktop.actions.order_giving import must_issue
from desktop.actions.reading import Answers
from desktop.actions.rule_tables import closings
from desktop.actions.sheets import said
from desktop.forms.form import Draft
from desktop.forms.orders import ORDER_STEP_FORM
from desktop.forms.questions import fresh
from desktop.store.links import agreements_of, attachments_of, order_steps_of, replies_of, state_of_order
from desktop.store.store import Reader
from desktop.store.units import units
from sync.records.artefacts import ORDER, Artefact, missing
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.order_course import Ratification
from sync.records.order_requirements import check_step
from sync.records.order_rests import counted_ends
from sync.records.order_stages import OVER, OrderStage
from sync.records.order_state import OrderState, fold_order
from sync.records.order_steps import OrderStep, OrderStepKind, RestedEnds
from sync.records.orders import DispatchOrder, OrderCall, ReplyKind
from sync.records.ownership import may_issue
from sync.records.times import BEIJING

OF_WHO_ISSUES: Final = frozenset(
    {
        *(OrderStepKind.RATIFIED, OrderStepKind.NOT_RATIFIED, OrderStepKind.SUSPENDED),
        *(OrderStepKind.RESUMED, OrderStepKind.MERGED),
    }
)
"""Steps that only the secretary takes."""
_DONE: Final = OVER | {OrderStage.RETURNED}


def step_draft(desk: Desk, order_id: str, kind: OrderStepKind) -> Draft:
    """Open ORDER_STEP_FORM for one kind of step; a joint meeting is proposed with the departments that object."""
    given: Draft = {"kind": kind.value}
    with desk.store.read() as reader:
        order = _order(reader, order_id)
        if len(order.departments) == 1:
            given["department"] = order.departments[0]
        if kind is OrderStepKind.CLOSED:
            given["artefacts"] = sorted(artefacts_there(reader, order))
    return fresh(ORDER_STEP_FORM, "order_step", given)


def add_order_step(desk: Desk, order_id: str, draft: Draft) -> Done:
    """Record ORDER_STEP_FORM's step of an order; the secretary's own steps only by him, the close by its rules."""
    desk.must_may("order_step")
    answers = Answers.of(ORDER_STEP_FORM, draft)
    made = desk.made()
    kind = answers.choice("kind", OrderStepKind, OrderStepKind.TELEPHONED)
    with desk.store.write() as work:
        if done := already_there(work, str(draft.get("_id") or "")):
            return done
        order = _order(work, order_id)
        state = state_of_order(work, order)
        if kind in OF_WHO_ISSUES and not may_issue(desk.session.roles):
            must_issue(work, desk, "actions.only_issuer_steps")
            raise Refused("actions.delegate_steps_not")
        happened_at = answers.moment_or("happened_at", made.at)
        if happened_at > made.at:
            raise RuleBroken("actions.in_the_future", field="happened_at")
        step = OrderStep(
            id=str(draft.get("_id") or new_id("order_step")),
            made=made,
            kind=kind,
            order=order_id,
            department=answers.line("department"),
            seen=state.heads,
            happened_at=happened_at,
            text=answers.text("text"),
            call=_call(answers, order) if kind is OrderStepKind.TELEPHONED else None,
            into=answers.line("into"),
            artefacts=answers.listed("artefacts"),
        )
        if kind is OrderStepKind.RESUMED:
            step = dataclasses.replace(step, ends=_ends(work, order, step))
        check_step(step)
        if kind is OrderStepKind.CLOSED:
            check_close(work, order, state, frozenset(step.artefacts), made.at)
        work.add(step)
        take_files(desk, work, draft, step.id)
        handed_in(work, desk, ORDER_STEP_FORM, draft, order_id)
    return Done(step.id, changes=work.changes)


def _ends(reader: Reader, order: DispatchOrder, resumed: OrderStep) -> tuple[RestedEnds, ...]:
    """Count the limits that need a calendar anew, without the time that the order rested up to ``resumed``."""
    state = fold_order(order, replies_of(reader, order.id), [*order_steps_of(reader, order.id), resumed])
    calendar = calendar_in_force(reader, resumed.happened_at.astimezone(BEIJING).date())
    return counted_ends(order, state.course.rests.spans, calendar)


def check_close(reader: Reader, order: DispatchOrder, state: OrderState, ticked: frozenset[str], now: datetime) -> None:
    """An order is closed when every department has answered for its end, and what the table asks for is there."""
    open_ones = [d for d, part in state.by_department.items() if part.stage not in _DONE]
    if open_ones:
        raise RuleBroken("actions.order_still_open", field="kind", names="、".join(named(reader, open_ones)))
    if state.course.ratification is Ratification.WAITING:
        raise RuleBroken("actions.order_not_ratified", field="kind", name=order.ratifier_name)
    there = frozenset(map(Artefact, ticked | artefacts_there(reader, order)))
    needed = missing(closings(reader, now.astimezone(BEIJING).date()), ORDER, there)
    if needed:
        words = "、".join("/".join(said(f"records.artefact_{one}") for one in need) for need in needed)
        raise RuleBroken("records.closing_artefacts_missing", field="artefacts", missing=words)


def artefacts_there(reader: Reader, order: DispatchOrder) -> frozenset[str]:
    """Return what is known to be there without asking: files, photos, an agreement in the matter."""
    replies = replies_of(reader, order.id)
    files = [f for subject in (order.id, *(r.id for r in replies)) for f in attachments_of(reader, subject)]
    found = {"file"} if files else set()
    if any(f.media_type.startswith("image/") for f in files):
        found.add("photo")
    if any(r.kind is ReplyKind.RESOLVED and r.text.strip() and not r.witnessed for r in replies):
        found.add("statement")
    if agreements_of(reader, order.matter):
        found.add("agreement")
    return frozenset(found)


def named(reader: Reader, departments: Iterable[str]) -> list[str]:
    """Return the names of departments, as the directory says them now."""
    known = units(reader)
    return [known[d].name if d in known else d for d in departments]


def _call(answers: Answers, order: DispatchOrder) -> OrderCall:
    department, at = answers.line("department"), answers.moment("happened_at")
    if department not in order.departments:
        raise RuleBroken("actions.not_ordered", field="department")
    if at is None:
        raise RuleBroken("actions.required", field="happened_at")
    return OrderCall(
        department=department,
        callee=answers.name("callee"),
        post=answers.line("callee_post"),
        telephone=answers.phone("callee_telephone"),
        at=at,
        read_back=answers.line("read_back"),
    )


def _order(reader: Reader, order_id: str) -> DispatchOrder:
    order = reader.find(order_id, DispatchOrder)
    if order is None:
        raise Refused("store.no_such_record", id=order_id)
    return order
