"""What the community saw or heard of a department: recorded as witnessed, apart from the department's own word."""

from __future__ import annotations

import dataclasses

from desktop.actions.attachments import take_files
from desktop.actions.desk import Desk, Done, already_there
from desktop.actions.drafts import handed_in
from desktop.actions.order_giving import must_issue
from desktop.actions.reading import Answers
from desktop.forms.form import Draft
from desktop.forms.orders import REPLY_FORM
from desktop.store.links import state_of_order
from desktop.store.store import Reader
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.order_doubts import check_extension
from sync.records.order_requirements import check_reply
from sync.records.order_state import OrderState
from sync.records.orders import DispatchOrder, OrderReply, ReplyKind, Witness


def witness_reply(desk: Desk, order_id: str, draft: Draft) -> Done:
    """Record REPLY_FORM's reply of a department as witnessed by the community; who may issue may also cancel."""
    desk.must_may("order_reply")
    answers = Answers.of(REPLY_FORM, draft)
    made = desk.made()
    reply = OrderReply(
        id=str(draft.get("_id") or new_id("order_reply")),
        made=made,
        order=order_id,
        department=answers.line("department"),
        kind=answers.choice("kind", ReplyKind, ReplyKind.PROGRESS),
        happened_at=answers.moment_or("happened_at", made.at),
        witnessed=True,
        text=answers.text("text"),
        officer=answers.name("officer"),
        post=answers.line("post"),
        rank=answers.line("rank"),
        telephone=answers.phone("telephone"),
        rule_cited=answers.line("rule_cited"),
        until=answers.moment("until"),
        how=answers.choice_or_none("how", Witness),
    )
    check_reply(reply)
    if reply.happened_at > made.at:
        raise RuleBroken("actions.in_the_future", field="happened_at")
    with desk.store.write() as work:
        if done := already_there(work, reply.id):
            return done
        if reply.kind is ReplyKind.CANCELLED:
            must_issue(work, desk, "actions.only_issuer_cancels")
        state = _seen(work, order_id, reply)
        work.add(dataclasses.replace(reply, seen=state.heads))
        take_files(desk, work, draft, reply.id)
        handed_in(work, desk, REPLY_FORM, draft)
    return Done(reply.id, changes=work.changes)


def _seen(reader: Reader, order_id: str, reply: OrderReply) -> OrderState:
    """Return what a reply made now has seen, after checking that it may be: ordered, and asked for in time."""
    order = reader.find(order_id, DispatchOrder)
    if order is None:
        raise Refused("store.no_such_record", id=order_id)
    if reply.department not in order.departments:
        raise RuleBroken("actions.not_ordered", field="department")
    state = state_of_order(reader, order)
    if reply.kind is ReplyKind.EXTENSION_ASKED:
        check_extension(order, reply.department, state.by_department[reply.department].until, reply.happened_at)
    return state
