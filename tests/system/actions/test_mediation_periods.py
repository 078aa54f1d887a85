"""The parties agree until when they mediate, a department finds a request complex: from the form to what is due."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import pytest

from desktop.actions.counting import Counting, OpenItem
from desktop.actions.matters import edit_matter, matter_draft
from desktop.actions.mediation_events import correction_draft, event_draft, note_event
from desktop.actions.mediations import mediation_draft_from, open_mediation
from desktop.actions.open_items import all_open, nearest, soon_over
from desktop.actions.steps import step_draft
from desktop.commands.deadlines import due
from desktop.forms.form import by_name
from desktop.forms.mediation_events import MEDIATION_EVENT_FORM
from desktop.store.rebuild import rebuild_projections
from desktop.ui.stories.dues import read_dues
from desktop.ui.stories.matters import matter_story
from desktop.ui.stories.mediations import mediation_story
from resources import wording
from sync.records.believed import Believed
from sync.records.errors import RuleBroken
from sync.records.open_clocks import Standing
from tests.system.actions.conftest import Station
from tests.system.actions.test_open_items import Told
from tests.system.actions.test_steps import matter, step  # noqa: F401 a fixture

WORDS = wording("zh")
LATE = "当事人约定调解至2026-05-17；2026-04-14 12:00约定时原期限已届满。"
QUESTIONS = by_name(MEDIATION_EVENT_FORM.fields())


@pytest.fixture
def mediation(station: Station, matter: str) -> str:  # noqa: F811
    draft = mediation_draft_from(station.desk, matter)
    other = {"role": "respondent", "party_kind": "organisation", "name": "某某医院"}
    return open_mediation(station.desk, matter, {**draft, "parties": [*draft["parties"], other]}).id


def agree(station: Station, mediation: str, until: str, **more: Any) -> str:
    draft = event_draft(station.desk, mediation) | {"kind": "period_agreed"}
    names = QUESTIONS["agreed_by"].derived(draft)  # type: ignore[misc]
    given = {"agreed_until": until, "agreed_by": names, "agreed_why": "等院方筹款", **more}
    return note_event(station.desk, mediation, draft | given).id


def only(station: Station) -> OpenItem:
    (item,) = all_open(station.desk).items
    with station.store.read() as reader:
        at = station.clock.at
        counting = Counting(reader, Believed(at, at))
        assert counting.items(islice(counting.in_order(), 5)) == (item,), "the few are the first of all"
        found = nearest(reader, at, 5)
        assert item in (*(each for some in found.past for each in some), *found.soon, *found.later)
    return item


def test_what_they_agree_on_moves_the_end_wherever_it_is_told(
    station: Station,
    matter: str,  # noqa: F811
    mediation: str,
) -> None:
    assert f"{only(station).due:%m-%d}" == "04-07"
    draft = event_draft(station.desk, mediation) | {"kind": "period_agreed"}
    assert QUESTIONS["agreed_until"].tells(draft) == ("forms.period_lasts", {"day": "2026-04-07"})  # type: ignore[misc]
    station.clock.at += timedelta(days=40)
    assert only(station).standing is Standing.OVERDUE
    told = {**draft, "happened_at": station.clock.at.isoformat()}
    assert QUESTIONS["agreed_until"].tells(told)[0] == "forms.period_was_over"  # type: ignore[misc, index]
    event = agree(station, mediation, "2026-05-17")
    item = only(station)
    assert (item.clock, item.due, item.standing) == (
        *("mediation-general", datetime.fromisoformat("2026-05-17T23:59:59+08:00")),
        Standing.RUNNING,
    )
    (row,) = due(Namespace(at="", only="clocks"), Told(station.desk)).data  # type: ignore[arg-type]
    assert (row["due"], row["assumed"]) == ("2026-05-17T23:59:59+08:00", [LATE])
    (line,) = [each for each in read_dues(station.desk, WORDS).lines if not each.waited]
    assert LATE in line.detail
    with station.store.read() as reader:
        story = mediation_story(WORDS, station.clock, reader, mediation)
        road = matter_story(WORDS, station.clock, reader, matter)
    assert dict(story.facts)["调解期限至"] == f"2026-05-17  {LATE}"
    for told_there in (story, road):
        (one,) = [e for e in told_there.events if e.title == "约定调解期限、继续调解"]
        for said in ("同意：", "某某医院", "调解期限至 2026-05-17", "等院方筹款"):
            assert said in one.text, said
    station.clock.at = item.due - timedelta(days=1)
    with station.store.read() as reader:
        assert soon_over(reader, station.clock.at, 5).items == (only(station),)
    right = correction_draft(station.desk, mediation, event)
    assert (right["agreed_until"], right["agreed_why"]) == ("2026-05-17", "等院方筹款")
    note_event(station.desk, mediation, right | {"agreed_until": "2026-05-27", "amend_reason": "写错了"})
    assert f"{only(station).due:%m-%d}" == "05-27"
    assert rebuild_projections(station.store) == {}


def test_all_sides_agree_and_a_period_lies_ahead(station: Station, mediation: str) -> None:
    for more, field in (
        ({"agreed_by": "某某医院"}, "agreed_by"),
        ({"agreed_by": ""}, "agreed_by"),
        ({"agreed_why": " "}, "agreed_why"),
        ({"agreed_until": "2026-03-04"}, "agreed_until"),
    ):
        with pytest.raises(RuleBroken) as broken:
            agree(station, mediation, "2026-05-17", **more)
        assert broken.value.field == field
    agree(station, mediation, "2026-03-10")
    assert f"{only(station).due:%m-%d}" == "03-10", "they may agree on less"


def test_a_medical_one_is_prolonged_before_its_end_only(
    station: Station,
    matter: str,  # noqa: F811
    mediation: str,
) -> None:
    edit, seen = matter_draft(station.desk, matter)
    edit_matter(station.desk, matter, edit | {"category": "medical"}, seen)
    assert f"{only(station).due:%m-%d}" == "04-17"
    with pytest.raises(RuleBroken, match="period_not_longer"):
        agree(station, mediation, "2026-04-17")
    agree(station, mediation, "2026-05-20")
    item = only(station)
    assert (f"{item.due:%m-%d}", [one.key for one in item.assumed]) == ("05-20", ["records.period_agreed"])
    station.clock.at = item.due + timedelta(days=1)
    with pytest.raises(RuleBroken, match="period_over"):
        agree(station, mediation, "2026-06-30")
    assert rebuild_projections(station.store) == {}


def test_a_department_that_finds_it_complex_has_longer_to_accept(station: Station, matter: str) -> None:  # noqa: F811
    bureau = station.units["区住房和建设局"]
    assert "mediation_complex" not in step_draft(station.desk, matter)["_steps"]
    step(station, matter, kind="mediation_asked", host="administrative", to_unit=bureau)
    assert (only(station).clock, f"{only(station).due:%m-%d}") == ("mediation-administrative-accept", "03-12")
    draft = step_draft(station.desk, matter)
    assert "mediation_complex" in draft["_steps"]
    assert draft["by_unit"] == bureau
    for more, field in (({"text": ""}, "text"), ({"by_unit": None}, "by_unit")):
        with pytest.raises(RuleBroken) as broken:
            step(station, matter, **{"kind": "mediation_complex", "by_unit": bureau, "text": "涉及三家单位", **more})
        assert broken.value.field == field
    step(station, matter, kind="mediation_complex", by_unit=bureau, text="涉及三家单位")
    item = only(station)
    assert (item.clock, f"{item.due:%m-%d}", item.unit) == ("mediation-administrative-complex", "03-19", bureau)
    with station.store.read() as reader:
        story = matter_story(WORDS, station.clock, reader, matter)
    (told,) = [e for e in story.events if "情况复杂" in e.title]
    assert "区住房和建设局" in told.title
    assert "涉及三家单位" in told.text
    assert "李文静" in told.when
    assert "mediation_complex" not in step_draft(station.desk, matter)["_steps"]
    assert rebuild_projections(station.store) == {}
