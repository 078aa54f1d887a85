"""The call list: departments of open orders that nobody could tell, or who have not read it in time; and the calls."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from desktop.actions.clock import believed_now
from desktop.actions.desk import Desk, Done, already_there
from desktop.actions.reading import Answers
from desktop.forms.form import Draft
from desktop.forms.notices import CALL_FORM
from desktop.forms.questions import fresh
from desktop.store.links import notices_of, order_steps_of, state_of_order
from desktop.store.reader import Reader
from desktop.store.registers import duty_rosters
from desktop.store.today import orders_in
from desktop.store.units import unit_of
from resources import read_text
from sync.records.duty_rosters import on_duty
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.notices import Notice, NoticeState, Told, is_to_be_called, told_by_unit
from sync.records.order_stages import OrderStage
from sync.records.order_steps import OrderStepKind
from sync.records.orders import DispatchOrder
from sync.records.text import check_text

MOST: Final = 64
"""Orders that are looked at, the newest first: a desk calls for what was issued today, not for a year's."""

_UNANSWERED: Final = (OrderStage.ISSUED.value, OrderStage.OBJECTED.value)
"""Of an order in one of these states a department may not have said a word."""


@dataclass(frozen=True, slots=True)
class CallRow:
    """One department to be called about one order. ``failed``: it could not be told; else nobody has read it."""

    order: str
    number: str
    subject: str
    department: str
    unit_name: str
    officer: str
    telephone: str
    since: datetime
    report_by: datetime
    failed: bool
    tries: int


@cache
def unread_minutes() -> int:
    """Return after how many minutes a desk telephones where the district says nothing."""
    return int(tomllib.loads(read_text("dictionaries", "notices.toml"))["unread_minutes"])


def call_rows(desk: Desk) -> tuple[CallRow, ...]:
    """Return whom to telephone now, the order that waits longest first."""
    with desk.store.read() as reader:
        now = believed_now(reader, desk.now()).now  # a wrong clock neither calls for nothing nor lets a call be missed
        rows = [row for order in orders_in(reader, _UNANSWERED, MOST) for row in _rows(reader, order.id, now)]
    return tuple(sorted(rows, key=lambda row: (row.since, row.number, row.unit_name)))


def _rows(reader: Reader, order_id: str, now: datetime) -> Iterator[CallRow]:
    order = reader.find(order_id, DispatchOrder)
    if order is None:
        return
    state = state_of_order(reader, order)
    if state.course.stopped:
        return
    told = told_by_unit(notices_of(reader, order_id))
    called = _telephoned(reader, order)
    for department in order.departments:
        known = told.get(department, Told())
        if state.by_department[department].stage is not OrderStage.ISSUED or department in called:
            continue
        if is_to_be_called(known, order.issued_at, now, unread_minutes()):
            yield _row(reader, order, department, known, now)


def _telephoned(reader: Reader, order: DispatchOrder) -> set[str]:
    """Return the departments that got the order itself by telephone, before its paper or after it."""
    steps = [s for s in order_steps_of(reader, order.id) if s.kind is OrderStepKind.TELEPHONED and s.call]
    return {call.department for call in (*order.calls, *(s.call for s in steps if s.call))}


def _row(reader: Reader, order: DispatchOrder, department: str, told: Told, now: datetime) -> CallRow:
    unit = unit_of(reader, department)
    officer, telephone = duty_officer(reader, department, now)
    return CallRow(
        order=order.id,
        number=order.number,
        subject=order.subject,
        department=department,
        unit_name=unit.name if unit else department,
        officer=officer,
        telephone=telephone,
        since=order.issued_at,
        report_by=order.report_by(department),
        failed=told.failed is not None,
        tries=told.tries,
    )


def duty_officer(reader: Reader, department: str, at: datetime) -> tuple[str, str]:
    """Return name and number of whoever is on duty in a department; of nobody known the department's own number."""
    for shift in on_duty(duty_rosters(reader, department), department, at):
        if shift.telephone:
            return shift.name, shift.telephone
    unit = unit_of(reader, department)
    return "", unit.telephone if unit else ""


def call_draft(row: CallRow) -> Draft:
    """Open CALL_FORM for a call that is being made."""
    return fresh(CALL_FORM, "notice", {"name": row.officer})


def note_call(desk: Desk, order_id: str, department: str, draft: Draft) -> Done:
    """Record CALL_FORM's call. Whoever was reached is called no more; where nobody answered it is tried again."""
    desk.must_may("notice")
    answers = Answers.of(CALL_FORM, draft)
    made = desk.made()
    with desk.store.write() as work:
        if done := already_there(work, str(draft.get("_id", ""))):
            return done
        order = work.find(order_id, DispatchOrder)
        if order is None:
            raise Refused("store.no_such_record", id=order_id)
        if department not in order.departments:
            raise RuleBroken("actions.not_ordered", field="state")
        fact = Notice(
            id=str(draft.get("_id") or new_id("notice")),
            made=made,
            about=order_id,
            unit=department,
            state=answers.choice("state", NoticeState, NoticeState.CALLED),
            happened_at=made.at,
            name=answers.name("name"),
            telephone=duty_officer(work, department, made.at)[1],
            text=check_text(answers.line("text"), field="text"),
        )
        work.add(fact)
    return Done(fact.id, changes=work.changes)
