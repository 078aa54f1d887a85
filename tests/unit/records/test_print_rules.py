"""Rules before print: each holds in an ordinary case, and each has a case in which it does not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from desktop.actions.print_rules import laws, table
from resources import LANGUAGES, wording
from sync.records.confirm_checks import ALONE, CHECKS
from sync.records.matters import Matter, Nature
from sync.records.mediation_events import ContactManner, MediationEvent, MediationEventKind
from sync.records.mediations import Agreement, AgreementForm, Mediation, PartyBlock, Share, Term
from sync.records.papers import PaperKind
from sync.records.participations import Participation, PartyRole
from sync.records.print_rules import Case, Finding, Verdict, Weight, findings, gone_on, unmet
from sync.records.record import Made
from sync.records.times import BEIJING
from sync.records.visits import Category

AT = datetime(2026, 3, 5, 9, 0, tzinfo=BEIJING)
MADE = Made(by="sta_1", unit="uni_1", store="sto_1", at=AT)
DAY = AT.date()
PAPER, COURT, REVIEW = PaperKind.AGREEMENT, PaperKind.CONFIRMATION_APPLICATION, PaperKind.REVIEW_APPLICATION
PARTIES = (
    PartyBlock(party="per_1", side=1, role="applicant", name="张伟", age=40, contact="13800138000", address="新村1号"),
    PartyBlock(
        party="fir_2", side=2, role="respondent", name="某某物业公司", organisation=True,
        contact="0755-1", address="凤凰路9号", representative="陈志强",
    ),
)  # fmt: skip
AGREEMENT = Agreement(
    id="agr_1",
    made=MADE,
    number="(2026)凤凰人调字第1号",
    mediation="med_1",
    matter="mat_1",
    committee="凤凰社区人民调解委员会",
    unit="uni_1",
    parties=PARTIES,
    mediators=("李文静",),
    facts="漏水。",
    disputed="修理费。",
    terms=(Term(text="被申请人支付申请人修理费", amount_fen=310_000, due_on=date(2026, 4, 1), payer=2, payee=1),),
    performance="转账。",
    copies=4,
    drawn_on=DAY,
    total_fen=310_000,
)
MEDIATION = Mediation(
    id="med_1", made=MADE, matter="mat_1", unit="uni_1", committee="凤凰社区人民调解委员会", mediators=("sta_1",),
    started_at=AT, rights_told_at=AT, consent="all", interests="none",
)  # fmt: skip
MATTER = Matter(
    id="mat_1", made=MADE, title="漏水", nature=Nature.DISPUTE, category=Category.NEIGHBOURS, unit="uni_1",
    discovered_at=AT,
)  # fmt: skip


def agent(role: PartyRole = PartyRole.ENTRUSTED_AGENT, **said: Any) -> Participation:
    given: dict[str, Any] = {"special": True, "original_seen": True, "starts_on": DAY, "ends_on": DAY} | said
    return Participation(
        id="par_1", made=MADE, subject="med_1", party="per_3", role=role, principal="per_1", scope="代为调解", **given
    )


CASE = Case(
    paper=PAPER,
    agreement=AGREEMENT,
    mediation=MEDIATION,
    matter=MATTER,
    taking=(agent(),),
    names={"per_1": "张伟", "per_3": "刘律师", "fir_2": "某某物业公司"},
    numbered=frozenset({"per_1", "fir_2"}),
    effective=DAY,
    confirm_by=date(2026, 4, 7),
    review_by=date(2026, 3, 20),
    limit=date(2026, 4, 7),
    today=DAY,
)

Change = Callable[[Case], Case]


def case(**changed: Any) -> Change:
    return lambda c: dataclasses.replace(c, **changed)


def paper(**changed: Any) -> Change:
    return lambda c: dataclasses.replace(c, agreement=dataclasses.replace(c.signed, **changed))


def held(**changed: Any) -> Change:
    return lambda c: dataclasses.replace(c, mediation=dataclasses.replace(c.mediation, **changed))


def about(**changed: Any) -> Change:
    return lambda c: dataclasses.replace(c, matter=dataclasses.replace(c.matter, **changed))


def party(at: int, **changed: Any) -> Change:
    blocks = list(PARTIES)
    blocks[at] = dataclasses.replace(blocks[at], **changed)
    return paper(parties=tuple(blocks))


def term(**changed: Any) -> Change:
    return paper(terms=(dataclasses.replace(AGREEMENT.terms[0], **changed),))


def oral(nature: Nature, category: Category) -> Change:
    def change(c: Case) -> Case:
        return about(nature=nature, category=category)(paper(form=AgreementForm.ORAL)(c))

    return change


def answered(*said: tuple[str, bool], one: str = "") -> Change:
    """Each party's answer, the later ones an hour after the earlier; ``one`` is the one answer for all."""
    events = tuple(
        MediationEvent(
            id=f"mev_{at}", made=MADE, mediation="med_1", kind=MediationEventKind.CONSENT, party=party, agrees=agrees,
            happened_at=AT + timedelta(hours=at), manner=ContactManner.PHONE,
        )
        for at, (party, agrees) in enumerate(said)
    )  # fmt: skip
    return lambda c: case(events=events)(held(consent=one)(c))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (answered(("per_1", True), ("fir_2", True)), "consent"),
        (answered(("per_1", True), ("fir_2", False)), "consent_refusing"),
        (answered(("fir_2", False), ("per_1", True), ("fir_2", True)), "consent"),
        (answered(("fir_2", False), one="all"), "consent_refusing"),
        (answered(("per_9", False), one="all"), "consent"),
        (answered(("fir_2", True), one="all"), "consent"),
        (answered(("per_1", True)), "consent_unsaid"),
        (answered(("per_1", True), one="asked"), "consent_asked"),
        (answered(("per_1", True), one="refused"), "consent_refused"),
        (answered(("per_1", True), ("fir_2", True), one="refused"), "consent"),
    ],
)
def test_each_partys_latest_answer_counts_before_the_one_answer_for_all(change: Change, said: str) -> None:
    (found,) = (f for f in findings(change(CASE), table(), CHECKS, ALONE) if f.rule == "consent")

    assert found.key == f"rules.{said}"
    assert found.values.get("names", "") in ("", "某某物业公司")


