"""The parties' will through its verb, into a real store: who agreed, who refused, and what a refusal stops."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from desktop.actions.agreements import agreement_draft, conclude
from desktop.actions.consents import consent_draft, end_refused, note_consents, refusing, wills_of
from desktop.actions.matters import matter_draft_from, open_matter
from desktop.actions.mediation_events import correction_draft, event_draft, note_event
from desktop.actions.mediations import edit_mediation, mediation_draft, mediation_draft_from, open_mediation
from desktop.actions.papers import preview
from desktop.actions.print_rules import print_findings
from desktop.actions.visits import log_visit
from desktop.forms.form import Draft
from desktop.store.links import mediation_events_of
from desktop.ui.stories.mediations import mediation_story
from resources import wording
from sync.records.errors import Refused, RuleBroken
from sync.records.mediations import Mediation, Outcome
from sync.records.papers import PaperKind
from tests.support.pdf import text_of
from tests.system.actions.conftest import Station

Enter = Callable[..., Draft]
FIRM = "某某物业有限公司"
RESPONDENT = {
    "role": "respondent",
    "party_kind": "organisation",
    "name": FIRM,
    "phone": "0755-27401234",
    "address": "凤凰路9号",
}


@pytest.fixture
def mediation(station: Station, visitor: Enter) -> str:
    """A mediation between 张伟 and a firm, of which nobody was asked yet."""
    visit = log_visit(station.desk, station.draft("visit", **visitor()))
    draft = matter_draft_from(station.desk, visit.id)
    matter = open_matter(station.desk, visit.id, {**draft, "parties": [*draft["parties"], RESPONDENT]}).id
    told = {"rights_told_at": station.clock.at.isoformat()}
    return open_mediation(station.desk, matter, mediation_draft_from(station.desk, matter) | told).id


def answer(
    station: Station, mediation: str, *answers: str | None, manner: str = "at_desk", others: bool = False
) -> None:
    draft = consent_draft(station.desk, mediation)
    rows = [{**row, "answer": said, "manner": manner} for row, said in zip(draft["consents"], answers, strict=True)]
    note_consents(station.desk, mediation, {**draft, "consents": rows, "others_agree": others})


def hour(station: Station) -> None:
    station.clock.at += timedelta(hours=1)


def terms(station: Station, mediation: str) -> Draft:
    given = {
        "terms": [{"text": "被申请人支付修理费。", "amount": "3100", "due_on": "2026-04-01"}],
        "performance": "转账。",
    }
    return {**agreement_draft(station.desk, mediation), "facts": "漏水。", **given}


def joint(station: Station, mediation: str, **given: str) -> None:
    draft = event_draft(station.desk, mediation) | {"kind": "joint", "present": f"张伟、{FIRM}", "text": "陈述。"}
    note_event(station.desk, mediation, draft | given)


def test_each_party_has_an_answer_with_time_and_manner_told_in_the_story(station: Station, mediation: str) -> None:
    answer(station, mediation, "agrees", None)
    hour(station)
    answer(station, mediation, "agrees", "agrees", manner="phone")

    with station.store.read() as reader:
        first, second = wills_of(reader, mediation)
        told = dict(mediation_story(wording("zh"), station.clock, reader, mediation).facts)["各方意愿"].splitlines()
    assert (first.agrees, second.agrees) == (True, True)
    assert second.event is not None
    assert second.event.happened_at == station.clock.at.replace(second=0, microsecond=0)
    assert told[1].startswith(f"{FIRM}  同意调解  ")
    assert told[1].endswith("电话")


def test_the_same_answer_is_not_recorded_twice_and_none_at_all_is_refused(station: Station, mediation: str) -> None:
    answer(station, mediation, "agrees", None)
    with pytest.raises(RuleBroken, match="nobody_answered"):
        answer(station, mediation, "agrees", None)
    answer(station, mediation, "agrees", None, others=True)
    with station.store.read() as reader:
        assert [e.present for e in mediation_events_of(reader, mediation)] == [("张伟",), (FIRM,)]
    with pytest.raises(Refused, match="no_event_yet"):
        correction_draft(station.desk, mediation)  # a later answer replaces it


def test_an_answer_ahead_of_now_or_of_a_stranger_is_refused_at_its_line(station: Station, mediation: str) -> None:
    draft = consent_draft(station.desk, mediation)
    first, second = draft["consents"]
    later = {**second, "answer": "agrees", "told_at": (station.clock.at + timedelta(hours=2)).isoformat()}
    with pytest.raises(RuleBroken, match="in_the_future") as broken:
        note_consents(station.desk, mediation, {**draft, "consents": [first, later]})
    assert broken.value.field == "consents.1.told_at"
    stranger = {**second, "answer": "agrees", "party": "per_01a2251afb1872ff96f62fd6a90c7f23"}
    with pytest.raises(RuleBroken, match="not_a_party"):
        note_consents(station.desk, mediation, {**draft, "consents": [first, stranger]})


def test_while_a_party_refuses_there_is_no_joint_session_and_no_agreement(station: Station, mediation: str) -> None:
    before = station.clock.at.isoformat()
    hour(station)
    answer(station, mediation, "agrees", "refuses", manner="in_writing")
    hour(station)

    with pytest.raises(RuleBroken, match="party_refuses") as broken:
        joint(station, mediation)
    assert broken.value.values["names"] == FIRM
    with pytest.raises(RuleBroken, match="party_refuses"):
        conclude(station.desk, mediation, terms(station, mediation))
    joint(station, mediation, happened_at=before)  # what happened before it refused may be noted
    hour(station)
    answer(station, mediation, "agrees", "agrees", manner="phone")
    joint(station, mediation)
    done = conclude(station.desk, mediation, terms(station, mediation))
    found = {f.rule: f.key for f in print_findings(station.desk, PaperKind.AGREEMENT, done.id)}
    assert found["consent"] == "rules.consent"


def test_a_refusal_ends_the_mediation_with_its_reason(station: Station, mediation: str) -> None:
    with pytest.raises(Refused, match="nobody_refuses"):
        end_refused(station.desk, mediation)
    answer(station, mediation, None, "refuses")
    assert refusing(station.desk, mediation) == (FIRM,)
    end_refused(station.desk, mediation)

    assert refusing(station.desk, mediation) == ()
    with station.store.read() as reader:
        ended = reader.get(mediation)
    assert isinstance(ended, Mediation)
    assert (ended.outcome, ended.ended_reason) == (Outcome.ENDED, f"{FIRM}拒绝调解")
    notice = text_of(preview(station.desk, PaperKind.TERMINATION_NOTICE, mediation))
    assert FIRM in notice


def test_an_older_mediation_with_one_answer_for_all_keeps_its_meaning(station: Station, mediation: str) -> None:
    edited, seen = mediation_draft(station.desk, mediation)
    edit_mediation(station.desk, mediation, {**edited, "consent": "all"}, seen)
    with station.store.read() as reader:
        assert [(w.agrees, w.event) for w in wills_of(reader, mediation)] == [(True, None), (True, None)]
    answer(station, mediation, None, "refuses")
    with pytest.raises(RuleBroken, match="party_refuses"):
        conclude(station.desk, mediation, terms(station, mediation))


def test_the_acceptance_form_says_who_agreed_when_and_how(station: Station, mediation: str) -> None:
    open_one = text_of(preview(station.desk, PaperKind.ACCEPTANCE, mediation)).replace("\n", "")
    assert "当事人意愿" not in open_one.replace(" ", "")
    answer(station, mediation, "agrees", "refuses", manner="phone")
    refused = "".join(text_of(preview(station.desk, PaperKind.ACCEPTANCE, mediation)).split())
    assert "征求当事人意见后" in refused
    assert f"{FIRM}：拒绝调解（2026年3月5日" in refused
    assert "电话）" in refused
    hour(station)
    answer(station, mediation, "agrees", "agrees", manner="in_writing")
    agreed = "".join(text_of(preview(station.desk, PaperKind.ACCEPTANCE, mediation)).split())
    assert "经当事人同意" in agreed
    assert f"{FIRM}：同意调解（2026年3月5日" in agreed
