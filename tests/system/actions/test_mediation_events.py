"""Events of a mediation through their verb, into a real store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.actions.agreement_preview import live_paper
from desktop.actions.agreements import agreement_draft, conclude
from desktop.actions.attachments import FILES, Content, entry, keep_with_draft
from desktop.actions.exports import Wanted, export_list
from desktop.actions.finding import Question, find, home_of
from desktop.actions.matters import matter_draft_from, open_matter
from desktop.actions.mediation_events import correction_draft, event_draft, note_event
from desktop.actions.mediations import edit_mediation, mediation_draft, mediation_draft_from, open_mediation
from desktop.actions.papers import issue_paper, preview
from desktop.actions.visits import log_visit
from desktop.files.attached import PNG
from desktop.files.exports import Format
from desktop.forms.form import Draft
from desktop.forms.mediation_events import MEDIATION_EVENT_FORM
from desktop.store.links import attachments_of, mediation_events_of
from desktop.ui.stories.mediations import mediation_story
from resources import wording
from sync.records.errors import Refused, RuleBroken
from sync.records.folds import open_suspensions
from sync.records.mediation_events import shareable
from sync.records.papers import PaperKind
from tests.support import pictures
from tests.support.pdf import text_of
from tests.system.actions.conftest import Station

Enter = Callable[..., Draft]
RESPONDENT = {"role": "respondent", "party_kind": "organisation", "name": "某某物业有限公司"}


@pytest.fixture
def mediation(station: Station, visitor: Enter) -> str:
    """A mediation with a person and a firm."""
    visit = log_visit(station.desk, station.draft("visit", **visitor()))
    draft = matter_draft_from(station.desk, visit.id)
    matter = open_matter(station.desk, visit.id, {**draft, "parties": [*draft["parties"], RESPONDENT]}).id
    return open_mediation(station.desk, matter, mediation_draft_from(station.desk, matter)).id


def note(station: Station, mediation: str, **given: object) -> str:
    draft = event_draft(station.desk, mediation) | given
    done = note_event(station.desk, mediation, draft)
    assert note_event(station.desk, mediation, draft).id == done.id  # a double click makes one
    return done.id


def test_a_separate_session_is_told_as_confidential_and_found_by_no_search(station: Station, mediation: str) -> None:
    secret = note(station, mediation, kind="separate", side="2", text="最多赔八千元")
    open_one = note(station, mediation, kind="joint", present="张伟，某某物业有限公司", text="当面核对了清单")
    assert event_draft(station.desk, mediation)["_names"]["2"] == "某某物业有限公司"
    with station.store.read() as reader:
        joint = next(e for e in mediation_events_of(reader, mediation) if e.id == open_one)
        story = mediation_story(wording("zh"), station.clock, reader, mediation)
    told = {e.title: e.text for e in story.events}
    assert joint.present == ("张伟", "某某物业有限公司")
    assert told["背对背会谈：某某物业有限公司"].startswith("保密：仅属于某某物业有限公司")
    assert "保密" not in told["面对面调解"]
    assert [h.id for h in find(station.desk, Question("核对了清单"))] == [open_one]
    assert find(station.desk, Question("最多赔八千")) == []
    assert home_of(station.desk, secret) == mediation


def test_a_mediation_rests_once_at_a_time_and_goes_on(station: Station, mediation: str) -> None:
    with pytest.raises(RuleBroken, match="event_not_suspended"):
        note(station, mediation, kind="resumed")
    note(station, mediation, kind="suspended", reason="appraisal", until="2026-3-20")
    with pytest.raises(RuleBroken, match="suspended_already"):
        note(station, mediation, kind="suspended", reason="adjourned")
    with station.store.read() as reader:
        story = mediation_story(wording("zh"), station.clock, reader, mediation)
    assert "中止中，自 2026-03-05 起" in [s.text for s in story.statuses]
    early = event_draft(station.desk, mediation)
    assert early["kind"] == "resumed"
    with pytest.raises(RuleBroken, match="resumed_before_suspended"):
        note(station, mediation, happened_at="2026-3-4 09:00")
    station.clock.later(days=3)
    note(station, mediation)
    with station.store.read() as reader:
        assert open_suspensions(mediation_events_of(reader, mediation)) == ()
        story = mediation_story(wording("zh"), station.clock, reader, mediation)
    assert ("已中止", "3 天") in story.facts


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"side": "3", "manner": "phone", "reached": "no"}, "side"),
        ({"side": "2", "manner": "phone"}, "reached"),
        ({"side": "2", "manner": "phone", "reached": "yes"}, "text"),
        ({"kind": "joint", "present": "张伟", "text": "x", "happened_at": "2026-3-6 09:00"}, "happened_at"),
    ],
)
def test_an_event_that_cannot_be_is_not_noted(station: Station, mediation: str, given: Draft, field: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        note(station, mediation, **given)
    assert broken.value.field == field
    assert "mediation_event" not in station.counts()


def correct(station: Station, mediation: str, event: str = "", **given: object) -> str:
    draft = correction_draft(station.desk, mediation, event) | {"amend_reason": "记错了"} | given
    return note_event(station.desk, mediation, draft).id


def test_a_correction_starts_from_what_stands_and_strikes_it(station: Station, mediation: str) -> None:
    with pytest.raises(Refused, match="no_event_yet"):
        correction_draft(station.desk, mediation)
    first = note(station, mediation, kind="suspended", reason="appraisal", until="2026-3-20")
    station.clock.later(days=2)
    note(station, mediation)
    draft = correction_draft(station.desk, mediation, first)
    assert (draft["reason"], draft["until"], draft["amends"]) == ("appraisal", "2026-03-20", first)
    with pytest.raises(RuleBroken) as broken:
        note_event(station.desk, mediation, draft)
    assert broken.value.field == "amend_reason"
    station.clock.later(hours=1)
    with pytest.raises(RuleBroken, match="resumed_before_suspended"):
        correct(station, mediation, first, happened_at=station.clock().isoformat(), until="")
    second = correct(station, mediation, first, reason="evidence")
    with pytest.raises(Refused, match="event_corrected_already"):
        correct(station, mediation, first, reason="other")
    assert correction_draft(station.desk, mediation)["amends"] == second
    with station.store.read() as reader:
        story = mediation_story(wording("zh"), station.clock, reader, mediation)
    (told,) = [e for e in story.events if e.record == second]
    ((why, gone),) = told.struck
    assert "李文静" in why
    assert "记错了" in why
    assert "鉴定" in gone
    assert "鉴定" not in told.text
    assert ("已中止", "2 天") in story.facts  # the resumption named what was replaced


def test_what_was_one_side_s_confidence_is_opened_knowingly_only(station: Station, mediation: str) -> None:
    secret = note(station, mediation, kind="separate", side="2", text="最多赔八千元")
    for given in ({"kind": "joint", "present": "张伟"}, {"side": "1"}, {"kind": "inspection", "present": "张伟"}):
        with pytest.raises(RuleBroken, match="confidence_opened"):
            correct(station, mediation, secret, **given)
    joint = correct(station, mediation, secret, kind="joint", present="张伟", text="双方到场", opened=True)
    back = correct(station, mediation, joint, kind="separate", side="2", text="愿意再谈")
    with pytest.raises(RuleBroken, match="confidence_opened"):
        correct(station, mediation, back, side="1")  # whatever the last version said
    with station.store.read() as reader:
        known = mediation_events_of(reader, mediation)
    assert [[e.text for e in shareable(known, side)] for side in (0, 1, 2)] == [[], [], ["愿意再谈"]]
    for word in ("最多赔八千", "双方到场", "愿意再谈"):
        assert find(station.desk, Question(word)) == []


def test_a_photo_comes_with_an_inspection_and_no_search_finds_a_secret_by_its_file(
    station: Station, mediation: str
) -> None:
    photo = Content("墙面渗水.png", PNG, pictures.png())
    draft = event_draft(station.desk, mediation)
    given = {"kind": "inspection", "place": "3栋502", "present": "张伟", "text": "顶板有水渍", FILES: [entry(photo)]}
    keep_with_draft(station.desk, MEDIATION_EVENT_FORM, {**draft, **given}, photo, record=mediation)
    done = note_event(station.desk, mediation, {**draft, **given})
    with station.store.read() as reader:
        (file,) = attachments_of(reader, done.id)
        story = mediation_story(wording("zh"), station.clock, reader, mediation)
    assert [(f.id, f.note.split()[0]) for f in story.files] == [(file.id, "现场勘查")]
    assert find(station.desk, Question("墙面渗水")) == []


SECRET = "一口价八千二百元"


def printed(station: Station, event: str) -> str:
    """What a print of an event's record says; empty where it is refused."""
    try:
        return text_of(issue_paper(station.desk, PaperKind.MEDIATION_RECORD, event).bytes)
    except Refused:
        return ""