def nobody_acts(c: Case) -> Case:
    return case(taking=())(party(0, age=12)(c))


BROKEN: list[tuple[PaperKind, str, str, Verdict, Change]] = [
    (PAPER, "consent", "refusing", Verdict.FAILS, answered(("fir_2", False), one="all")),
    (PAPER, "consent", "refused", Verdict.FAILS, held(consent="refused")),
    (PAPER, "consent", "asked", Verdict.FAILS, held(consent="asked")),
    (PAPER, "consent", "unsaid", Verdict.UNKNOWN, held(consent="")),
    (PAPER, "rights", "untold", Verdict.FAILS, held(rights_told_at=None)),
    (PAPER, "interests", "asked", Verdict.FAILS, held(interests="replacement_asked")),
    (PAPER, "interests", "unsaid", Verdict.UNKNOWN, held(interests="")),
    (PAPER, "written", "labour", Verdict.FAILS, oral(Nature.DISPUTE, Category.LABOUR)),
    (PAPER, "written", "petition", Verdict.FAILS, oral(Nature.PETITION, Category.OTHER)),
    (PAPER, "signers", "sides", Verdict.FAILS, party(1, side=1)),
    (PAPER, "signers", "mediator", Verdict.FAILS, paper(mediators=())),
    (PAPER, "agents", "not_special", Verdict.FAILS, case(taking=(agent(special=False),))),
    (PAPER, "agents", "not_yet", Verdict.FAILS, case(taking=(agent(starts_on=date(2026, 3, 6), ends_on=None),))),
    (PAPER, "agents", "over", Verdict.FAILS, case(taking=(agent(starts_on=None, ends_on=date(2026, 3, 4)),))),
    (PAPER, "agents", "unseen", Verdict.FAILS, case(taking=(agent(original_seen=False),))),
    (COURT, "agents", "not_special", Verdict.FAILS, case(taking=(agent(special=False),))),
    (PAPER, "sums", "differ", Verdict.FAILS, paper(total_fen=310_001)),
    (PAPER, "sums", "shares", Verdict.FAILS, paper(shares=(Share(party="per_1", name="张伟", amount_fen=1),))),
    (PAPER, "firm", "office", Verdict.FAILS, party(1, name="光明建筑公司凤凰项目部")),
    (PAPER, "firm", "foreman", Verdict.FAILS, party(1, organisation=False, age=40, occupation="包工头")),
    (COURT, "firm", "foreman", Verdict.FAILS, party(1, agent="老周（委托代理人，代理权限：班组长代签）")),
    (PAPER, "copies", "few", Verdict.FAILS, paper(copies=2)),
    (PAPER, "seal", "none", Verdict.FAILS, paper(committee=" ")),
    (COURT, "agreed", "none", Verdict.FAILS, case(agreement=None)),
    (COURT, "in_effect", "not_yet", Verdict.FAILS, case(effective=None)),
    (COURT, "within_days", "over", Verdict.FAILS, case(today=date(2026, 4, 8))),
    (COURT, "within_days", "not_running", Verdict.UNKNOWN, case(effective=None, confirm_by=None)),
    (COURT, "excluded", "status", Verdict.FAILS, about(category=Category.MARRIAGE_FAMILY)),
    (COURT, "excluded", "status", Verdict.FAILS, term(text="被申请人解除收养关系")),
    (COURT, "excluded", "title", Verdict.FAILS, term(text="被申请人确认房屋归申请人")),
    (COURT, "excluded", "procedure", Verdict.FAILS, term(text="被申请人申请破产")),
    (COURT, "identity", "lacking", Verdict.FAILS, case(numbered=frozenset({"fir_2"}))),
    (COURT, "court_copy", "few", Verdict.FAILS, paper(copies=3)),
    (COURT, "joint", "ask", Verdict.UNKNOWN, case()),
    (REVIEW, "review_labour", "other", Verdict.FAILS, about(category=Category.HOUSING_LAND)),
    (REVIEW, "review_days", "over", Verdict.FAILS, case(today=date(2026, 3, 21))),
    (REVIEW, "review_days", "not_running", Verdict.UNKNOWN, case(effective=None, review_by=None)),
    (REVIEW, "review_joint", "ask", Verdict.UNKNOWN, case()),
    (REVIEW, "agreed", "none", Verdict.FAILS, case(agreement=None)),
    (PAPER, "parties", "lacking", Verdict.FAILS, party(0, contact="")),
    (PAPER, "parties", "lacking", Verdict.FAILS, party(1, address=" ")),
    (PAPER, "representative", "lacking", Verdict.FAILS, party(1, representative="")),
    (PAPER, "capacity", "minor", Verdict.FAILS, nobody_acts),
    (PAPER, "capacity", "unaged", Verdict.UNKNOWN, party(0, age=None)),
    (PAPER, "terms_who", "unclear", Verdict.FAILS, term(text="赔偿修理费", payer=0, payee=0)),
    (PAPER, "terms_amount", "unclear", Verdict.FAILS, term(amount_fen=None)),
    (PAPER, "terms_when", "unclear", Verdict.FAILS, term(due_on=None)),
    (PAPER, "vague", "found", Verdict.FAILS, term(text="被申请人尽快支付申请人修理费")),
    (COURT, "vague", "found", Verdict.FAILS, paper(performance="酌情转账。")),
    (PAPER, "in_time", "over", Verdict.FAILS, case(limit=date(2026, 3, 4))),
    (PAPER, "facts", "none", Verdict.FAILS, paper(facts=" ")),
    (PAPER, "facts", "undisputed", Verdict.FAILS, paper(disputed="")),
    (PAPER, "ink", "family", Verdict.UNKNOWN, about(category=Category.MARRIAGE_FAMILY)),
    (PAPER, "lawful", "judge", Verdict.UNKNOWN, case()),
]


