"""Dispatch orders: the form as it opens, and giving one: issued, asked for, in an emergency, by telephone."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any

from desktop.actions.calendars import calendar_in_force
from desktop.actions.cards import card
from desktop.actions.desk import Desk, Done, already_there
from desktop.actions.dispatch_rules import dispatch_rules, limits_of
from desktop.actions.drafts import handed_in
from desktop.actions.order_authorities import authority_words, must_be_authorised
from desktop.actions.order_giving import SECRETARY, asked_unit, issuers, must_issue, ratifier_of, right_to_issue
from desktop.actions.order_requests import REQUESTED, ask_for_order
from desktop.actions.order_time import at_its_time, check_call_time, judged, time_asked
from desktop.actions.reading import Answers
from desktop.actions.units import own_unit, short_name, unit_above
from desktop.forms.form import Draft
from desktop.forms.orders import EMERGENCY, ISSUE, ORDER_FORM, REQUEST
from desktop.forms.questions import fresh
from desktop.store.links import visits_of_matter
from desktop.store.order_requests import usual_departments
from desktop.store.store import Reader, Work
from desktop.store.units import staff, units
from sync.records.deadlines import deadline
from sync.records.dispatch_rules import ANY, RATIFY, DispatchRules
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.matters import Matter
from sync.records.order_requirements import check_order
from sync.records.order_steps import OrderRequest
from sync.records.orders import DispatchOrder, OrderCall, OrderLimits
from sync.records.papers import Series
from sync.records.record import Made
from sync.records.telephones import written_phone
from sync.records.times import BEIJING
from sync.records.units import Level
from sync.records.visits import Category

CATEGORY = "_category"
"""In a draft: the category of the matter, for what helps with the form."""


def order_draft(desk: Desk, matter_id: str, way: str = "") -> Draft:
    """Open ORDER_FORM with what the matter tells, the default authority and the street above this unit.

    ``way`` is how it is to be given; left open, it is issued by who may, and asked for by everybody else. The
    departments are those that the rules name for such matters, or those of the last order in one.
    """
    with desk.store.read() as reader:
        desk, told = judged(reader, desk)
        matter: Matter = card(reader, matter_id, Matter)
        usual = [d for d in _usual(reader, desk, matter) if _ordered(reader, d)]
        given = {
            "subject": matter.title,
            "text": matter.text,
            "departments": usual,
            "grade": _grade(reader, desk, matter),
            CATEGORY: matter.category.value,
        }
        own = _by_desk(reader, desk, way)
        given = own | given | {"place": matter.place or own["place"]} | time_asked(told)
    return fresh(ORDER_FORM, "dispatch_order", given)


def _usual(reader: Reader, desk: Desk, matter: Matter) -> tuple[str, ...]:
    """Return whom the rules order for such a matter, by name or identity; else whom the last such order went to."""
    rules = _rules(reader, desk)
    grade = rules.fitting(matter.grade)
    names = {unit.name: unit.unit for unit in units(reader).values() if unit.department}
    by_rule = tuple(names.get(name, name) for name in rules.limit(matter.category, grade).departments)
    return by_rule or usual_departments(reader, matter)


def _rules(reader: Reader, desk: Desk) -> DispatchRules:
    return dispatch_rules(reader, desk.now().astimezone(BEIJING).date())


def _grade(reader: Reader, desk: Desk, matter: Matter) -> str:
    """The matter's own grade; else the one that the rules have for as many people as came with it at most."""
    rules = _rules(reader, desk)
    people = max((visit.headcount for visit in visits_of_matter(reader, matter.id)), default=0)
    return rules.fitting(matter.grade or rules.grade_for(people))


def draft_of_request(desk: Desk, request_id: str) -> Draft:
    """Open ORDER_FORM with what a request asks for: issued, it answers the request."""
    with desk.store.read() as reader:
        desk, told = judged(reader, desk)
        request = reader.find(request_id, OrderRequest)
        if request is None:
            raise Refused("store.no_such_record", id=request_id)
        asked = {name: getattr(request, name) for name in ("subject", "text", "grade", "place", "contact")}
        given = _by_desk(reader, desk, ISSUE) | {k: v for k, v in asked.items() if v} | time_asked(told)
        given |= {"departments": list(request.departments), REQUESTED: request.id}
        given["grade"] = _rules(reader, desk).fitting(request.grade)
        matter = reader.find(request.matter, Matter)
        given |= {CATEGORY: matter.category.value} if matter else {}
    return fresh(ORDER_FORM, "dispatch_order", given)


