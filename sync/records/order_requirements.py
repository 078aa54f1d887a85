"""What a dispatch order, a request for one, a reply to it and a step beside the replies must say."""

from __future__ import annotations

from typing import Final

from sync.records.errors import RuleBroken
from sync.records.order_steps import OrderDelegation, OrderRequest, OrderStep, OrderStepKind
from sync.records.orders import DispatchOrder, OrderCall, OrderReply, ReplyKind
from sync.records.text import check_text

_REPLIES_WITH_TEXT: Final = frozenset(
    {ReplyKind.RESOLVED, ReplyKind.CANCELLED, ReplyKind.RULED, ReplyKind.JOINT_HANDLING, ReplyKind.RETURNED}
)
_STEPS_WITH_TEXT: Final = frozenset(
    {
        *(OrderStepKind.REFUSED, OrderStepKind.NOT_RATIFIED, OrderStepKind.JOINT_MEETING),
        *(OrderStepKind.SUSPENDED, OrderStepKind.RESUMED, OrderStepKind.MERGED, OrderStepKind.CLOSED),
    }
)


def _say(text: str, key: str, field: str) -> None:
    if not text.strip():
        raise RuleBroken(f"records.{key}", field=field)
    check_text(text, field=field)


def check_order(order: DispatchOrder) -> None:
    """An order names departments, a task, its issuer and the authority (深圳多元化解条例 12), and possible times.

    One that was issued in an emergency says until when it has to be ratified, and by whom where there is a secretary.
    """
    if not order.departments:
        raise RuleBroken("records.order_departments_missing", field="departments")
    _say(order.subject, "order_subject_missing", "subject")
    _say(order.text, "order_text_missing", "text")
    _say(order.issuer_name, "order_issuer_missing", "issuer_name")
    _say(order.authority, "order_authority_missing", "authority")
    begun = min((order.given_at(department) for department in order.departments), default=order.issued_at)
    if not begun <= order.limits.report_by <= order.limits.resolve_by:
        raise RuleBroken("records.order_limits_backwards", field="limits")
    if order.emergency and not (order.ratify_by and order.ratify_by > order.issued_at):
        raise RuleBroken("records.order_ratifier_missing", field="ratifier")
    for place, call in enumerate(order.calls):
        check_call(call, f"calls.{place}.")
        if call.department not in order.departments:
            raise RuleBroken("records.call_not_ordered", field=f"calls.{place}.department")
        if call.at > order.issued_at:
            raise RuleBroken("records.call_after_paper", field=f"calls.{place}.at")


def check_call(call: OrderCall, where: str = "") -> None:
    """An order by telephone says who took it, when, and how he read it back."""
    _say(call.callee, "call_callee_missing", f"{where}callee")
    _say(call.read_back, "call_read_back_missing", f"{where}read_back")


def check_request(request: OrderRequest) -> None:
    """A request says whom it is for, what for, and whom it asks."""
    if not request.departments:
        raise RuleBroken("records.order_departments_missing", field="departments")
    _say(request.to_unit, "request_unit_missing", "to_unit")
    _say(request.subject, "order_subject_missing", "subject")
    _say(request.text, "order_text_missing", "text")


def check_delegation(delegation: OrderDelegation) -> None:
    """A delegation names a person and a paper, and ends after it begins."""
    _say(delegation.delegate_name, "delegation_name_missing", "delegate")
    _say(delegation.paper, "delegation_paper_missing", "paper")
    if delegation.ends_on < delegation.starts_on:
        raise RuleBroken("records.delegation_backwards", field="ends_on")


def check_reply(reply: OrderReply) -> None:
    """An objection cites its rule (it is not a free refusal), a leader has a name and a rank, an extension a date."""
    if reply.kind is ReplyKind.OBJECTION:
        _say(reply.rule_cited, "reply_rule_missing", "rule_cited")
        _say(reply.text, "reply_text_missing", "text")
    if reply.kind is ReplyKind.LEADER_ON_SCENE:
        _say(reply.officer, "reply_officer_missing", "officer")
        _say(reply.rank, "reply_rank_missing", "rank")
    if reply.kind is ReplyKind.EXTENSION_ASKED and reply.until is None:
        raise RuleBroken("records.reply_until_missing", field="until")
    if reply.kind in _REPLIES_WITH_TEXT:
        _say(reply.text, "reply_text_missing", "text")


def check_step(step: OrderStep) -> None:
    """A step is about one order or one request; who refuses, stops or ends says why; a call says who took it."""
    if bool(step.order) == bool(step.request) and step.kind is not OrderStepKind.ANSWERED:
        raise RuleBroken("records.step_of_nothing", field="order")
    if step.kind in _STEPS_WITH_TEXT:
        _say(step.text, "reply_text_missing", "text")
    if step.kind is OrderStepKind.TELEPHONED:
        if step.call is None:
            raise RuleBroken("records.call_callee_missing", field="callee")
        check_call(step.call)
    if step.kind is OrderStepKind.MERGED and not step.into:
        raise RuleBroken("records.step_into_missing", field="into")
    if step.kind is OrderStepKind.ESCALATED and not (step.clock and step.rung and step.due_at and step.told):
        raise RuleBroken("records.step_rung_missing", field="rung")
