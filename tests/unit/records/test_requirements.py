"""What must be said depends on the channel, the role and the kind of paper."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sync.records.case_requirements import check_agreement, check_step
from sync.records.errors import RuleBroken
from sync.records.kinds import new_id
from sync.records.matters import Matter, Nature, Step, StepKind
from sync.records.mediations import Agreement, AgreementForm, PartyBlock, Term
from sync.records.order_requirements import check_order, check_reply
from sync.records.orders import OrderReply, ReplyKind
from sync.records.participations import Participation, PartyRole
from sync.records.persons import Answer, Document, DocumentType, Organisation, Person, Sex
from sync.records.record import Made
from sync.records.requirements import (
    check_organisation,
    check_participation,
    check_person,
    check_representatives,
    check_sides,
    check_visit,
    required,
)
from sync.records.visits import IN_PERSON, Category, Channel, Purpose, Visit
from tests.support.orders import an_order

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
MADE = Made(by="sta_1", unit="uni_1", store="sto_1", at=NOW)


def visit(**values: Any) -> Visit:
    return Visit(
        id=new_id("visit"), made=MADE, **{"channel": Channel.PHONE, "happened_at": NOW, "text": "漏水", **values}
    )


def person(**values: Any) -> Person:
    return Person(id=new_id("person"), made=MADE, **values)


def broken(check: Any, *args: Any) -> tuple[str, str]:
    with pytest.raises(RuleBroken) as caught:
        check(*args)
    return caught.value.key.removeprefix("records."), caught.value.field


@pytest.mark.parametrize("channel", Channel)
def test_a_name_and_a_signature_are_asked_only_of_those_who_are_there(channel: Channel) -> None:
    in_person = channel in IN_PERSON
    assert (required(channel).name, required(channel).signature) == (in_person, in_person)
    if in_person:
        assert broken(check_visit, visit(channel=channel), None) == ("visit_name_missing", "name")
        check_visit(visit(channel=channel), person(name="张三"), True)
    else:
        check_visit(visit(channel=channel), None)
        assert broken(check_visit, visit(channel=channel), None, True) == ("visit_no_signature", "signature")


def test_a_consultation_needs_its_answer_and_no_name() -> None:
    asked = visit(channel=Channel.WALK_IN, purpose=Purpose.CONSULTATION)
    assert broken(check_visit, asked, None) == ("visit_answer_missing", "answer")
    check_visit(dataclasses.replace(asked, answer="去社区办理"), None)


def test_a_visit_says_what_it_was_about_and_how_many_came() -> None:
    assert broken(check_visit, visit(text=" \n"), None) == ("visit_text_missing", "text")
    for count in (0, -1, 10_000):
        assert broken(check_visit, visit(headcount=count), None) == ("headcount_impossible", "headcount")


def test_a_later_entry_needs_a_reason_but_a_ledger_row_does_not() -> None:
    late = NOW - timedelta(days=1, seconds=1)
    assert broken(check_visit, visit(happened_at=late), None) == ("late_reason_missing", "late_reason")
    check_visit(visit(happened_at=NOW - timedelta(days=1)), None)
    check_visit(visit(happened_at=late, late_reason="停电,先记在纸上"), None)
    check_visit(visit(happened_at=late, import_key="ab"), None)


def test_nothing_happened_in_the_future_except_by_a_slow_clock() -> None:
    assert broken(check_visit, visit(happened_at=NOW + timedelta(hours=1)), None) == ("visit_in_future", "happened_at")
    check_visit(visit(happened_at=NOW + timedelta(minutes=5)), None)


def test_a_group_visit_is_five_or_more_who_came_in_person() -> None:
    assert visit(channel=Channel.WALK_IN, headcount=5).group
    assert not visit(channel=Channel.WALK_IN, headcount=4).group
    assert not visit(channel=Channel.NETWORK, headcount=50).group


def test_a_group_has_at_most_five_representatives() -> None:
    group = visit(channel=Channel.WALK_IN, headcount=9)
    named = [part(PartyRole.REPRESENTATIVE, f"per_{n}") for n in range(6)]
    assert broken(check_representatives, group, named)[0] == "too_many_representatives"
    check_representatives(group, named[:5])


def part(role: PartyRole, party: str, **values: Any) -> Participation:
    return Participation(id=new_id("participation"), made=MADE, subject="mat_1", party=party, role=role, **values)


def test_a_dispute_has_two_sides_and_agents_stand_behind_a_party() -> None:
    one = part(PartyRole.APPLICANT, "per_1", side=1)
    other = part(PartyRole.RESPONDENT, "fir_2", side=2)
    check_sides([one, other])
    check_sides([one, other, part(PartyRole.ENTRUSTED_AGENT, "per_3", principal="fir_2", scope="代为和解")])
    assert broken(check_sides, [one]) == ("two_sides_needed", "parties")
    assert broken(check_sides, [one, dataclasses.replace(other, withdrawn=True)])[0] == "two_sides_needed"
    assert (
        broken(check_sides, [one, other, part(PartyRole.LEGAL_AGENT, "per_3", principal="per_9")])[0]
        == "principal_missing"
    )


def test_an_agent_names_principal_scope_and_possible_dates() -> None:
    assert broken(check_participation, part(PartyRole.APPLICANT, "per_1")) == ("side_missing", "side")
    assert broken(check_participation, part(PartyRole.LEGAL_AGENT, "per_1")) == ("principal_missing", "principal")
    agent = part(PartyRole.ENTRUSTED_AGENT, "per_1", principal="per_2")
    assert broken(check_participation, agent) == ("agent_scope_missing", "scope")
    agent = dataclasses.replace(agent, scope="代为和解", starts_on=date(2026, 9, 2), ends_on=date(2026, 9, 1))
    assert broken(check_participation, agent) == ("dates_backwards", "ends_on")
    assert broken(check_participation, dataclasses.replace(agent, party="per_2"))[0] == "agent_of_oneself"


def test_a_person_is_stored_in_normal_forms_with_sex_and_birth_from_the_number() -> None:
    document = Document(answer=Answer.GIVEN, type=DocumentType.CITIZEN, number="11010519491231002x")
    stored = check_person(
        person(name=" 杜•霞子", document=document, phones=("140-4634-0952", "１４０４６３４０９５２", ""))
    )
    assert (stored.name, stored.document.number, stored.phones) == ("杜·霞子", "11010519491231002X", ("14046340952",))
    assert (stored.sex, stored.born_on) == (Sex.FEMALE, date(1949, 12, 31))


def test_what_was_typed_about_a_person_wins_over_the_number() -> None:
    document = Document(answer=Answer.GIVEN, type=DocumentType.CITIZEN, number="11010519491231002X")
    stored = check_person(person(name="张三", document=document, sex=Sex.MALE, born_on=date(1950, 1, 1)))
    assert (stored.sex, stored.born_on) == (Sex.MALE, date(1950, 1, 1))


def test_a_foreigner_has_a_nationality_instead_of_an_ethnic_group() -> None:
    assert broken(check_person, person(name="X", nationality="越南", ethnic_group="01")) == (
        "ethnic_group_of_foreigner",
        "ethnic_group",
    )
    check_person(person(name="X", nationality="中国", ethnic_group="01"))


def test_a_tip_may_come_from_a_person_without_a_name() -> None:
    assert check_person(person()).name == ""


def test_an_organisation_has_a_name() -> None:
    firm = Organisation(id=new_id("organisation"), made=MADE, name="  ", credit_code="91350100m000100y43")
    assert broken(check_organisation, firm) == ("organisation_name_missing", "name")
    assert check_organisation(dataclasses.replace(firm, name="某某 公司")).credit_code == "91350100M000100Y43"


def matter(**values: Any) -> Matter:
    given = {"title": "欠薪", "nature": Nature.DISPUTE, "unit": "uni_1", "discovered_at": NOW, **values}
    return Matter(id=new_id("matter"), made=MADE, **given)


def agreement(**values: Any) -> Agreement:
    parties = (
        PartyBlock(party="per_1", side=1, role="applicant", name="甲"),
        PartyBlock(party="fir_2", side=2, role="respondent", name="乙"),
    )
    given = {
        "number": "1",
        "mediation": "med_1",
        "matter": "mat_1",
        "committee": "光明",
        "unit": "uni_1",
        "parties": parties,
        "mediators": ("sta_1",),
        "facts": "事实",
        "terms": (Term(text="付清"),),
        "performance": "转账",
        "copies": 3,
        "drawn_on": date(2026, 9, 1),
        **values,
    }
    return Agreement(id=new_id("agreement"), made=MADE, **given)


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"mediators": ()}, "mediators_missing"),
        ({"facts": " "}, "agreement_facts_missing"),
        ({"terms": ()}, "agreement_terms_missing"),
        ({"performance": ""}, "agreement_performance_missing"),
        ({"copies": 2}, "agreement_copies_few"),
        ({"version": 2}, "amend_reason_missing"),
        ({"parties": agreement().parties[:1]}, "two_sides_needed"),
    ],
)
def test_an_agreement_says_what_a_court_would_ask_for(values: dict[str, Any], key: str) -> None:
    check_agreement(agreement(), matter())
    assert broken(check_agreement, agreement(**values), matter())[0] == key


def test_no_oral_agreement_in_labour_and_petition_matters() -> None:
    oral = agreement(form=AgreementForm.ORAL, performance="", copies=0)
    check_agreement(oral, matter())
    for values in ({"category": Category.LABOUR}, {"nature": Nature.PETITION}):
        assert broken(check_agreement, oral, matter(**values)) == ("agreement_must_be_written", "form")


def reply(kind: ReplyKind, **values: Any) -> OrderReply:
    return OrderReply(
        id=new_id("order_reply"), made=MADE, order="ord_1", department="uni_2", kind=kind, happened_at=NOW, **values
    )


def test_an_objection_cites_a_rule_and_a_leader_has_name_and_rank() -> None:
    assert broken(check_reply, reply(ReplyKind.OBJECTION, text="不归我管")) == ("reply_rule_missing", "rule_cited")
    check_reply(reply(ReplyKind.OBJECTION, text="不归我管", rule_cited="三定规定第五条"))
    assert broken(check_reply, reply(ReplyKind.LEADER_ON_SCENE))[0] == "reply_officer_missing"
    assert broken(check_reply, reply(ReplyKind.LEADER_ON_SCENE, officer="李四"))[0] == "reply_rank_missing"
    assert broken(check_reply, reply(ReplyKind.EXTENSION_ASKED))[0] == "reply_until_missing"
    check_reply(reply(ReplyKind.SIGNED))


def test_an_order_has_departments_authority_and_limits_in_their_order() -> None:
    order = an_order(MADE)
    check_order(order)
    assert broken(check_order, dataclasses.replace(order, departments=()))[0] == "order_departments_missing"
    assert broken(check_order, dataclasses.replace(order, authority=" "))[0] == "order_authority_missing"
    assert (
        broken(check_order, dataclasses.replace(order, issued_at=NOW + timedelta(days=9)))[0]
        == "order_limits_backwards"
    )


def test_whoever_passes_a_matter_on_says_to_whom_and_whoever_turns_it_down_says_why() -> None:
    def step(kind: StepKind, **values: Any) -> Step:
        return Step(id=new_id("step"), made=MADE, matter="mat_1", kind=kind, happened_at=NOW, **values)

    assert broken(check_step, step(StepKind.TRANSFERRED))[0] == "step_unit_missing"
    assert broken(check_step, step(StepKind.NOT_ACCEPTED))[0] == "step_text_missing"
    assert broken(check_step, step(StepKind.REFERRED))[0] == "step_help_missing"
    assert broken(check_step, step(StepKind.FEEDBACK_TRIED))[0] == "step_manner_missing"
    assert broken(check_step, step(StepKind.EXTENDED, text="复杂"))[0] == "step_until_missing"
    check_step(step(StepKind.ACCEPTED))