def _by_desk(reader: Reader, desk: Desk, way: str) -> dict[str, Any]:
    """What the desk tells for an order: the place, the clerk, the authority, who issues and who ratifies."""
    unit = own_unit(reader, desk.session)
    street = unit_above(reader, desk.session, Level.STREET)
    own = staff(reader).get(desk.session.staff)
    secretaries = issuers(reader, desk.session.unit)
    telephone = own.telephone if own and own.telephone else unit.telephone if unit else ""
    return {
        "place": unit.address if unit else "",
        "contact": f"{desk.session.name} {written_phone(telephone)}".strip(),
        "authority": authority_words(reader, desk.session, desk.now().astimezone(BEIJING).date()),
        "issuer_post": own.post if own else "",
        "street_copy": street.unit if street else "",
        "way": way or (ISSUE if right_to_issue(reader, desk) else REQUEST),
        "to_unit": asked_unit(reader, desk),
        "ratifier": secretaries[0].staff if secretaries else "",
    }


def give_order(desk: Desk, matter_id: str, draft: Draft) -> Done:
    """Issue ORDER_FORM's order, or ask for it, as the form says."""
    if draft.get("way") == REQUEST:
        return ask_for_order(desk, matter_id, draft)
    return issue_order(desk, matter_id, draft)


def emergency_order(desk: Desk, matter_id: str) -> Done:
    """Issue an order at once, by whoever is at the desk, to the departments that such matters go to.

    Refused("actions.no_usual_departments") where no earlier order says which: then the form asks.
    """
    draft = order_draft(desk, matter_id, EMERGENCY)
    if not draft.get("departments"):
        raise Refused("actions.no_usual_departments")
    return issue_order(desk, matter_id, {**draft, "text": draft.get("text") or draft["subject"]})


def issue_order(desk: Desk, matter_id: str, draft: Draft) -> Done:
    """Issue ORDER_FORM's order: by the secretary, a delegate of the day, or in an emergency by whoever is here.

    By law the power is the street office's (深圳经济特区矛盾纠纷多元化解条例 12): the order carries the authority
    under which the community uses it, and a copy goes to the street. The limits follow from the dispatch rules, from
    its own call for a department that was ordered by telephone. They run from the time that is believed
    (order_time.py).
    """
    desk.must_may("dispatch_order")
    answers = Answers.of(ORDER_FORM, draft)
    with desk.store.write() as work:
        if done := already_there(work, str(draft.get("_id", ""))):
            return done
        desk, told = at_its_time(work, desk, draft)
        made = desk.made()
        order = _order(work, desk, matter_id, str(draft.get(REQUESTED) or ""), answers, made)
        for place, call in enumerate(order.calls):
            check_call_time(told, call.at, made.at, f"calls.{place}.called_at")
        order = dataclasses.replace(order, id=str(draft.get("_id") or order.id))
        check_order(order)
        year = made.at.astimezone(BEIJING).year
        number = work.allocate(Series.ORDER, desk.session.unit, short_name(work, desk.session), year)
        work.add(dataclasses.replace(order, number=number))
        handed_in(work, desk, ORDER_FORM, draft)
    return Done(order.id, number, work.changes, made.at if told.doubt else None)


def _order(work: Work, desk: Desk, matter_id: str, request_id: str, answers: Answers, made: Made) -> DispatchOrder:
    emergency = answers.word("way") == EMERGENCY
    right = None if emergency else must_issue(work, desk)
    request = _request(work, request_id)
    category = Category.OTHER  # a mobile station's matter is not at its community
    if request is None or request.made.unit == desk.session.unit:
        category = card(work, matter_id, Matter).category
    ratifier = ratifier_of(work, desk, answers.line("ratifier")) if emergency else None
    departments = _departments(work, answers)
    if not emergency:
        must_be_authorised(work, desk.session, departments, made.at.astimezone(BEIJING).date())
    calls = _calls(work, answers, departments, category)
    return DispatchOrder(
        id=new_id("dispatch_order"),
        made=made,
        number="",
        matter=matter_id,
        issuing_unit=desk.session.unit,
        issuer=desk.session.staff,
        issuer_name=desk.session.name,
        issuer_post=answers.line("issuer_post"),
        authority=answers.line("authority"),
        street_copy=_street(work, answers),
        departments=departments,
        requested_by=_asker(request, desk),
        grade=answers.word("grade"),
        subject=answers.line("subject"),
        text=answers.text("text"),
        place=answers.line("place"),
        contact=answers.line("contact"),
        issued_at=made.at,
        limits=_limits(work, category, answers.word("grade"), _begun(calls, departments, made.at)),
        request=request.id if request else None,
        delegation=right.delegation.id if right and right.delegation else None,
        delegated=right.words if right else "",
        emergency=emergency,
        ratifier=ratifier.staff if ratifier else "",
        ratifier_name=(ratifier.name if ratifier else SECRETARY) if emergency else "",
        ratify_by=_ratify_by(work, made.at) if emergency else None,
        calls=calls,
    )


