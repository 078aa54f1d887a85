"""Sheets out of records: what a registration, an order or an agreement says on paper, in words, nothing drawn here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from desktop.actions.cards import age_on
from desktop.actions.dispatch_rules import grade_of
from desktop.actions.editions import words_for
from desktop.actions.order_help import duty_now, officer_words
from desktop.actions.party_blocks import people_word, sex_word
from desktop.actions.receipts import clerk_name, receipt_of
from desktop.actions.shares import shown_account
from desktop.actions.signatures import agreement
from desktop.actions.takers import taking_part
from desktop.actions.units import issuing_body, short_name
from desktop.actions.visit_history import standing_visit
from desktop.printing.sheets import (
    AgreementSheet,
    CalledBox,
    DispatchSheet,
    PartyBox,
    RegistrationSheet,
    ShareLine,
    VisitorLine,
)
from desktop.session import Session
from desktop.store.reader import Reader
from desktop.store.units import units
from resources import wording
from sync.records.deadlines import PeriodUnit
from sync.records.errors import Refused
from sync.records.matters import Matter
from sync.records.mediations import Agreement, AgreementForm, PartyBlock, Share
from sync.records.names import mask_number
from sync.records.orders import DispatchOrder, OrderCall
from sync.records.participations import Participation, PartyRole
from sync.records.persons import Answer, Person
from sync.records.requirements import LATE_AFTER, required
from sync.records.shares import check_shares
from sync.records.telephones import written_phone
from sync.records.times import BEIJING
from sync.records.visits import REPORTED, Category

_FIRST = (PartyRole.VISITOR, PartyRole.REPRESENTATIVE, PartyRole.COMPANION)
ORAL = "oral_"
"""Before the name of a written agreement's template: the oral one's of the same edition."""

said = wording("zh")
"""Papers are Chinese, whatever language the window speaks."""


def registration_sheet(reader: Reader, session: Session, visit_id: str) -> RegistrationSheet:
    """群众诉求登记表 with the resident's slip. A hidden reporter is on neither; no remark about a person is on it."""
    found = standing_visit(reader, visit_id)
    visit = found.stands
    unit = units(reader).get(visit.made.unit)
    matter = reader.find(visit.matter, Matter)
    taking = [p for p in taking_part(reader, found.root) if not p.hidden]
    visitors = _visitor_lines(reader, taking, visit.happened_at.astimezone(BEIJING).date())
    category = visit.category_word if visit.category is Category.OTHER and visit.category_word else ""
    late = bool(visit.late_reason) and visit.made.at - visit.happened_at > LATE_AFTER
    sheet = RegistrationSheet(
        number=visit.number,
        unit=unit.name if unit else session.unit_name,
        channel=said(f"records.channel_{visit.channel.value}"),
        purpose=said(f"records.purpose_{visit.purpose.value}"),
        category=category or said(f"records.category_{visit.category.value}"),
        nature=said(f"records.nature_{matter.nature.value}") if matter else "",
        happened_at=visit.happened_at,
        entered_at=visit.made.at if late else None,
        late_reason=visit.late_reason if late else "",
        headcount=visit.headcount,
        visitors=visitors,
        respondents=_respondents(reader, matter),
        place=visit.place,
        text=visit.text,
        answer=visit.answer,
        visitor_signs=required(visit.channel, visit.purpose).signature,
        registrar=clerk_name(reader, visit.made.by, session),
    )
    if visit.channel in REPORTED or not visitors:
        return sheet
    return replace(sheet, receipt=receipt_of(reader, session, visit, unit, matter, visitors[0].name))


def _visitor_lines(reader: Reader, taking: list[Participation], day: date) -> tuple[VisitorLine, ...]:
    """One line for each person, the visitor first; who is visitor and representative stands once."""
    lines: dict[str, VisitorLine] = {}
    for role in _FIRST:
        for part in taking:
            person = reader.find(part.party, Person)
            if part.role is not role or person is None:
                continue
            word = said(f"records.partyrole_{role.value}")
            if part.party in lines:
                lines[part.party] = replace(lines[part.party], role=f"{lines[part.party].role}、{word}")
            else:
                lines[part.party] = _visitor_line(person, word, day)
    return tuple(lines.values())


def _visitor_line(person: Person, role: str, day: date) -> VisitorLine:
    age = age_on(person.born_on, day)
    return VisitorLine(
        name=person.name,
        role=role,
        sex=sex_word(person),
        people=people_word(person),
        age="" if age is None else said("actions.age_words", age=age),
        document=_document(person),
        phone=written_phone(person.phones[0]) if person.phones else "",
        address=person.address,
    )


def _document(person: Person) -> str:
    """Type and masked number, or how the question was answered."""
    document = person.document
    if document.answer is Answer.GIVEN:
        kind = said(f"records.documenttype_{document.type.value}") if document.type else ""
        return f"{kind} {mask_number(document.number)}".strip()
    return "" if document.answer is Answer.NOT_ASKED else said(f"records.answer_{document.answer.value}")


def _respondents(reader: Reader, matter: Matter | None) -> tuple[str, ...]:
    if matter is None:
        return ()
    parts = [p for p in taking_part(reader, matter.id) if p.role is PartyRole.RESPONDENT]
    return tuple(str(getattr(reader.get(p.party), "name", "")) for p in parts)