def found(about_case: Case) -> dict[str, Finding]:
    return {f.rule: f for f in findings(about_case, table(), CHECKS, ALONE)}


def of(kind: PaperKind) -> Case:
    matter = dataclasses.replace(MATTER, category=Category.LABOUR) if kind is REVIEW else MATTER
    return dataclasses.replace(CASE, paper=kind, matter=matter)


@pytest.mark.parametrize(("kind", "rule", "said", "verdict", "change"), BROKEN)
def test_what_does_not_hold_is_found_and_nothing_else_with_it(
    kind: PaperKind, rule: str, said: str, verdict: Verdict, change: Change
) -> None:
    before, after = found(of(kind)), found(change(of(kind)))
    assert (after[rule].verdict, after[rule].key) == (verdict, f"rules.{rule}_{said}")
    if said not in ("judge", "ask"):
        assert before[rule].verdict is Verdict.HOLDS
    worse = {name for name, f in after.items() if f.verdict is Verdict.FAILS} - {rule}
    assert worse <= {"within_days": {"in_effect"}, "terms_amount": {"sums"}}.get(rule, set())


def test_an_ordinary_case_holds_and_only_a_person_can_judge_the_rest() -> None:
    for kind, left in ((PAPER, {"lawful"}), (COURT, {"lawful", "joint"}), (REVIEW, {"review_joint"})):
        assert {name for name, f in found(of(kind)).items() if f.verdict is not Verdict.HOLDS} == left
        assert unmet(found(of(kind)).values(), {}) == ()


