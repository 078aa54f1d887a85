"""Dispatch orders: issue one, record a reply that the community saw or heard."""

from __future__ import annotations

import dataclasses

from desktop.actions.attachments import take_files
from desktop.actions.cards import card
from desktop.actions.desk import Desk, Done, already_there
from desktop.actions.dispatch_rules import dispatch_rules
from desktop.actions.drafts import handed_in
from desktop.actions.reading import Answers
from desktop.actions.units import own_unit, short_name, unit_above
from desktop.forms.form import Draft
from desktop.forms.orders import ORDER_FORM, REPLY_FORM
from desktop.forms.questions import fresh
from desktop.store.links import state_of_order
from desktop.store.store import Reader
from desktop.store.units import staff, units
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.matters import Matter
from sync.records.order_requirements import check_order, check_reply
from sync.records.orders import DispatchOrder, OrderReply, ReplyKind
from sync.records.ownership import may_issue
from sync.records.papers import Series
from sync.records.telephones import written_phone
from sync.records.times import BEIJING
from sync.records.units import Level, Role


def order_draft(desk: Desk, matter_id: str) -> Draft:
    """Open ORDER_FORM with what the matter tells, the default authority and the street above this unit."""
    with desk.store.read() as reader:
        matter: Matter = card(reader, matter_id, Matter)
        unit = own_unit(reader, desk.session)
        street = unit_above(reader, desk.session, Level.STREET)
        own = staff(reader).get(desk.session.staff)
        authority = dispatch_rules(reader).authority
    telephone = own.telephone if own and own.telephone else unit.telephone if unit else ""
    given = {
        "subject": matter.title,
        "text": matter.text,
        "place": matter.place or (unit.address if unit else ""),
        "contact": f"{desk.session.name} {written_phone(telephone)}".strip(),
        "authority": authority,
        "issuer_post": own.post if own else "",
        "street_copy": street.unit if street else "",
    }
    return fresh(ORDER_FORM, "dispatch_order", given | ({"grade": matter.grade} if matter.grade else {}))


def issue_order(desk: Desk, matter_id: str, draft: Draft) -> Done:
    """Issue ORDER_FORM's order. Only an issuing secretary may; the limits follow from the dispatch rules.

    By law the power is the street office's (深圳经济特区矛盾纠纷多元化解条例 12): the order carries the authority
    under which the community uses it, and a copy goes to the street.
    """
    _must_issue(desk)
    answers = Answers.of(ORDER_FORM, draft)
    made = desk.made()
    with desk.store.write() as work:
        if done := already_there(work, str(draft.get("_id", ""))):
            return done
        card(work, matter_id, Matter)
        order = DispatchOrder(
            id=str(draft.get("_id") or new_id("dispatch_order")),
            made=made,
            number="",
            matter=matter_id,
            issuing_unit=desk.session.unit,
            issuer=desk.session.staff,
            issuer_name=desk.session.name,
            issuer_post=answers.line("issuer_post"),
            authority=answers.line("authority"),
            street_copy=_street(work, answers),
            departments=_departments(work, answers),
            grade=answers.word("grade"),
            subject=answers.line("subject"),
            text=answers.text("text"),
            place=answers.line("place"),
            contact=answers.line("contact"),
            issued_at=made.at,
            limits=dispatch_rules(work).limits(answers.word("grade"), made.at),
        )
        check_order(order)
        year = made.at.astimezone(BEIJING).year
        number = work.allocate(Series.ORDER, desk.session.unit, short_name(work, desk.session), year)
        work.add(dataclasses.replace(order, number=number))
        handed_in(work, desk, ORDER_FORM, draft)
    return Done(order.id, number, work.changes)


def _must_issue(desk: Desk, says: str = "actions.only_issuer") -> None:
    if may_issue(desk.session.roles):
        return
    with desk.store.read() as reader:
        who = [
            s.name
            for s in staff(reader).values()
            if Role.ISSUING_SECRETARY in s.roles and s.unit == desk.session.unit and s.left_on is None
        ]
    if who:
        raise Refused(says, names="、".join(sorted(who)))
    raise Refused("actions.no_issuer")


def _departments(reader: Reader, answers: Answers) -> tuple[str, ...]:
    known = units(reader)
    chosen = answers.listed("departments")
    for unit in chosen:
        if unit not in known or not known[unit].department or known[unit].closed_on is not None:
            raise RuleBroken("actions.no_such_department", field="departments")
    return chosen


def _street(reader: Reader, answers: Answers) -> str | None:
    unit = answers.line("street_copy")
    if unit and unit not in units(reader):
        raise RuleBroken("actions.no_such_choice", field="street_copy")
    return unit or None


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
    )
    check_reply(reply)
    if reply.kind is ReplyKind.CANCELLED:
        _must_issue(desk, "actions.only_issuer_cancels")
    if reply.happened_at > made.at:
        raise RuleBroken("actions.in_the_future", field="happened_at")
    with desk.store.write() as work:
        if done := already_there(work, reply.id):
            return done
        work.add(dataclasses.replace(reply, seen=_heads(work, order_id, reply.department)))
        take_files(desk, work, draft, reply.id)
        handed_in(work, desk, REPLY_FORM, draft)
    return Done(reply.id, changes=work.changes)


def _heads(reader: Reader, order_id: str, department: str) -> tuple[str, ...]:
    """Return what a reply made now has seen, after checking that the department was ordered at all."""
    order = reader.find(order_id, DispatchOrder)
    if order is None:
        raise Refused("store.no_such_record", id=order_id)
    if department not in order.departments:
        raise RuleBroken("actions.not_ordered", field="department")
    return state_of_order(reader, order).heads