def dispatch_sheet(reader: Reader, session: Session, order_id: str) -> DispatchSheet:
    """发令单 as it was issued: names of units as the directory says them now."""
    order = reader.find(order_id, DispatchOrder)
    if order is None:
        raise Refused("store.no_such_record", id=order_id)
    known = units(reader)

    def named(unit: str | None) -> str:
        return known[unit].name if unit in known else ""

    limits = order.limits
    duty = [(name, shift) for name, shifts in duty_now(reader, order.departments, order.issued_at) for shift in shifts]
    return DispatchSheet(
        template=_template(order, on_duty=bool(duty)),
        duty=tuple(f"{name}：{officer_words(shift)}" for name, shift in duty),
        report=limits.report,
        arrive=limits.arrive,
        arrive_by=limits.arrive_by,
        resolve=limits.resolve,
        calls=tuple(_called(call, order, named(call.department)) for call in order.calls),
        delegated=order.delegated,
        ratifier=order.ratifier_name,
        ratify_by=order.ratify_by,
        number=order.number,
        issuing_unit=issuing_body(named(order.issuing_unit) or session.unit_name),
        issuer_name=order.issuer_name,
        issuer_post=order.issuer_post,
        authority=order.authority,
        street_copy=named(order.street_copy),
        requested_by=named(order.requested_by) or clerk_name(reader, order.requested_by or "", session),
        departments=tuple(named(d) or d for d in order.departments),
        grade=_grade(reader, order),
        subject=order.subject,
        text=order.text,
        place=order.place,
        contact=order.contact,
        issued_at=order.issued_at,
        report_minutes=limits.report_minutes,
        report_by=limits.report_by,
        leader_rank=limits.leader_rank,
        resolve_hours=limits.resolve_hours,
        resolve_by=limits.resolve_by,
        rule_version="" if order.limits.rule_version.startswith("default-") else order.limits.rule_version,
    )


def _grade(reader: Reader, order: DispatchOrder) -> str:
    """The grade in the word of the rules under which the order was issued."""
    grade = grade_of(reader, order.limits.rule_version, order.grade)
    return (grade.label if grade else "") or (said(f"forms.grade_{order.grade}") if order.grade else "")


def _template(order: DispatchOrder, *, on_duty: bool) -> str:
    """The oldest edition that can say all of the order."""
    limits, plain = order.limits, (None, PeriodUnit.MINUTES, PeriodUnit.HOURS)
    units = [getattr(length, "unit", None) for length in (limits.report, limits.arrive, limits.resolve)]
    if on_duty or limits.arrive != limits.report or any(unit not in plain for unit in units):
        return "dispatch_order-4"
    return "dispatch_order-3" if order.calls or order.delegated or order.emergency else "dispatch_order-2"


def _called(call: OrderCall, order: DispatchOrder, department: str) -> CalledBox:
    return CalledBox(
        department=department or call.department,
        callee=f"{call.callee} {call.post}".strip(),
        at=call.at,
        read_back=call.read_back,
        report_by=order.report_by(call.department),
        resolve_by=order.resolve_by(call.department),
    )


def agreement_sheet(reader: Reader, session: Session, agreement_id: str) -> AgreementSheet:
    """人民调解协议书, from the agreement's own value and the number of the one that it changes.

    The same version prints the same words for ever. An oral agreement has a form of its own (人民调解法 28).
    """
    paper = agreement(reader, agreement_id)
    check_shares(paper)  # no paper whose persons do not add up to what was agreed, whoever recorded it
    return sheet_of(paper, reader, session)


def sheet_of(paper: Agreement, reader: Reader, session: Session) -> AgreementSheet:
    """Return what the paper of ``paper`` says, whether it was drawn up already or is still being written."""
    oral = paper.form is AgreementForm.ORAL
    clauses = paper.clause_version or "agreement-1"
    template = ORAL + clauses if oral and not clauses.startswith(ORAL) else clauses
    before = reader.find(paper.amends, Agreement) if paper.amends else None
    return AgreementSheet(
        template=template,
        words=words_for(reader, template),
        oral=oral,
        agreed_on=paper.drawn_on if oral else None,
        replaces=before.number if before else "",
        number=paper.number,
        committee=paper.committee or short_name(reader, session),
        parties=tuple(party_box(block) for block in paper.parties),
        facts=paper.facts,
        disputed=paper.disputed,
        terms=paper.terms,
        performance=paper.performance,
        copies=paper.copies,
        mediators=paper.mediators,
        recorder=paper.recorder,
        responsibility=paper.responsibility,
        total_fen=paper.total_fen,
        read_by=paper.read_by,
        read_at=paper.read_at,
        remaining=paper.remaining,
        shares=tuple(share_line(share, shown_account(share)) for share in paper.shares),
    )


def share_line(share: Share, account: str) -> ShareLine:
    """Return a share as papers print it, with ``account`` masked or whole."""
    return ShareLine(
        name=share.name,
        document=share.document,
        period=share.period,
        amount_fen=share.amount_fen,
        account=account,
        bank=share.bank,
    )


def party_box(block: PartyBlock) -> PartyBox:
    """Return a party's block as papers print it."""
    ethnic = {said(f"records.ethnic_{n:02d}") for n in range(1, 57)}
    is_group = not block.ethnic_group or block.ethnic_group in ethnic
    return PartyBox(
        name=block.name,
        organisation=block.organisation,
        side_label=said(f"records.partyrole_{block.role}"),
        sex=block.sex,
        ethnic_group=block.ethnic_group if is_group else "",
        nationality="" if is_group else block.ethnic_group,
        age="" if block.age is None else said("actions.age_words", age=block.age),
        occupation=block.occupation,
        contact="、".join(written_phone(phone) for phone in block.contact.split("、")),
        address=block.address,
        representative=block.representative,
        agent=block.agent,
        side=block.side,
    )
