"""What a station may push: each rule with a record that keeps it and one that breaks it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sync.records.audit import AuditAction, AuditEntry, Erasure
from sync.records.canonical import Sealed, record_hash, seal
from sync.records.hand_overs import HandOver
from sync.records.kinds import KINDS, STAFF_PREFIX, STORE_PREFIX, UNIT_PREFIX, new_id, new_identity
from sync.records.matters import Step, StepKind
from sync.records.order_steps import OrderDelegation, OrderRequest, OrderStep, OrderStepKind
from sync.records.orders import ReplyKind
from sync.records.ownership import OWNERSHIP, Writer
from sync.records.papers import BlankForm, PrintOutcome, PrintResult, Series
from sync.records.record import Made, Record
from sync.records.statistics import DateBasis, Measure, Number, StatisticsReport
from sync.records.times import BEIJING
from sync.records.units import Level, MediatorAppointment, OrgUnit, Role, StaffMember
from sync.server.arrived import Arrived, examine
from sync.server.rules import Known, Target, why_not
from tests.support.district import AT, order, reply, sealed, visit

UNIT, STORE = new_identity(UNIT_PREFIX), new_identity(STORE_PREFIX)
REGISTRAR, LEAD, SECRETARY = (new_identity(STAFF_PREFIX) for _ in range(3))


def made(by: str = REGISTRAR, unit: str = UNIT, store: str = STORE) -> Made:
    return Made(by=by, unit=unit, store=store, at=AT)


@pytest.fixture
def known() -> Known:
    roles = {
        REGISTRAR: frozenset({Role.REGISTRAR}),
        LEAD: frozenset({Role.STATION_LEAD}),
        SECRETARY: frozenset({Role.ISSUING_SECRETARY}),
    }
    return Known(UNIT, frozenset({STORE}), roles, homes=dict.fromkeys(roles, UNIT))


def arrive(record: Record | Sealed) -> Arrived:
    return examine(record if isinstance(record, Sealed) else sealed(record))


def staff_record(by: str, roles: tuple[Role, ...], staff: str = "", unit: str = UNIT) -> StaffMember:
    identity = staff or new_identity(STAFF_PREFIX)
    return StaffMember(id=new_id("staff_member"), made=made(by), staff=identity, name="新人", unit=unit, roles=roles)


def test_a_record_of_the_own_unit_by_its_staff_is_taken(known: Known) -> None:
    assert why_not(arrive(visit(made())), known) == ""


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (made(unit=new_identity(UNIT_PREFIX)), "protocol.foreign_unit"),
        (made(store=new_identity(STORE_PREFIX)), "protocol.foreign_store"),
        (made(by=new_identity(STAFF_PREFIX)), "protocol.unknown_staff"),
        (made(by=""), "protocol.unknown_staff"),
    ],
)
def test_the_maker_must_be_of_this_unit_store_and_staff(known: Known, wrong: Made, reason: str) -> None:
    assert why_not(arrive(visit(wrong)), known) == reason


def test_a_byte_that_changed_on_the_way_is_seen(known: Known) -> None:
    good = sealed(visit(made()))
    for bad in (
        replace(good, body=good.body + b" "),
        replace(good, salt=bytes(16)),
        replace(good, hash=bytes(32)),
        replace(good, hash=b""),
    ):
        assert why_not(arrive(bad), known) == "protocol.bad_hash"


def test_a_record_must_bear_the_name_that_it_travels_under(known: Known) -> None:
    good = sealed(visit(made()))
    other = new_id("visit")
    renamed = replace(good, id=other, hash=record_hash("visit", other, good.salt, good.body))
    assert why_not(arrive(renamed), known) == "protocol.bad_id"
    as_person = replace(good, kind="person", hash=record_hash("person", good.id, good.salt, good.body))
    assert why_not(arrive(as_person), known) == "protocol.bad_id"


def test_content_that_is_no_record_is_refused(known: Known) -> None:
    for body in (b"[]", b"{", b"\xff", b'{"id":1}'):
        name = new_id("visit")
        junk = Sealed("visit", name, record_hash("visit", name, bytes(16), body), bytes(16), body)
        assert why_not(arrive(junk), known) == "protocol.unreadable_record"


def test_a_value_that_only_a_newer_program_knows_is_kept(known: Known) -> None:
    good = sealed(visit(made()))
    body = good.body.replace(b'"walk_in"', b'"hologram"')
    newer = replace(good, body=body, hash=record_hash("visit", good.id, good.salt, body))
    arrived = arrive(newer)
    assert arrived.record is None
    assert why_not(arrived, known) == ""


@pytest.mark.parametrize("kind", [kind for kind, row in OWNERSHIP.items() if row.writer is Writer.DISTRICT])
def test_what_the_district_owns_no_station_writes(known: Known, kind: str) -> None:
    body = sealed(visit(made(LEAD))).body
    name = new_id(kind)
    body = body.replace(body[body.index(b'"id":"') + 6 :].split(b'"')[0], name.encode())
    record = Sealed(kind, name, record_hash(kind, name, bytes(16), body), bytes(16), body)
    assert why_not(arrive(record), known) == "protocol.not_yours"


def test_the_district_owns_units_and_mediators(known: Known) -> None:
    unit = OrgUnit(id=new_id("org_unit"), made=made(LEAD), unit=UNIT, name="改名", level=Level.COMMUNITY)
    office = MediatorAppointment(
        id=new_id("mediator_appointment"), made=made(LEAD), staff=LEAD, committee=UNIT, starts_on=date(2026, 1, 1)
    )
    assert [why_not(arrive(r), known) for r in (unit, office)] == ["protocol.not_yours"] * 2


def test_an_order_needs_the_issuing_secretary(known: Known) -> None:
    department = new_identity(UNIT_PREFIX)
    assert why_not(arrive(order(made(SECRETARY), department)), known) == ""
    assert why_not(arrive(order(made(LEAD), department)), known) == "protocol.no_role"


def test_an_order_goes_out_in_nobody_elses_name(known: Known) -> None:
    department = new_identity(UNIT_PREFIX)
    foreign = order(made(SECRETARY), department, issuing_unit=new_identity(UNIT_PREFIX))
    assert why_not(arrive(foreign), known) == "protocol.foreign_unit"
    for issuer in (LEAD, new_identity(STAFF_PREFIX), ""):
        assert why_not(arrive(order(made(SECRETARY), department, issuer=issuer)), known) == "protocol.no_role"


def test_in_an_emergency_anybody_at_the_desk_issues_and_names_who_ratifies(known: Known) -> None:
    department = new_identity(UNIT_PREFIX)
    emergency = order(made(), department, emergency=True, ratifier=SECRETARY)
    assert why_not(arrive(emergency), known) == ""
    assert why_not(arrive(replace(emergency, ratifier=LEAD)), known) == "protocol.no_role"
    assert why_not(arrive(replace(emergency, ratifier="")), known) == "protocol.no_role", "there is a secretary"
    del known.roles[SECRETARY]
    assert why_not(arrive(replace(emergency, ratifier="")), known) == ""
    assert why_not(arrive(replace(emergency, issuer=new_identity(STAFF_PREFIX))), known) == "protocol.no_role"


def test_a_delegate_issues_on_the_days_of_the_paper(known: Known) -> None:
    day = AT.astimezone(BEIJING).date()
    paper = OrderDelegation(
        id=new_id("order_delegation"),
        made=made(SECRETARY),
        unit=UNIT,
        delegate=LEAD,
        delegate_name="陈国强",
        secretary_name="黄志远",
        paper="凤凰党委函〔2026〕9号",
        starts_on=day,
        ends_on=day,
    )
    assert why_not(arrive(paper), known) == ""
    assert why_not(arrive(replace(paper, made=made(LEAD))), known) == "protocol.no_role"
    issued = order(made(LEAD), new_identity(UNIT_PREFIX), delegation=paper.id)
    assert why_not(arrive(issued), known) == "protocol.no_role"
    known.delegations[paper.id] = paper
    assert why_not(arrive(issued), known) == ""
    assert why_not(arrive(replace(issued, issued_at=AT + timedelta(days=1))), known) == "protocol.no_role"
    known.withdrawn[paper.id] = AT
    assert why_not(arrive(issued), known) == "", "what was issued before the withdrawal stays"
    after = replace(issued, issued_at=AT + timedelta(minutes=1))
    assert why_not(arrive(after), known) == "protocol.delegation_withdrawn"


def test_a_request_goes_to_the_own_community_or_one_above_and_nobody_elses_is_answered(known: Known) -> None:
    above = new_identity(UNIT_PREFIX)
    known.above = frozenset({above})
    asked = OrderRequest(
        id=new_id("order_request"),
        made=made(),
        matter=new_id("matter"),
        to_unit=above,
        departments=(new_identity(UNIT_PREFIX),),
        subject="欠薪",
        text="请到场",
        requested_at=AT,
    )
    assert why_not(arrive(asked), known) == ""
    assert why_not(arrive(replace(asked, to_unit=new_identity(UNIT_PREFIX))), known) == "protocol.foreign_unit"
    refusal = OrderStep(
        id=new_id("order_step"),
        made=made(SECRETARY),
        kind=OrderStepKind.REFUSED,
        request=asked.id,
        happened_at=AT,
        text="可自行处理",
    )
    for target, reason in (
        (Target("order_request", new_identity(UNIT_PREFIX), UNIT), ""),
        (Target("order_request", new_identity(UNIT_PREFIX), new_identity(UNIT_PREFIX)), "protocol.out_of_scope"),
        (Target("visit", UNIT, UNIT), "protocol.not_an_order"),
    ):
        known.targets[asked.id] = target
        assert why_not(arrive(refusal), known) == reason
        assert why_not(arrive(order(made(SECRETARY), above, request=asked.id)), known) == reason
    assert why_not(arrive(replace(refusal, made=made())), known) == "protocol.no_role"
    answered = replace(refusal, kind=OrderStepKind.ANSWERED)
    assert why_not(arrive(answered), known) == "protocol.not_yours"


def test_a_station_witnesses_replies_and_never_speaks_for_a_department(known: Known) -> None:
    issued = order(made(SECRETARY), new_identity(UNIT_PREFIX))
    assert why_not(arrive(reply(made(), issued, ReplyKind.REPORTED_IN)), known) == ""
    own = reply(made(), issued, ReplyKind.RESOLVED, witnessed=False)
    assert why_not(arrive(own), known) == "protocol.not_witnessed"
    ruled = reply(made(), issued, ReplyKind.RULED, text="已裁定")
    assert why_not(arrive(ruled), known) == ""
    assert why_not(arrive(replace(ruled, releases=True)), known) == "protocol.not_yours"


@pytest.mark.parametrize("witnessed", [True, False])
def test_only_who_may_issue_an_order_takes_it_back(known: Known, witnessed: bool) -> None:
    issued = order(made(SECRETARY), new_identity(UNIT_PREFIX))
    by = {
        who: why_not(arrive(reply(made(who), issued, ReplyKind.CANCELLED, witnessed=witnessed, text="误发")), known)
        for who in (SECRETARY, REGISTRAR, LEAD)
    }
    assert by == {SECRETARY: "", REGISTRAR: "protocol.no_role", LEAD: "protocol.no_role"}


def test_a_reply_names_an_order_of_the_own_unit(known: Known) -> None:
    issued = order(made(SECRETARY), new_identity(UNIT_PREFIX))
    answer = arrive(reply(made(), issued, ReplyKind.SIGNED))
    known.targets[issued.id] = Target("dispatch_order", new_identity(UNIT_PREFIX), "")
    assert why_not(answer, known) == "protocol.out_of_scope"
    known.targets[issued.id] = Target("visit", UNIT, UNIT)
    assert why_not(answer, known) == "protocol.not_an_order"


def test_a_lead_gives_no_role_that_the_district_registers(known: Known) -> None:
    assert why_not(arrive(staff_record(LEAD, (Role.REGISTRAR, Role.MEDIATOR))), known) == ""
    for role in (Role.ISSUING_SECRETARY, Role.SYSTEM, Role.DEPARTMENT):
        assert why_not(arrive(staff_record(LEAD, (role,))), known) == "protocol.no_role"
    assert why_not(arrive(staff_record(LEAD, (Role.ISSUING_SECRETARY,), staff=SECRETARY)), known) == ""
    assert why_not(arrive(staff_record(REGISTRAR, (Role.REGISTRAR,))), known) == "protocol.no_role"


def test_a_lead_reaches_nobody_of_another_unit(known: Known) -> None:
    other = new_identity(UNIT_PREFIX)
    assert why_not(arrive(staff_record(LEAD, (Role.REGISTRAR,), unit=other)), known) == "protocol.foreign_unit"
    stranger = new_identity(STAFF_PREFIX)
    known.homes[stranger] = other
    assert why_not(arrive(staff_record(LEAD, (), staff=stranger)), known) == "protocol.foreign_unit"


def test_an_erasure_needs_the_lead_and_spares_what_must_stay(known: Known) -> None:
    target = new_id("visit")

    def erasure(by: str, of: str) -> Arrived:
        return arrive(Erasure(id=new_id("erasure"), made=made(by), target=of, reason="当事人要求"))

    assert why_not(erasure(LEAD, target), known) == ""
    assert why_not(erasure(REGISTRAR, target), known) == "protocol.no_role"
    known.targets[target] = Target("visit", new_identity(UNIT_PREFIX), "")
    assert why_not(erasure(LEAD, target), known) == "protocol.out_of_scope"
    for kind in ("audit_entry", "erasure"):
        named = new_id(kind)
        known.targets[named] = Target(kind, UNIT, UNIT)
        assert why_not(erasure(LEAD, named), known) == "protocol.not_erasable"


def test_an_amendment_of_another_units_record_is_refused(known: Known) -> None:
    first = new_id("visit")
    known.targets[first] = Target("visit", new_identity(UNIT_PREFIX), "")
    assert why_not(arrive(visit(made(), amends=first)), known) == "protocol.out_of_scope"
    assert why_not(arrive(visit(made(), amends="vis_1")), known) == "protocol.bad_id"


def test_a_failed_sign_in_has_no_staff_member(known: Known) -> None:
    entry = AuditEntry(id=new_id("audit_entry"), made=made(by=""), action=AuditAction.SIGN_IN_FAILED)
    assert why_not(arrive(entry), known) == ""


def test_an_erased_record_needs_its_erasure(known: Known) -> None:
    gone = replace(seal("visit", visit(made())), body=b"", salt=b"")
    assert why_not(arrive(gone), known) == "protocol.no_content"
    known.erased = frozenset({gone.id})
    assert why_not(arrive(gone), known) == ""


def test_every_kind_has_a_rule_for_who_writes_it() -> None:
    assert set(KINDS) == set(OWNERSHIP)


def outcome(of: str, amends: str | None = None) -> PrintOutcome:
    return PrintOutcome(id=new_id("print_outcome"), made=made(), print=of, result=PrintResult.PRINTED, amends=amends)


def test_what_became_of_a_print_is_said_by_the_unit_that_printed_it(known: Known) -> None:
    ours, theirs, unseen = (new_id("print") for _ in range(3))
    known.targets[ours] = Target("print", UNIT, UNIT)
    known.targets[theirs] = Target("print", new_identity(UNIT_PREFIX), UNIT)
    assert why_not(arrive(outcome(ours)), known) == ""
    assert why_not(arrive(outcome(unseen)), known) == ""
    assert why_not(arrive(outcome(theirs)), known) == "protocol.out_of_scope"
    assert why_not(arrive(outcome(ours, theirs)), known) == "protocol.out_of_scope"
    assert why_not(arrive(outcome("no id")), known) == "protocol.bad_id"


def test_a_lead_reports_the_numbers_of_the_own_unit(known: Known) -> None:
    def reported(by: str, unit: str) -> StatisticsReport:
        return StatisticsReport(
            id=new_id("statistics_report"),
            made=made(by),
            unit=unit,
            first=date(2026, 3, 1),
            last=date(2026, 3, 31),
            basis=DateBasis.EVENT,
            definitions="default-1",
            numbers=(Number(type="labour", measure=Measure.ACCEPTED, value=1, cases=(new_id("mediation"),)),),
            cases=1,
        )

    assert why_not(arrive(reported(LEAD, UNIT)), known) == ""
    assert why_not(arrive(reported(REGISTRAR, UNIT)), known) == "protocol.no_role"
    assert why_not(arrive(reported(LEAD, new_identity(UNIT_PREFIX))), known) == "protocol.foreign_unit"


def test_a_unit_hands_over_its_own_desk_and_gives_out_its_own_forms(known: Known) -> None:
    def handed(unit: str) -> HandOver:
        return HandOver(id=new_id("hand_over"), made=made(), unit=unit, to_staff=LEAD, to_name="站长", happened_at=AT)

    def given(unit: str) -> BlankForm:
        return BlankForm(
            id=new_id("blank_form"), made=made(), series=Series.VISIT, unit=unit, year=2026, number="光明登2026-000012"
        )

    for record in (handed, given):
        assert why_not(arrive(record(UNIT)), known) == ""
        assert why_not(arrive(record(new_identity(UNIT_PREFIX))), known) == "protocol.foreign_unit"


def test_a_time_without_its_zone_reaches_no_other_desk(known: Known) -> None:
    assert why_not(arrive(replace(visit(made()), happened_at=AT.replace(tzinfo=None))), known) == (
        "protocol.unreadable_record"
    )


def test_a_lead_names_a_counsellor_and_no_role_of_a_program_that_is_not_here(known: Known) -> None:
    by = next(staff for staff, roles in known.roles.items() if Role.STATION_LEAD in roles)
    named = staff_record(by, ())
    for further, reason in (
        (("counsellor",), ""),
        (("counsellor", "night_watch"), "protocol.no_role"),
        (("issuing_secretary",), "protocol.no_role"),
        (("registrar",), "protocol.no_role"),
    ):
        assert why_not(arrive(replace(named, further=further)), known) == reason, further
    assert why_not(arrive(staff_record(by, (Role.COUNSELLOR,))), known) == "protocol.no_role", (
        "older desks read no such"
    )


def test_who_counsels_alone_says_what_came_of_a_referral_and_nothing_else(known: Known) -> None:
    her = new_identity(STAFF_PREFIX)
    known.roles[her] = frozenset({Role.COUNSELLOR})
    matter = new_id("matter")

    def said(kind: StepKind) -> str:
        step = Step(id=new_id("step"), made=made(by=her), matter=matter, kind=kind, happened_at=AT, text="已到访")
        return why_not(arrive(step), known)

    assert said(StepKind.REFERRAL_RESULT) == ""
    assert {said(kind) for kind in StepKind if kind is not StepKind.REFERRAL_RESULT} == {"protocol.no_role"}
    assert why_not(arrive(visit(made(by=her))), known) == "protocol.no_role"
