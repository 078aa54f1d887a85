"""What is due of all agreements of a store, from signing to the return visit."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from desktop.actions.agreements import agreement_draft, conclude
from desktop.actions.due import due_of_agreement, due_rows
from desktop.actions.matters import edit_matter, matter_draft
from desktop.actions.mediation_events import correction_draft, event_draft, note_event
from desktop.actions.mediations import follow_up
from desktop.actions.papers import issue_paper
from desktop.commands.deadlines import due
from desktop.forms.form import Draft
from desktop.forms.mediations import FOLLOW_UP_FORM
from desktop.forms.questions import fresh
from desktop.ui.stories.dues import read_dues, read_soon
from desktop.ui.stories.mediations import mediation_story
from resources import wording
from sync.records.errors import RuleBroken
from sync.records.kinds import new_id
from sync.records.papers import PaperKind
from sync.records.rule_tables import FIRST, RuleTable, TableName
from tests.system.actions.conftest import Station
from tests.system.actions.test_open_items import Told
from tests.system.actions.test_print_rules import begun, concluded, empower
from tests.system.actions.test_signing import page, sign

Enter = Callable[..., Draft]


@pytest.fixture
def mediation(station: Station, visitor: Enter) -> str:
    """A mediation in which a lawyer acts for the visitor, who signs in person."""
    found = begun(station, visitor)
    empower(station, found, principal_signs=True)
    return found


def kinds(station: Station) -> list[tuple[str, int]]:
    return [(row.due.kind.value, row.days) for row in due_rows(station.desk)]


def sign_all(station: Station, agreement: str) -> None:
    for at in range(len(page(station, agreement).signers)):
        sign(station, agreement, at)


def test_the_clocks_of_an_agreement_from_the_last_signature_to_the_return_visit(
    station: Station, mediation: str
) -> None:
    agreement = concluded(station, mediation)
    assert kinds(station) == []
    for at in range(len(page(station, agreement).signers) - 1):
        sign(station, agreement, at)
    assert kinds(station) == [("seal", 0)]
    sign(station, agreement, len(page(station, agreement).signers) - 1)
    assert kinds(station) == [("confirm", 33)]  # 5 March and 30 days, past Qingming
    issue_paper(station.desk, PaperKind.CONFIRMATION_APPLICATION, mediation, reasons="当事人未带证件")
    assert kinds(station) == []
    station.clock.later(days=27)
    assert kinds(station) == [("performance", 0), ("follow_up", 6)]  # 4 to 6 April are days off
    (row, _) = due_of_agreement(station.desk, agreement)
    assert (row.text, row.parties) == ("被申请人支付修理费", "张伟、某某物业公司")
    station.clock.later(days=8)
    assert kinds(station) == [("follow_up", -2), ("follow_up", -1)]
    seen = {"happened_at": station.clock.at.isoformat(), "performed": "all", "text": "已付清"}
    follow_up(station.desk, agreement, fresh(FOLLOW_UP_FORM, "follow_up", seen))
    assert kinds(station) == []


def court(station: Station, mediation: str, kind: str, **more: str) -> str:
    draft = event_draft(station.desk, mediation) | {"kind": kind, "happened_at": station.clock.at.isoformat(), **more}
    return note_event(station.desk, mediation, draft).id


def refused(station: Station, mediation: str, kind: str, **more: str) -> str:
    with pytest.raises(RuleBroken) as told:
        court(station, mediation, kind, **more)
    return told.value.key


def of_court(station: Station) -> list[tuple[str, str]]:
    return [
        (row.due.kind.value, row.due.on.isoformat())
        for row in due_rows(station.desk)
        if row.due.kind.value.startswith("court")
    ]


def test_the_courts_days_run_from_the_filing_to_the_ruling_wherever_what_is_due_is_told(
    station: Station, mediation: str
) -> None:
    words = wording("zh")
    agreement = concluded(station, mediation)
    where = {"court": "光明区人民法院"}
    assert refused(station, mediation, "court_filed", **where) == "records.event_no_agreement"
    sign_all(station, agreement)
    assert kinds(station) == [("confirm", 33)]
    assert refused(station, mediation, "court_accepted") == "records.event_not_filed"
    assert refused(station, mediation, "court_filed") == "actions.required"
    court(station, mediation, "court_filed", **where)
    assert of_court(station) == [("court_accept", "2026-03-09")]  # 8 March, the third day, is a Sunday
    assert ("confirm", 33) not in kinds(station), "what was filed is applied for"
    assert refused(station, mediation, "court_filed", **where) == "records.event_no_agreement"
    assert refused(station, mediation, "court_extended") == "actions.court_not_accepted"
    (row,) = [row for row in due_of_agreement(station.desk, agreement) if row.due.kind == "court_accept"]
    verb = due(Namespace(at="", only="clocks"), Told(station.desk)).data  # type: ignore[arg-type]
    (told,) = [each for each in verb if each["kind"] == "court-accept"]
    assert (told["due"], told["id"], told["state"]) == ("2026-03-09T23:59:59+08:00", agreement, "running")
    assert told["assumed"] == ["该时限是程序自带的默认值（版本default-1），尚待区里确认。"]
    lines = [line for line in read_dues(station.desk, words).lines if line.record == agreement]
    assert [(line.what, line.status.text) for line in lines] == [("法院决定是否受理", "还有4天")]
    station.clock.later(days=2)
    assert "court_accept" in {line.agreed.due.kind for line in read_soon(station.desk, words, 5) if line.agreed}
    with station.store.read() as reader:
        facts = mediation_story(words, station.clock, reader, mediation).facts
    assert dict(facts)["法院决定是否受理"].startswith("2026-03-09  还有2天")
    assert row.due.on.isoformat() == "2026-03-09"
    court(station, mediation, "court_accepted")
    assert of_court(station) == [("court_decide", "2026-03-23")]  # 22 March is a Sunday
    court(station, mediation, "court_extended", text="案情复杂，院长批准")
    assert of_court(station) == [("court_decide", "2026-04-01")]
    station.clock.later(days=40)
    (late,) = [line for line in read_dues(station.desk, words).lines if line.what == "法院作出司法确认裁定"]
    assert late.standing == "overdue"
    assert refused(station, mediation, "court_ruled") == "actions.required"
    court(station, mediation, "court_ruled", text="确认协议有效。")
    assert of_court(station) == []
    with station.store.read() as reader:
        story = mediation_story(words, station.clock, reader, mediation)
    told_events = {event.title: event.text for event in story.events}
    assert told_events["向法院申请司法确认"] == "光明区人民法院"
    assert told_events["法院裁定（或不予受理）"] == "确认协议有效。"
    station.clock.later(days=1)
    court(station, mediation, "court_filed", **where)  # after a dismissal the parties may apply anew
    assert [kind for kind, _ in of_court(station)] == ["court_accept"]


def test_a_corrected_day_of_filing_moves_what_the_court_has_to_do(station: Station, mediation: str) -> None:
    sign_all(station, concluded(station, mediation))
    station.clock.later(days=4)
    event = court(station, mediation, "court_filed", court="光明区人民法院")
    assert of_court(station) == [("court_accept", "2026-03-12")]
    draft = correction_draft(station.desk, mediation, event)
    assert draft["court"] == "光明区人民法院"
    earlier = (station.clock.at - timedelta(days=1)).isoformat()
    note_event(station.desk, mediation, {**draft, "happened_at": earlier, "amend_reason": "看错日期"})
    assert of_court(station) == [("court_accept", "2026-03-11")]


def test_return_visits_are_due_when_the_district_says(station: Station, mediation: str) -> None:
    sign_all(station, concluded(station, mediation))
    station.clock.later(days=28)
    assert ("follow_up", 5) in kinds(station)
    text = "".join(
        f'[{kind}]\namount = {days}\nunit = "working_days"\nsource = "光调〔2026〕2号"\n'
        for kind, days in (("follow-up-term", 2), ("follow-up-effect", 25))
    )
    with station.store.write() as work:
        table = {"name": TableName.PERIODS.value, "number": FIRST, "text": text, "starts_on": date(2026, 1, 1)}
        work.add(RuleTable(id=new_id("rule_table"), made=station.desk.made(), **table))  # type: ignore[arg-type]
    assert kinds(station) == [("follow_up", 1), ("confirm", 5), ("follow_up", 8)]


def test_labour_has_the_review_beside_the_confirmation(station: Station, mediation: str) -> None:
    with station.store.read() as reader:
        matter = reader.get(mediation).matter  # type: ignore[attr-defined]
    edit, seen = matter_draft(station.desk, matter)
    edit_matter(station.desk, matter, edit | {"category": "labour"}, seen)
    sign_all(station, concluded(station, mediation))
    assert kinds(station) == [("arbitration_review", 15), ("confirm", 33)]
    issue_paper(station.desk, PaperKind.REVIEW_APPLICATION, mediation, reasons="双方要求")
    assert kinds(station) == [("confirm", 33)]


def test_of_a_replaced_version_nothing_is_due(station: Station, mediation: str) -> None:
    first = concluded(station, mediation)
    sign_all(station, first)
    draft = agreement_draft(station.desk, mediation, first) | {"amend_reason": "改期"}
    conclude(station.desk, mediation, draft)
    assert kinds(station) == []
    assert due_of_agreement(station.desk, first) == ()