def _request(reader: Reader, request_id: str) -> OrderRequest | None:
    request = reader.find(request_id, OrderRequest) if request_id else None
    if request_id and request is None:
        raise Refused("store.no_such_record", id=request_id)
    return request


def _asker(request: OrderRequest | None, desk: Desk) -> str | None:
    """Return who asked, for the paper: a colleague, or the other unit's desk."""
    if request is None:
        return None
    return request.made.by if request.made.unit == desk.session.unit else request.made.unit


def _limits(reader: Reader, category: Category, grade: str, start: datetime) -> OrderLimits:
    today = start.astimezone(BEIJING).date()
    return limits_of(dispatch_rules(reader, today), calendar_in_force(reader, today), category, grade, start)


def _calls(reader: Reader, answers: Answers, departments: tuple[str, ...], category: Category) -> tuple[OrderCall, ...]:
    """Return the telephone calls that the form tells of, each with the limits that run from it."""
    _must_be_whole(answers)
    return tuple(_call(reader, row, departments, category, answers.word("grade")) for row in answers.rows("calls"))


def _must_be_whole(answers: Answers) -> None:
    """A row in which only the department was chosen would be taken for an empty one: it says what is missing."""
    for place, row in enumerate(answers.raw("calls") or ()):
        if row.get("called") and not row.get("callee"):
            raise RuleBroken("actions.required", field=f"calls.{place}.callee")


def _call(reader: Reader, row: Answers, departments: tuple[str, ...], category: Category, grade: str) -> OrderCall:
    department, at = row.line("called"), row.moment("called_at")
    if at is None:
        raise RuleBroken("actions.required", field=row.path("called_at"))
    if department not in departments:
        raise RuleBroken("records.call_not_ordered", field=row.path("called"))
    limits = _limits(reader, category, grade, at)
    return OrderCall(
        department=department,
        callee=row.name("callee"),
        post=row.line("callee_post"),
        telephone=row.phone("callee_telephone"),
        at=at,
        read_back=row.line("read_back"),
        report_by=limits.report_by,
        resolve_by=limits.resolve_by,
        arrive_by=limits.arrive_by,
    )


def _ratify_by(reader: Reader, issued_at: datetime) -> datetime:
    """Return by when an emergency order is to be ratified, by the rules and the calendar of its day."""
    day = issued_at.astimezone(BEIJING).date()
    rule = dispatch_rules(reader, day).clock(RATIFY, ANY, "")
    return deadline(rule, issued_at, calendar_in_force(reader, day)).due


def _begun(calls: tuple[OrderCall, ...], departments: tuple[str, ...], paper: datetime) -> datetime:
    """Return when the limits of the paper begin: with it, or where everybody was called before it with the last one."""
    first = {d: min((call.at for call in calls if call.department == d), default=paper) for d in departments}
    return min(max(first.values(), default=paper), paper)


def _ordered(reader: Reader, department: str) -> bool:
    unit = units(reader).get(department)
    return unit is not None and unit.department and unit.closed_on is None


def _departments(reader: Reader, answers: Answers) -> tuple[str, ...]:
    chosen, known = answers.listed("departments"), units(reader)
    for unit in chosen:
        if unit in known and known[unit].department and known[unit].closed_on is not None:
            raise RuleBroken("actions.department_dissolved", field="departments", name=known[unit].name)
        if not _ordered(reader, unit):
            raise RuleBroken("actions.no_such_department", field="departments")
    return chosen


def _street(reader: Reader, answers: Answers) -> str | None:
    unit = answers.line("street_copy")
    if unit and unit not in units(reader):
        raise RuleBroken("actions.no_such_choice", field="street_copy")
    return unit or None
