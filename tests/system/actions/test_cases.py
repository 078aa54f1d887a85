"""Matters, orders and mediations through their verbs, into a real store, to the day an agreement takes effect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from desktop.actions.agreements import agreement_draft, conclude, effect_date, sign, signature_draft
from desktop.actions.directory import department_options, mediator_options, options
from desktop.actions.matters import edit_matter, matter_draft, matter_draft_from, open_matter
from desktop.actions.mediations import edit_mediation, follow_up, mediation_draft, mediation_draft_from, open_mediation
from desktop.actions.order_replies import witness_reply
from desktop.actions.orders import issue_order, order_draft
from desktop.actions.papers import preview
from desktop.actions.steps import add_step
from desktop.actions.visits import log_visit
from desktop.actions.voids import void_number
from desktop.forms.form import Draft
from desktop.store.links import participations_of, replies_of, steps_of, visits_of_matter
from desktop.store.matters import list_matters
from desktop.store.mediations import list_mediations
from desktop.ui.stories.versions import compared, versions_of
from resources import wording
from sync.records.errors import Refused, RuleBroken
from sync.records.folds import OrderStage, fold_matter, fold_order
from sync.records.matters import Matter
from sync.records.mediations import Agreement, Mediation, Outcome
from sync.records.orders import DispatchOrder
from sync.records.papers import PaperKind
from sync.records.participations import PartyRole
from tests.support.pdf import text_of
from tests.system.actions.conftest import Station, as_of

Enter = Callable[..., Draft]
RESPONDENT = {"role": "respondent", "party_kind": "organisation", "name": "某某物业有限公司", "phone": "0755-21080001"}


@pytest.fixture
def matter(station: Station, visitor: Enter) -> str:
    """A matter opened from a visit, with a firm on the other side."""
    visit = log_visit(station.desk, station.draft("visit", **visitor()))
    draft = matter_draft_from(station.desk, visit.id)
    draft["parties"] = [*draft["parties"], RESPONDENT]
    return open_matter(station.desk, visit.id, draft).id


@pytest.fixture
def mediation(station: Station, matter: str) -> str:
    """A mediation on that matter, rights told."""
    draft = mediation_draft_from(station.desk, matter)
    draft |= {"rights_told_at": station.clock.at.isoformat(), "consent": "all", "started_at": "2026-3-5 11:00"}
    return open_mediation(station.desk, matter, draft).id


def _terms(**more: object) -> Draft:
    terms = [{"text": "乙方修复漏水处", "amount": "3,100.50元", "due_on": "2026.4.1"}, {"text": ""}]
    return {"facts": "2月起漏水。", "terms": terms, "performance": "现金，4月1日前。", **more}


def test_a_matter_takes_its_parties_over_from_the_visit(station: Station, matter: str) -> None:
    with station.store.read() as reader:
        parts = participations_of(reader, matter)
        (visit,) = visits_of_matter(reader, matter)
        (row,) = list_matters(reader)
    assert [(p.role, p.side) for p in parts] == [(PartyRole.APPLICANT, 1), (PartyRole.RESPONDENT, 2)]
    assert visit.matter == matter
    assert row.visits == 1
    assert row.state == "registered"


def test_a_visit_opens_one_matter_however_often_it_is_asked(station: Station, visitor: Enter) -> None:
    visit = log_visit(station.desk, station.draft("visit", **visitor()))
    draft = matter_draft_from(station.desk, visit.id)
    first = open_matter(station.desk, visit.id, draft)
    assert open_matter(station.desk, visit.id, draft).id == first.id
    with pytest.raises(Refused, match="visit_has_matter"):
        open_matter(station.desk, visit.id, matter_draft_from(station.desk, visit.id))
    assert station.counts()["matter"] == 1


def test_an_agent_acts_for_a_party_of_the_list(station: Station, visitor: Enter) -> None:
    visit = log_visit(station.desk, station.draft("visit", **visitor()))
    draft = matter_draft_from(station.desk, visit.id)
    agent = {"role": "entrusted_agent", "name": "刘律师", "principal": "张伟", "scope": "代为调解"}
    draft["parties"] = [*draft["parties"], {**agent, "principal": "无此人"}]
    with pytest.raises(RuleBroken) as broken:
        open_matter(station.desk, visit.id, draft)
    assert broken.value.field == "parties.1.principal"
    draft["parties"][1] = {**agent, "scope": ""}
    with pytest.raises(RuleBroken) as unclear:
        open_matter(station.desk, visit.id, draft)
    assert unclear.value.field == "parties.1.scope"
    draft["parties"][1] = agent
    done = open_matter(station.desk, visit.id, draft)
    with station.store.read() as reader:
        applicant, acting = participations_of(reader, done.id)
    assert acting.principal == applicant.party


def test_two_desks_edit_one_matter_and_neither_loses(station: Station, matter: str) -> None:
    other = station.desks["王小明"]
    mine, seen = matter_draft(station.desk, matter)
    theirs, also_seen = matter_draft(other, matter)
    edit_matter(station.desk, matter, {**mine, "amount": "3.1万"}, seen)
    third = {"role": "third_party", "name": "楼上住户"}
    edit_matter(other, matter, {**theirs, "place": "2栋", "parties": [*theirs["parties"], third]}, also_seen)
    edit_matter(station.desk, matter, {**mine, "grade": "red"}, seen)
    with station.store.read() as reader:
        card = reader.get(matter)
        assert reader.folded(matter).conflicts == {}
        assert len(participations_of(reader, matter)) == 3
    assert isinstance(card, Matter)
    assert (card.amount_fen, card.place, card.grade) == (3_100_000, "2栋", "red")


def test_steps_name_what_they_have_seen_and_give_the_state(station: Station, matter: str) -> None:
    draft = station.draft("step", kind="accepted")
    first = add_step(station.desk, matter, draft)
    assert add_step(station.desk, matter, draft).id == first.id
    add_step(station.desk, matter, station.draft("step", kind="resolved", text="已修复"))
    with station.store.read() as reader:
        steps = steps_of(reader, matter)
    assert [s.seen for s in steps] == [(), (first.id,)]
    assert fold_matter(steps).state == "resolved"
    for broken_draft, field in (({"kind": "handled"}, "text"), ({"kind": "escalated"}, "to_unit"), ({}, "kind")):
        with pytest.raises(RuleBroken) as broken:
            add_step(station.desk, matter, station.draft("step", **broken_draft))
        assert broken.value.field == field


def test_only_the_issuing_secretary_issues_and_the_refusal_says_who(station: Station, matter: str) -> None:
    draft = order_draft(station.desk, matter) | {"departments": [station.units["区住房和建设局"]]}
    with pytest.raises(Refused) as refused:
        issue_order(station.desk, matter, draft)
    assert refused.value.key == "actions.only_issuer"
    assert refused.value.values == {"names": "黄志远"}
    assert "dispatch_order" not in station.counts()


def test_an_order_has_limits_authority_street_copy_and_a_number(station: Station, matter: str) -> None:
    draft = order_draft(station.secretary, matter)
    draft |= {"departments": [station.units["区住房和建设局"]], "grade": "red"}
    done = issue_order(station.secretary, matter, draft)
    assert issue_order(station.secretary, matter, draft).number == done.number
    with station.store.read() as reader:
        order = reader.get(done.id)
    assert isinstance(order, DispatchOrder)
    assert order.number.startswith("(2026)凤凰发令第")
    assert (order.issuer_name, order.issuer_post) == ("黄志远", "社区党委书记")
    assert order.street_copy == station.units["凤凰街道"]
    assert order.authority
    assert order.limits.rule_version == "default-2"
    assert order.limits.report_by - order.issued_at == timedelta(minutes=30)
    assert order.limits.resolve_by - order.issued_at == timedelta(hours=24)
    assert station.counts()["dispatch_order"] == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"departments": []}, "departments"),
        ({"departments": ["uni_unknown"]}, "departments"),
        ({"authority": ""}, "authority"),
        ({"grade": "pink"}, "grade"),
        ({"subject": ""}, "subject"),
    ],
)
def test_an_order_that_lacks_something_is_not_issued(station: Station, matter: str, given: Draft, field: str) -> None:
    draft = order_draft(station.secretary, matter) | {"departments": [station.units["区住房和建设局"]]}
    with pytest.raises(RuleBroken) as broken:
        issue_order(station.secretary, matter, {**draft, **given})
    assert broken.value.field == field


def test_the_community_witnesses_replies_of_departments_that_were_ordered(station: Station, matter: str) -> None:
    department = station.units["区住房和建设局"]
    order = issue_order(
        station.secretary, matter, order_draft(station.secretary, matter) | {"departments": [department]}
    )
    station.clock.later(minutes=20)
    draft = station.draft("reply", department=department, kind="reported_in", how="seen", officer="周海涛")
    assert witness_reply(station.desk, order.id, draft).id == witness_reply(station.desk, order.id, draft).id
    leader = {"kind": "leader_on_scene", "how": "seen", "officer": "周局", "post": "副局长", "rank": "处级"}
    witness_reply(station.desk, order.id, station.draft("reply", department=department, **leader))
    with pytest.raises(RuleBroken) as broken:
        witness_reply(
            station.desk, order.id, station.draft("reply", department=station.units["区人力资源局"], kind="signed")
        )
    assert broken.value.field == "department"
    taken_back = station.draft("reply", department=department, kind="cancelled", text="误发")
    with pytest.raises(Refused, match="only_issuer_cancels"):
        witness_reply(station.desk, order.id, taken_back)
    with station.store.read() as reader:
        value, replies = reader.get(order.id), replies_of(reader, order.id)
    assert isinstance(value, DispatchOrder)
    assert [r.witnessed for r in replies] == [True, True]
    assert fold_order(value, replies).by_department[department].witnessed.leader_rank == "处级"
    witness_reply(station.secretary, order.id, taken_back)
    with station.store.read() as reader:
        assert fold_order(value, replies_of(reader, order.id)).state is OrderStage.CANCELLED


def test_a_mediation_runs_to_the_day_its_agreement_takes_effect(station: Station, mediation: str) -> None:
    draft = agreement_draft(station.desk, mediation) | _terms()
    done = conclude(station.desk, mediation, draft)
    assert conclude(station.desk, mediation, draft).number == done.number
    with station.store.read() as reader:
        paper, card, (row,) = reader.get(done.id), reader.get(mediation), list_mediations(reader)
    assert isinstance(paper, Agreement)
    assert isinstance(card, Mediation)
    assert done.number.startswith("(2026)凤凰人调字第")
    assert (paper.copies, paper.mediators, card.outcome) == (3, ("李文静",), Outcome.AGREED)
    assert (paper.terms[0].amount_fen, paper.terms[0].due_on, len(paper.terms)) == (310_050, date(2026, 4, 1), 1)
    assert [(b.name, b.side, b.sex, b.age) for b in paper.parties] == [
        ("张伟", 1, "女", 76),
        ("某某物业有限公司", 2, "", None),
    ]
    assert (row.agreement_number, row.mediators, row.effective_on) == (done.number, "李文静", None)
    assert effect_date(station.desk, done.id) is None
    _sign_all_but_the_seal(station, done.id)
    assert effect_date(station.desk, done.id) is None
    station.clock.later(days=2)
    seal = signature_draft(station.desk, done.id)
    (last,) = seal["signatures"]
    assert (last["signer_role"], last["manner"]) == ("committee", "sealed")
    sign(station.desk, done.id, {**seal, "signatures": [{**last, "signed": True}]})
    assert effect_date(station.desk, done.id) == date(2026, 3, 7)


def _sign_all_but_the_seal(station: Station, agreement: str) -> None:
    draft = signature_draft(station.desk, agreement)
    rows = [{**row, "signed": row["signer_role"] != "committee"} for row in draft["signatures"]]
    draft["signatures"] = rows
    sign(station.desk, agreement, draft)
    before = station.counts()["signature"]
    sign(station.desk, agreement, draft)
    assert station.counts()["signature"] == before == 4


def test_a_change_is_a_new_version_with_a_reason_and_its_own_signatures(station: Station, mediation: str) -> None:
    first = conclude(station.desk, mediation, agreement_draft(station.desk, mediation) | _terms())
    draft = agreement_draft(station.desk, mediation, first.id) | {"performance": "转账，5月1日前。"}
    with pytest.raises(RuleBroken) as broken:
        conclude(station.desk, mediation, draft)
    assert broken.value.field == "amend_reason"
    second = conclude(station.desk, mediation, {**draft, "amend_reason": "延期"})
    with station.store.read() as reader:
        paper = reader.get(second.id)
    assert isinstance(paper, Agreement)
    assert (paper.version, paper.amends, paper.terms[0].amount_fen) == (2, first.id, 310_050)
    assert second.number != first.number
    with station.store.read() as reader:
        pairs = compared(*versions_of(wording("zh"), reader, mediation))
        (row,) = list_mediations(reader)
    assert [(p.before, p.after) for p in pairs if p.changed] == [("现金，4月1日前。", "转账，5月1日前。")]
    assert [p.heading for p in pairs][:2] == ["当事人", ""]
    assert row.agreement_version == 2
    third = agreement_draft(station.desk, mediation, first.id) | {"amend_reason": "再改"}
    with pytest.raises(Refused, match="not_last_version"):
        conclude(station.desk, mediation, third)


def test_amounts_that_do_not_add_up_are_refused_with_the_difference(station: Station, mediation: str) -> None:
    first, second = ({"text": "赔偿", "amount": amount, "payer": "2", "payee": "1"} for amount in ("3000", "0.15万"))
    draft = agreement_draft(station.desk, mediation) | _terms(terms=[first, second], total="5,000")
    with pytest.raises(RuleBroken, match="terms_fall_short") as broken:
        conclude(station.desk, mediation, draft)
    assert (broken.value.field, broken.value.values["difference"]) == ("total", "500.00")
    with pytest.raises(RuleBroken, match="terms_exceed"):
        conclude(station.desk, mediation, {**draft, "total": "4,499.99"})
    for given, key in (({"payee": "2"}, "term_pays_itself"), ({"payee": "3"}, "term_side_unknown")):
        with pytest.raises(RuleBroken, match=key) as broken:
            conclude(station.desk, mediation, {**draft, "terms": [first | given, second]})
        assert (broken.value.field, broken.value.values["number"]) == ("terms.0.payee", 1)
    done = conclude(station.desk, mediation, {**draft, "total": "4,500"})
    with station.store.read() as reader:
        paper = reader.get(done.id)
    assert isinstance(paper, Agreement)
    assert (paper.total_fen, [(t.payer, t.payee) for t in paper.terms]) == (450_000, [(2, 1), (2, 1)])
    again = agreement_draft(station.desk, mediation, done.id)
    assert (again["total"], again["terms"][0]["payer"], again["terms"][1]["payee"]) == ("4500.00", "2", "1")


def test_that_an_agreement_was_read_aloud_stands_in_it_only_where_it_was(station: Station, mediation: str) -> None:
    draft = agreement_draft(station.desk, mediation) | _terms()
    told = {"read_aloud": True, "read_at": "2026-3-5 11:30"}
    for given, field in (({"read_by": ""}, "read_by"), ({"read_at": "2026-3-5 12:30"}, "read_at")):
        with pytest.raises(RuleBroken) as broken:
            conclude(station.desk, mediation, draft | told | given)
        assert broken.value.field == field
    first = conclude(station.desk, mediation, draft)
    change = agreement_draft(station.desk, mediation, first.id) | told | {"amend_reason": "补充宣读"}
    second = conclude(station.desk, mediation, change)
    with station.store.read() as reader:
        silent, read = reader.get(first.id), reader.get(second.id)
    assert isinstance(silent, Agreement)
    assert isinstance(read, Agreement)
    assert (silent.read_by, silent.read_at) == ("", None)
    assert (read.read_by, read.read_at) == ("李文静", station.clock.at - timedelta(minutes=30))


@pytest.mark.parametrize("given", [{"nature": "petition"}, {"category": "labour"}])
def test_labour_and_petition_matters_are_never_agreed_orally(
    station: Station, matter: str, mediation: str, given: Draft
) -> None:
    draft, seen = matter_draft(station.desk, matter)
    edit_matter(station.desk, matter, {**draft, **given}, seen)
    with pytest.raises(RuleBroken) as broken:
        conclude(station.desk, mediation, agreement_draft(station.desk, mediation) | _terms(form="oral"))
    assert broken.value.field == "form"
    assert "agreement" not in station.counts()


def test_an_oral_agreement_takes_effect_the_day_it_was_made(station: Station, mediation: str) -> None:
    done = conclude(station.desk, mediation, agreement_draft(station.desk, mediation) | _terms(form="oral"))
    assert effect_date(station.desk, done.id) == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"facts": ""}, "facts"),
        ({"terms": []}, "terms"),
        ({"terms": [{"text": "赔偿", "amount": "很多"}]}, "terms.0.amount"),
        ({"performance": ""}, "performance"),
        ({"drawn_on": "2026-3-6"}, "drawn_on"),
    ],
)
def test_an_unclear_agreement_is_not_drawn_up(station: Station, mediation: str, given: Draft, field: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        conclude(station.desk, mediation, agreement_draft(station.desk, mediation) | _terms(**given))
    assert broken.value.field == field


def test_a_mediation_has_two_sides(station: Station, matter: str) -> None:
    draft = mediation_draft_from(station.desk, matter)
    one = [row for row in draft["parties"] if row["role"] == "applicant"]
    with pytest.raises(RuleBroken, match="two_sides_needed") as broken:
        open_mediation(station.desk, matter, {**draft, "parties": one})
    assert broken.value.field == "parties"
    opened = open_mediation(station.desk, matter, draft)
    edited, seen = mediation_draft(station.desk, opened.id)
    with pytest.raises(RuleBroken, match="two_sides_needed"):
        edit_mediation(station.desk, opened.id, {**edited, "parties": one}, seen)


def test_mediation_needs_consent_rights_and_a_mediator(station: Station, matter: str) -> None:
    draft = mediation_draft_from(station.desk, matter)
    for given, field in (({"consent": "refused"}, "consent"), ({"mediators": []}, "mediators")):
        with pytest.raises(RuleBroken) as broken:
            open_mediation(station.desk, matter, {**draft, **given})
        assert broken.value.field == field
    with pytest.raises(Refused, match="not_yours"):
        open_mediation(station.desks["王小明"], matter, draft)
    done = open_mediation(station.desk, matter, draft)
    with pytest.raises(Refused, match="rights_not_told"):
        conclude(station.desk, done.id, agreement_draft(station.desk, done.id) | _terms())
    edited, seen = mediation_draft(station.desk, done.id)
    edit_mediation(station.desk, done.id, {**edited, "outcome": "ended", "ended_reason": "当事人撤回"}, seen)
    with pytest.raises(Refused, match="mediation_ended"):
        conclude(station.desk, done.id, agreement_draft(station.desk, done.id) | _terms())


def test_a_department_mediating_makes_an_agreement_of_its_own_and_no_peoples_one(
    station: Station, mediation: str
) -> None:
    desk = station.desk

    def hosted(**given: str) -> None:
        draft, seen = mediation_draft(desk, mediation)
        edit_mediation(desk, mediation, {**draft, **given}, seen)

    hosted(host="police")
    with pytest.raises(Refused, match="not_peoples_mediation"):
        conclude(desk, mediation, agreement_draft(desk, mediation) | _terms())
    hosted(host="administrative")
    with pytest.raises(Refused, match="administrative_needs_body"):
        conclude(desk, mediation, agreement_draft(desk, mediation) | _terms())
    hosted(committee="区住房和建设局")
    with pytest.raises(RuleBroken, match="administrative_is_written"):
        conclude(desk, mediation, agreement_draft(desk, mediation) | _terms(form="oral"))
    done = conclude(desk, mediation, agreement_draft(desk, mediation) | _terms())
    assert "行调字第1" in done.number
    text = text_of(preview(desk, PaperKind.AGREEMENT, done.id))
    for said in ("行政调解协议书", "区住房和建设局（调解机关印章）", "调解人员（签名）："):
        assert said in text
    assert "人民调解" not in text
    assert void_number(desk, done.id, "误建").number == done.number


def test_a_return_visit_is_recorded_on_the_agreement(station: Station, mediation: str) -> None:
    done = conclude(station.desk, mediation, agreement_draft(station.desk, mediation) | _terms())
    later = as_of(station.desk, station.clock.at + timedelta(days=30))
    draft = station.draft("follow_up", manner="phone", performed="all", satisfied=False, text="已付清")
    assert follow_up(later, done.id, draft).id == follow_up(later, done.id, draft).id
    assert station.counts()["follow_up"] == 1
    with pytest.raises(Refused):
        follow_up(later, mediation, station.draft("follow_up", text="无"))


def test_the_directory_gives_the_answers_of_open_fields(station: Station) -> None:
    assert {o.text for o in department_options(station.desk)} == {"区住房和建设局", "区人力资源局"}
    assert [o.text for o in mediator_options(station.desk)] == ["李文静"]
    assert [o.text for o in options(station.desk, "order", "street_copy")] == ["凤凰街道"]
    assert len(options(station.desk, "step", "to_unit")) == 3