def test_a_session_s_record_is_printed_and_no_word_that_one_side_said_alone_is(
    station: Station, mediation: str, tmp_path: Path
) -> None:
    joint = note(station, mediation, kind="joint", present="张伟、某某物业有限公司", text="当面核对了清单")
    for kind in ("separate", "contact"):
        more = {"manner": "phone", "reached": "yes"} if kind == "contact" else {}
        secret = note(station, mediation, kind=kind, side="2", text=SECRET, **more)
        with pytest.raises(Refused, match="event_not_printed"):
            preview(station.desk, PaperKind.MEDIATION_RECORD, secret)
        assert printed(station, secret) == ""
    opened = correct(
        station,
        mediation,
        secret,
        kind="inspection",
        place="3栋",
        present="张伟",
        text="看了现场",
        opened=True,
        amend_reason=SECRET,
    )
    draft = agreement_draft(station.desk, mediation) | {"performance": "转账", "terms": [{"text": "道歉"}]}
    edit, seen = mediation_draft(station.desk, mediation)
    edit_mediation(station.desk, mediation, edit | {"rights_told_at": station.clock().isoformat()}, seen)
    agreed = conclude(station.desk, mediation, draft).id
    papers = [printed(station, event) for event in (joint, opened)]
    papers.append(text_of(issue_paper(station.desk, PaperKind.AGREEMENT, agreed, reasons="当场道歉").bytes))
    papers.append(text_of(live_paper(station.desk, mediation, draft).pdf))
    assert "当面核对了清单" in papers[0]
    assert "某某物业有限公司" in papers[0]
    assert "看了现场" in papers[1]
    for kind in ("mediations", "matters"):
        wanted = Wanted(kind, Format.CSV, full=True, reason="核对")
        export_list(station.desk, wanted, tmp_path / f"{kind}.csv")
        papers.append((tmp_path / f"{kind}.csv").read_text(encoding="utf-8-sig"))
    assert all(papers)
    assert [paper for paper in papers if SECRET in paper] == []


def test_what_became_one_side_s_confidence_is_not_printed_again(station: Station, mediation: str) -> None:
    joint = note(station, mediation, kind="joint", present="张伟", text=SECRET)
    assert SECRET in printed(station, joint)
    held = correct(station, mediation, joint, kind="separate", side="2")
    assert [printed(station, event) for event in (joint, held)] == ["", ""]
    again = correct(station, mediation, held, kind="joint", present="张伟", text="重新记录", opened=True)
    assert "重新记录" in printed(station, again)
    assert "副本" in printed(station, again)
    assert printed(station, joint) == ""


def test_attempts_to_reach_somebody_are_counted_where_no_party_looks_on(station: Station, mediation: str) -> None:
    for reached in ("no", "no", "yes"):
        note(station, mediation, kind="contact", side="2", manner="phone", reached=reached, text="可以来谈")
    with station.store.read() as reader:
        story = mediation_story(wording("zh"), station.clock, reader, mediation)
        covered = mediation_story(wording("zh"), station.clock, reader, mediation, covered=True)
    assert ("单方联系", "3 次，其中 2 次未联系上") in story.facts
    assert "单方联系" not in dict(covered.facts)
    assert "可以来谈" not in repr(covered)