def test_every_rule_of_the_table_has_a_check_a_law_and_a_case_here() -> None:
    names = [rule.name for rule in table().rules]
    assert len(names) == len(set(names)) == len(CHECKS)
    assert set(names) == set(CHECKS) == {rule for _, rule, *_ in BROKEN}
    assert all(rule.only for rule in table().rules)
    for language in LANGUAGES:
        assert all(laws(language)[name].strip() for name in names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_a_sentence_and_no_sentence_is_left_over(language: str) -> None:
    words = wording(language)
    keys = {f"rules.{rule}" for rule in CHECKS} | {f"rules.{rule}_{said}" for _, rule, said, _, _ in BROKEN}
    assert sorted(key for key in keys if not words.has(key)) == []
    for kind, rule, _, _, change in BROKEN:
        finding = found(change(of(kind)))[rule]
        assert "{" not in words(finding.key, **finding.values)
    ours = {k for k in words.entries if k.startswith("rules.") and k.split(".")[1].startswith(tuple(CHECKS))}
    assert ours - keys == set()


def test_an_agent_whose_principal_signs_and_one_by_law_need_no_special_power() -> None:
    speaks = agent(special=False, original_seen=False, principal_signs=True)
    parent = agent(PartyRole.LEGAL_AGENT, special=False, original_seen=False)
    for acting in (speaks, parent):
        assert found(case(taking=(acting,))(CASE))["agents"].verdict is Verdict.HOLDS
    child = party(0, age=12)(CASE)
    assert found(case(taking=(parent,))(child))["capacity"].verdict is Verdict.HOLDS
    assert found(case(taking=(speaks,))(child))["capacity"].verdict is Verdict.FAILS


def test_of_many_parties_the_first_are_named_and_all_are_counted() -> None:
    many = tuple(dataclasses.replace(PARTIES[0], party=f"per_{n}", name=f"工人{n}", contact="") for n in range(23))
    told = found(paper(parties=(*many, PARTIES[1]))(CASE))["parties"].values["names"]
    assert told == "工人0、工人1、工人2、工人3、工人4、工人5…（23）"


def test_terms_are_clear_by_a_side_a_name_a_day_or_the_manner_of_performance() -> None:
    for text in ("张伟搬走杂物", "双方互不追究", "由陈志强道歉"):
        assert found(term(text=text, payer=0, payee=0, amount_fen=None)(CASE))["terms_who"].verdict is Verdict.HOLDS
    for text in ("被申请人支付修理费3100元", "被申请人支付修理费叁仟壹佰元整"):
        assert found(term(text=text, amount_fen=None)(CASE))["terms_amount"].verdict is Verdict.HOLDS
    for changed in (term(text="被申请人三日内修好", due_on=None), term(text="当场付清", due_on=None)):
        assert found(changed(CASE))["terms_when"].verdict is Verdict.HOLDS
    said = paper(terms=(Term(text="被申请人修好"),), performance="2026年4月1日前完成。")
    assert found(said(CASE))["terms_when"].verdict is Verdict.HOLDS


def test_what_stops_needs_no_reason_and_what_asks_for_one_is_kept_with_it() -> None:
    changed = paper(copies=2, disputed="")(term(amount_fen=None, due_on=None)(of(PAPER)))
    some = tuple(found(dataclasses.replace(changed, limit=date(2026, 3, 1))).values())
    assert {f.rule for f in some if f.stops} == {"copies", "sums"}
    assert {f.rule for f in some if f.asks} == {"terms_amount", "terms_when", "in_time"}
    reasons = dict.fromkeys(("copies", "sums", "terms_amount", "in_time"), " 双方同意 ") | {"terms_when": "  "}
    assert {f.rule for f in unmet(some, reasons)} == {"copies", "sums", "terms_when"}
    kept = gone_on(some, reasons | {"terms_when": "修好为止"})
    assert {(w.rule, w.reason) for w in kept} == {
        ("terms_amount", "双方同意"), ("terms_when", "修好为止"), ("in_time", "双方同意")
    }  # fmt: skip


def test_what_no_table_names_is_not_asked_and_its_weight_is_the_tables() -> None:
    rules = table().rules
    told = dataclasses.replace(
        table(), rules=tuple(dataclasses.replace(r, weight=Weight.TELLS) for r in rules if r.name != "agents")
    )
    broken = paper(copies=2)(case(taking=(agent(special=False),))(CASE))
    asked = findings(broken, told, CHECKS, ALONE)
    assert "agents" not in {f.rule for f in asked}
    assert unmet(asked, {}) == ()
