"""Asking for a dispatch order (提请发令), what became of it, and refusing one; and who may issue meanwhile."""

from __future__ import annotations

import dataclasses
from typing import Final

from desktop.actions.cards import card
from desktop.actions.desk import Desk, Done, already_there
from desktop.actions.drafts import handed_in
from desktop.actions.order_giving import issuers, must_issue
from desktop.actions.order_time import judged
from desktop.actions.reading import Answers
from desktop.forms.form import Draft
from desktop.forms.orders import DELEGATION_FORM, ORDER_FORM, REFUSAL_FORM
from desktop.store.order_requests import delegations_here, requests_here, state_of_request
from desktop.store.units import staff, units
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.matters import Matter
from sync.records.order_course import RequestState
from sync.records.order_requirements import check_delegation, check_request, check_step
from sync.records.order_steps import OrderDelegation, OrderRequest, OrderStep, OrderStepKind
from sync.records.ownership import may_issue
from sync.records.times import BEIJING

REQUESTED: Final = "_request"
"""The draft's value with the id of the request that an order answers."""


def ask_for_order(desk: Desk, matter_id: str, draft: Draft) -> Done:
    """Put ORDER_FORM in for issue: at the own unit it waits for review, a mobile station's goes to its community."""
    desk.must_may("order_request")
    answers = Answers.of(ORDER_FORM, draft)
    with desk.store.write() as work:
        if done := already_there(work, _id_of(draft)):
            return done
        made = judged(work, desk)[0].made()
        card(work, matter_id, Matter)
        to_unit = answers.line("to_unit")
        if to_unit not in units(work):
            raise RuleBroken("actions.no_such_choice", field="to_unit")
        request = OrderRequest(
            id=_id_of(draft) or new_id("order_request"),
            made=made,
            matter=matter_id,
            to_unit=to_unit,
            departments=answers.listed("departments"),
            grade=answers.word("grade"),
            subject=answers.line("subject"),
            text=answers.text("text"),
            place=answers.line("place"),
            contact=answers.line("contact"),
            requested_by_name=desk.session.name,
            requested_at=made.at,
        )
        check_request(request)
        work.add(request)
        handed_in(work, desk, ORDER_FORM, draft)
    return Done(request.id, changes=work.changes)


def _id_of(draft: Draft) -> str:
    """The id of a request: the draft's own, which was given for an order, under a request's prefix."""
    given = str(draft.get("_id") or "")
    return f"orq_{given.partition('_')[2]}" if given else ""


def requests(desk: Desk, *, waiting: bool = True) -> list[tuple[OrderRequest, RequestState]]:
    """Return the requests that are known at this desk with what became of them."""
    with desk.store.read() as reader:
        return requests_here(reader, waiting=waiting)


def refuse_request(desk: Desk, request_id: str, draft: Draft) -> Done:
    """Refuse a request with REFUSAL_FORM's reason; only who may issue refuses."""
    desk.must_may("order_step")
    answers = Answers.of(REFUSAL_FORM, draft)
    made = desk.made()
    with desk.store.write() as work:
        if done := already_there(work, str(draft.get("_id") or "")):
            return done
        request = work.find(request_id, OrderRequest)
        if request is None:
            raise Refused("store.no_such_record", id=request_id)
        if not may_issue(desk.session.roles):
            must_issue(work, desk, "actions.only_issuer_refuses")
            raise Refused("actions.delegate_refuses_not")
        step = OrderStep(
            id=str(draft.get("_id") or new_id("order_step")),
            made=made,
            kind=OrderStepKind.REFUSED,
            request=request_id,
            seen=state_of_request(work, request).heads,
            happened_at=made.at,
            text=answers.text("text"),
        )
        check_step(step)
        work.add(step)
        handed_in(work, desk, REFUSAL_FORM, draft, request_id)
    return Done(step.id, changes=work.changes)


def delegations(desk: Desk) -> list[OrderDelegation]:
    """Return the delegations of this unit that hold today or will, the first to begin first."""
    today = desk.now().astimezone(BEIJING).date()
    with desk.store.read() as reader:
        found = delegations_here(reader, desk.session.unit)
    return sorted((d for d in found if not d.withdrawn and d.ends_on >= today), key=lambda d: (d.starts_on, d.id))


def withdraw_delegation(desk: Desk, delegation_id: str) -> Done:
    """Take a delegation back, from now on: what was issued under it stays. Only a secretary of the unit may.

    Refused("actions.delegation_gone") for one that is over, or was withdrawn by somebody else meanwhile.
    """
    made = desk.made()
    with desk.store.write() as work:
        if not may_issue(desk.session.roles):
            raise Refused("actions.delegation_not_yours", names="、".join(s.name for s in issuers(work, made.unit)))
        found = next((d for d in delegations_here(work, made.unit) if d.id == delegation_id), None)
        if found is None or found.withdrawn or found.ends_on < made.at.astimezone(BEIJING).date():
            raise Refused("actions.delegation_gone")
        taken = dataclasses.replace(
            found, id=new_id("order_delegation"), made=made, amends=found.id, amend_reason="withdrawn", withdrawn=True
        )
        work.add(taken)
    return Done(taken.id, changes=work.changes)


def delegate(desk: Desk, draft: Draft) -> Done:
    """Let one named colleague issue for this unit between two days, by a paper; only the secretary may."""
    desk.must_may("order_delegation")
    answers = Answers.of(DELEGATION_FORM, draft)
    starts_on, ends_on = answers.day("starts_on"), answers.day("ends_on")
    with desk.store.write() as work:
        if done := already_there(work, str(draft.get("_id") or "")):
            return done
        member = staff(work).get(answers.line("delegate"))
        if member is None or member.unit != desk.session.unit or member.left_on is not None:
            raise RuleBroken("actions.no_such_choice", field="delegate")
        if starts_on is None or ends_on is None:
            raise RuleBroken("actions.required", field="starts_on" if starts_on is None else "ends_on")
        delegation = OrderDelegation(
            id=str(draft.get("_id") or new_id("order_delegation")),
            made=desk.made(),
            unit=desk.session.unit,
            delegate=member.staff,
            delegate_name=member.name,
            secretary_name=desk.session.name,
            paper=answers.line("paper"),
            starts_on=starts_on,
            ends_on=ends_on,
        )
        check_delegation(delegation)
        work.add(delegation)
        handed_in(work, desk, DELEGATION_FORM, draft)
    return Done(delegation.id, changes=work.changes)
