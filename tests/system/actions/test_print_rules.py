"""Rules before print with a real store: an agent without power, a reason that is kept, and the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from desktop.actions.agreements import agreement_draft, conclude
from desktop.actions.matters import edit_matter, matter_draft, matter_draft_from, open_matter
from desktop.actions.mediations import edit_mediation, mediation_draft, mediation_draft_from, open_mediation
from desktop.actions.papers import issue_paper, preview
from desktop.actions.print_rules import RulesUnmet, found_by, print_findings
from desktop.actions.visits import log_visit
from desktop.commands.work import _unmet
from desktop.forms.form import Draft
from desktop.forms.mediations import WRITTEN_ONLY, oral_allowed
from desktop.store.links import attachments_of, prints_of
from resources import LANGUAGES, wording
from sync.records.errors import RuleBroken
from sync.records.papers import PaperKind, WentOn
from tests.support.pdf import text_of
from tests.system.actions.conftest import Station

Enter = Callable[..., Draft]
AGREEMENT = PaperKind.AGREEMENT
FIRM = {
    "role": "respondent", "party_kind": "organisation", "name": "某某物业公司", "phone": "0755-21080002",
    "address": "凤凰路9号", "legal_representative": "陈志强",
}  # fmt: skip
AGENT = {
    "role": "entrusted_agent", "name": "刘律师", "principal": "张伟", "scope": "代为和解",
    "starts_on": "2026-03-01", "ends_on": "2026-03-31",
}  # fmt: skip


@pytest.fixture
def mediation(station: Station, visitor: Enter) -> str:
    """A mediation in which a lawyer acts for the visitor."""
    return begun(station, visitor)


def begun(station: Station, visitor: Enter) -> str:
    """Open a mediation in which a lawyer acts for the visitor against a firm."""
    visit = log_visit(station.desk, station.draft("visit", **visitor(channel="walk_in"))).id
    draft = matter_draft_from(station.desk, visit)
    draft["parties"] = [*draft["parties"], FIRM, AGENT]
    matter = open_matter(station.desk, visit, draft).id
    now = station.clock.at.isoformat()
    given = {"rights_told_at": now, "started_at": now, "consent": "all", "interests": "none"}
    return open_mediation(station.desk, matter, mediation_draft_from(station.desk, matter) | given).id


def concluded(station: Station, mediation: str, **term: str) -> str:
    terms = [{"text": "被申请人支付修理费", "amount": "3100", "due_on": "2026-04-01"} | term]
    draft = agreement_draft(station.desk, mediation) | {"terms": terms, "performance": "转账。", "facts": "漏水。"}
    return conclude(station.desk, mediation, draft).id


def empower(station: Station, mediation: str, **power: Any) -> None:
    draft, seen = mediation_draft(station.desk, mediation)
    draft["parties"] = [row | power if row["role"] == "entrusted_agent" else row for row in draft["parties"]]
    edit_mediation(station.desk, mediation, draft, seen)


def unmet(station: Station, agreement: str, reasons: str = "") -> list[str]:
    with pytest.raises(RulesUnmet) as refused:
        issue_paper(station.desk, AGREEMENT, agreement, reasons=reasons)
    with station.store.read() as reader:
        assert prints_of(reader, agreement) == []
        assert attachments_of(reader, agreement) == []
    return [found.key for found in refused.value.findings]


def test_an_agent_signs_only_with_special_authority_that_was_seen(station: Station, mediation: str) -> None:
    agreement = concluded(station, mediation)
    assert unmet(station, agreement, "双方同意") == ["rules.agents_not_special"]
    empower(station, mediation, special=True)
    assert unmet(station, agreement) == ["rules.agents_unseen"]
    empower(station, mediation, original_seen=True, ends_on="2026-03-04")
    assert unmet(station, agreement) == ["rules.agents_over"]
    empower(station, mediation, ends_on="2026-03-05")
    assert issue_paper(station.desk, AGREEMENT, agreement).copy == 1


def test_the_authorisation_and_the_party_s_block_say_whether_the_power_is_special(
    station: Station, mediation: str
) -> None:
    def told() -> str:
        return "".join(text_of(preview(station.desk, PaperKind.AUTHORISATION, mediation)).split())

    assert "授权类别：一般代理" in told()
    empower(station, mediation, special=True)
    assert "授权类别：特别授权" in told()
    agreement = concluded(station, mediation)
    with station.store.read() as reader:
        assert "特别授权，代为和解" in reader.get(agreement).parties[0].agent  # type: ignore[attr-defined]


def test_a_principal_who_signs_in_person_needs_no_power_of_the_agent(station: Station, mediation: str) -> None:
    agreement = concluded(station, mediation)
    empower(station, mediation, principal_signs=True)
    assert issue_paper(station.desk, AGREEMENT, agreement).copy == 1
    draft, _ = mediation_draft(station.desk, mediation)
    acting = next(row for row in draft["parties"] if row["role"] == "entrusted_agent")
    assert (acting["principal_signs"], acting["special"], acting["original_seen"]) == (True, False, False)


def test_a_reason_is_kept_with_the_print_and_a_reprint_needs_none(station: Station, mediation: str) -> None:
    empower(station, mediation, principal_signs=True)
    agreement = concluded(station, mediation, due_on="", text="被申请人尽快支付修理费")
    assert unmet(station, agreement) == ["rules.terms_when_unclear", "rules.vague_found"]
    with pytest.raises(RuleBroken, match="text_long"):
        issue_paper(station.desk, AGREEMENT, agreement, reasons="长" * 501)
    reasons = {"terms_when": "修好当天支付", "vague": "双方坚持这样写"}
    issue_paper(station.desk, AGREEMENT, agreement, reasons=reasons)
    again = issue_paper(station.desk, AGREEMENT, agreement)
    assert again.copy == 2
    with station.store.read() as reader:
        first, second = prints_of(reader, agreement)
    assert first.went_on == tuple(WentOn(rule=rule, reason=reason) for rule, reason in reasons.items())
    assert second.went_on == ()
    assert print_findings(station.desk, AGREEMENT, agreement) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_line_tells_each_rule_with_its_law_in_one_line(
    station: Station, mediation: str, language: str
) -> None:
    agreement = concluded(station, mediation, due_on="")
    with pytest.raises(RulesUnmet) as refused:
        issue_paper(station.desk, AGREEMENT, agreement)
    words = wording(language)
    told = _unmet(words, refused.value)
    line = words(told.key, **told.values)
    assert "\n" not in line
    assert "刘律师" in line
    assert ("第六十二条" in line, "--reason" in line) == (language == "zh", False)
    empower(station, mediation, principal_signs=True)
    with pytest.raises(RulesUnmet) as left:
        issue_paper(station.desk, AGREEMENT, agreement)
    told = _unmet(words, left.value)
    assert "--reason" in words(told.key, **told.values)


def test_an_oral_agreement_is_not_offered_where_the_law_demands_writing(station: Station, mediation: str) -> None:
    draft = agreement_draft(station.desk, mediation)
    assert oral_allowed(draft)
    draft = draft | {"form": "oral"}
    with station.store.read() as reader:
        matter = reader.get(mediation).matter  # type: ignore[attr-defined]
    edit, seen = matter_draft(station.desk, matter)
    edit_matter(station.desk, matter, edit | {"category": "labour"}, seen)
    fresh = agreement_draft(station.desk, mediation)
    assert fresh[WRITTEN_ONLY] is True
    assert not oral_allowed(fresh)
    terms = [{"text": "被申请人支付工资", "amount": "3100", "due_on": "2026-04-01"}]
    said = {"terms": terms, "performance": "转账。", "facts": "欠薪。"}
    with pytest.raises(RuleBroken, match="must_be_written"):  # begun before the matter became one of labour
        conclude(station.desk, mediation, draft | said | {WRITTEN_ONLY: True})
    assert conclude(station.desk, mediation, fresh | said).id


def test_a_confirmation_is_applied_for_in_time_by_parties_with_documents(station: Station, mediation: str) -> None:
    empower(station, mediation, principal_signs=True)
    with pytest.raises(RulesUnmet) as refused:
        issue_paper(station.desk, PaperKind.CONFIRMATION_APPLICATION, mediation, reasons="先备文")
    assert [f.key for f in refused.value.findings] == ["rules.agreed_none"]
    concluded(station, mediation)
    with pytest.raises(RulesUnmet) as refused:
        issue_paper(station.desk, PaperKind.CONFIRMATION_APPLICATION, mediation)
    assert [f.key for f in refused.value.findings] == ["rules.in_effect_not_yet", "rules.identity_lacking"]
    assert issue_paper(station.desk, PaperKind.CONFIRMATION_APPLICATION, mediation, reasons="先备文").copy == 1
    with station.store.read() as reader:
        (printed,) = prints_of(reader, mediation)
        assert [w.rule for w in printed.went_on] == ["in_effect", "identity"]
        assert found_by(reader, station.desk, PaperKind.FILE_COVER, mediation) == ()
