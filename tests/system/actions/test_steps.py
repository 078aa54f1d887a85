"""The road of a matter at a desk: what is passed on, who decides a petition, who may say how satisfied somebody is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from desktop.actions.desk import Desk
from desktop.actions.directory import options
from desktop.actions.matters import edit_matter, matter_draft, matter_draft_from, open_matter
from desktop.actions.open_items import all_open
from desktop.actions.reports_owed import reports_owed
from desktop.actions.roads import road_of
from desktop.actions.steps import add_step, state_of, step_draft
from desktop.actions.visits import log_visit
from desktop.commands.output import sentence
from desktop.forms.form import Draft
from desktop.store.links import steps_of
from desktop.store.rebuild import rebuild_projections
from desktop.ui.stories.matters import matter_story
from desktop.ui.stories.roads import road_warnings
from resources import wording
from sync.records.errors import RuleBroken
from sync.records.kinds import new_id
from sync.records.matters import Matter, Step, StepKind
from sync.records.petition_clocks import petition_clocks, running
from sync.records.record import Made
from sync.records.rule_tables import FIRST, RuleTable, TableName
from tests.system.actions.conftest import Station


@pytest.fixture
def matter(station: Station, visitor: Callable[..., Draft]) -> str:
    """A dispute, opened from a visit."""
    logged = log_visit(station.desk, station.draft("visit", **visitor(channel="walk_in"))).id
    return open_matter(station.desk, logged, matter_draft_from(station.desk, logged)).id


def step(station: Station, matter: str, desk: Desk | None = None, **given: Any) -> str:
    """One step by the form as it opens now."""
    at = desk or station.desk
    opened = {**step_draft(at, matter), "happened_at": station.clock.at.isoformat(), "by_unit": None}
    return add_step(at, matter, {**opened, **given}).id


def refused(station: Station, matter: str, desk: Desk | None = None, **given: Any) -> str:
    with pytest.raises(RuleBroken) as broken:
        step(station, matter, desk, **given)
    return broken.value.key.partition(".")[2]


def state(station: Station, matter: str) -> Any:
    with station.store.read() as reader:
        card = reader.get(matter)
        assert isinstance(card, Matter)
        return state_of(reader, card)


def as_petition(station: Station, matter: str) -> None:
    draft, seen = matter_draft(station.desk, matter)
    edit_matter(station.desk, matter, {**draft, "nature": "petition"}, seen)


def test_what_is_passed_on_is_ours_until_the_other_side_takes_it(station: Station, matter: str) -> None:
    street = station.units["凤凰街道"]
    step(station, matter, kind="escalated", to_unit=street)
    assert (state(station, matter).state, state(station, matter).passed_to) == ("escalated", street)
    assert step_draft(station.desk, matter)["by_unit"] == street
    (waiting,) = [item for item in all_open(station.desk).items if item.clock == "passing-answer"]
    assert (waiting.id, waiting.unit, waiting.due.date().isoformat()) == (matter, street, "2026-03-10")
    assert refused(station, matter, kind="received") == "required"
    step(station, matter, kind="received", by_unit=street)
    assert (state(station, matter).state, state(station, matter).held_by) == ("received", street)
    assert [item for item in all_open(station.desk).items if item.clock == "passing-answer"] == []
    step(station, matter, kind="sent_back", by_unit=street, text="请社区先行调解")
    assert (state(station, matter).held_by, state(station, matter).passed_to) == (None, None)


def test_petition_clocks_begin_when_the_competent_body_has_it(station: Station, matter: str) -> None:
    as_petition(station, matter)
    body = station.units["区住房和建设局"]
    assert refused(station, matter, kind="resolved", text="已答复") == "required"
    step(station, matter, kind="transferred", to_unit=body)
    with station.store.read() as reader:
        steps: list[Step] = steps_of(reader, matter)
    assert petition_clocks(reader.get(matter).nature, steps) == ()  # type: ignore[attr-defined]
    station.clock.later(days=2)
    step(station, matter, kind="received", by_unit=body)
    told = {"text": "复杂", "approver": "局长", "due_on": "2026-06-01"}
    assert refused(station, matter, kind="extended", by_unit=body, **told) == ("extension_without_clock")
    station.clock.later(days=1)
    step(station, matter, kind="accepted", by_unit=body, road="investigation")
    with station.store.read() as reader:
        steps = steps_of(reader, matter)
        clocks = running(petition_clocks(reader.get(matter).nature, steps))  # type: ignore[attr-defined]
    assert [(c.clock.value, c.since) for c in clocks] == [("petition-close", station.clock.at)]


def test_an_extension_is_made_in_time_and_by_thirty_days_at_most(station: Station, matter: str) -> None:
    as_petition(station, matter)
    body = station.units["区住房和建设局"]
    step(station, matter, kind="accepted", by_unit=body, road="investigation")  # 2026-03-05: until 2026-05-06
    asked = {"kind": "extended", "by_unit": body, "text": "情况复杂", "approver": "局长"}
    assert refused(station, matter, **asked, due_on="2026-06-08") == "extension_too_long"
    station.clock.later(days=63)
    assert refused(station, matter, **asked, due_on="2026-06-01") == "extension_too_late"
    station.clock.later(days=-10)
    step(station, matter, **asked, due_on="2026-06-01")


def test_a_colleague_asks_how_satisfied_somebody_is_and_dissatisfied_opens_it_again(
    station: Station, matter: str
) -> None:
    step(station, matter, kind="accepted")
    step(station, matter, kind="resolved", text="已修复", conclusions=["reasonable", "in_need"])
    assert step_draft(station.desk, matter)["_handler"] is True
    own = {**step_draft(station.desk, matter), "happened_at": station.clock.at.isoformat(), "kind": "fed_back"}
    with pytest.raises(RuleBroken, match="own_score"):
        add_step(station.desk, matter, {**own, "_handler": False, "satisfied": "yes"})
    colleague = station.desks["王小明"]
    step(station, matter, kind="feedback_tried", reached_by="phone")
    step(station, matter, colleague, kind="fed_back", satisfied="no")
    found = state(station, matter)
    assert (found.state, found.satisfied, found.redone, found.moments.resolved) == ("in_hand", False, 1, None)
    step(station, matter, kind="resolved", text="再次修复")
    step(station, matter, colleague, kind="acknowledged", satisfied="yes")
    assert (state(station, matter).state, state(station, matter).satisfied) == ("acknowledged", True)


def test_two_people_judge_that_a_request_is_without_reason(station: Station, matter: str) -> None:
    judged = {"kind": "resolved", "conclusions": ["unreasonable", "in_need"], "text": "查无依据"}
    assert refused(station, matter, **judged) == "required"
    assert refused(station, matter, **judged, second=station.people["李文静"]) == "second_is_oneself"
    assert refused(station, matter, **judged, second="sta_nobody") == "no_such_choice"
    step(station, matter, **judged, second=station.people["王小明"])
    assert {o.value for o in state(station, matter).conclusions} == {"unreasonable", "in_need"}


def test_only_steps_of_the_road_are_offered_and_taken(station: Station, matter: str) -> None:
    offered = step_draft(station.desk, matter)["_steps"]
    assert "opinion" not in offered
    assert "reopened" not in offered
    assert refused(station, matter, kind="opinion") == "step_not_on_road"
    as_petition(station, matter)
    assert "opinion" in step_draft(station.desk, matter)["_steps"]


def test_a_duty_to_report_is_told_until_the_police_were_told(station: Station, matter: str) -> None:
    def told() -> list[str]:
        with station.store.read() as reader:
            card = reader.get(matter)
            assert isinstance(card, Matter)
            return road_warnings(wording("zh"), reader, card, state_of(reader, card), station.clock.at)

    assert told() == []
    assert reports_owed(station.desk) == ()
    draft, seen = matter_draft(station.desk, matter)
    edit_matter(station.desk, matter, {**draft, "must_report": True}, seen)
    assert [line for line in told() if "反家庭暴力法" in line]
    assert [one.matter for one in reports_owed(station.desk)] == [matter]
    assert all_open(station.desk).items == ()  # it is no clock
    assert refused(station, matter, kind="police_told") == "required"
    step(station, matter, kind="closed", text="已劝离")
    assert [one.matter for one in reports_owed(station.desk)] == [matter]  # closing reports nothing
    assert rebuild_projections(station.store) == {}
    step(station, matter, kind="police_told", text="凤凰派出所，警情编号 123，接警员王警官")
    assert told() == []
    assert reports_owed(station.desk) == ()
    assert rebuild_projections(station.store) == {}
    assert matter_draft(station.desk, matter)[0]["must_report"] is True


def test_what_was_ticked_by_mistake_is_owed_no_more(station: Station, matter: str) -> None:
    for ticked, owed in ((True, [matter]), (False, [])):
        draft, seen = matter_draft(station.desk, matter)
        edit_matter(station.desk, matter, {**draft, "must_report": ticked}, seen)
        assert [one.matter for one in reports_owed(station.desk)] == owed


def test_a_matter_is_found_by_a_group_of_the_district_s_list(station: Station, matter: str) -> None:
    offered = [option.value for option in options(station.desk, "matter", "source")]
    assert offered[:3] == ["registrar", "grid_worker", "building_head"]
    draft, seen = matter_draft(station.desk, matter)
    assert draft["source"] == "registrar"
    edit_matter(station.desk, matter, {**draft, "source": "five_elders"}, seen)
    assert matter_draft(station.desk, matter)[0]["source"] == "five_elders"


def test_who_closes_what_lacks_something_says_why(station: Station, matter: str) -> None:
    with pytest.raises(RuleBroken, match="closing_wants") as broken:
        step(station, matter, kind="closed")
    assert "调解协议/调解记录/情况说明" in sentence(wording("zh"), broken.value)
    step(station, matter, kind="resolved", text="已修复")
    step(station, matter, kind="fed_back")
    step(station, matter, station.desks["王小明"], kind="acknowledged", satisfied="yes")
    step(station, matter, kind="closed")
    assert state(station, matter).state == "closed"
    step(station, matter, kind="reopened", text="又漏水")
    step(station, matter, kind="closed", text="当事人撤回")


def test_a_group_is_registered_whole_and_asked_for_representatives_where_it_is_a_petition(
    station: Station, visitor: Callable[..., Draft]
) -> None:
    def told(matter: str) -> list[str]:
        with station.store.read() as reader:
            card = reader.get(matter)
            assert isinstance(card, Matter)
            return road_warnings(wording("zh"), reader, card, state_of(reader, card), station.clock.at)

    names = ("李一", "李二", "李三", "李四", "李五", "李六")
    six = [{"name": name, "representative": True} for name in names]
    came = visitor(channel="walk_in", headcount=7, roster=six)
    logged = log_visit(station.desk, station.draft("visit", **came)).id
    opened = matter_draft_from(station.desk, logged)
    with pytest.raises(RuleBroken, match="too_many_representatives"):
        open_matter(station.desk, logged, {**opened, "nature": "petition"})
    assert open_matter(station.desk, logged, {**opened, "nature": "dispute"}).id
    unled = [{"name": name, "representative": False} for name in names]
    for nature, asked in (("petition", 1), ("dispute", 0)):
        again = log_visit(station.desk, station.draft("visit", **{**came, "roster": unled})).id
        matter = open_matter(station.desk, again, {**matter_draft_from(station.desk, again), "nature": nature}).id
        assert len([line for line in told(matter) if "推选代表" in line]) == asked


def test_what_the_other_unit_says_itself_counts_and_stands_beside_what_was_heard(station: Station, matter: str) -> None:
    """Its own word comes down from the district, where it answered on its page."""
    street = station.units["凤凰街道"]
    given = step(station, matter, kind="escalated", to_unit=street)
    station.clock.later(minutes=30)
    step(station, matter, kind="received", by_unit=street, text="电话答应")
    own = Step(
        id=new_id("step"),
        made=Made(by="", unit=street, store="sto_district", at=station.clock.at),
        matter=matter,
        kind=StepKind.SENT_BACK,
        seen=(given,),
        happened_at=station.clock.at,
        by_unit=street,
        text="请社区先行调解",
    )
    with station.store.write() as work:
        work.add(own)
    told = state(station, matter)
    assert (told.state, told.held_by, told.passed_to) == ("registered", None, None)
    assert [item for item in all_open(station.desk).items if item.clock == "passing-answer"] == []
    with station.store.read() as reader:
        story = matter_story(wording("zh"), station.clock, reader, matter)
    said = {event.text.split("\n")[0]: event.text.split("\n")[-1] for event in story.events if "\n" in event.text}
    assert said == {"对方在区平台上自己所说": "请社区先行调解", "本站记下的对方答复": "电话答应"}
    assert any("以对方自己所说为准" in warning for warning in story.warnings)
    (passing,) = road_of(station.desk, matter).passings
    assert ([a.kind for a in passing.own], [a.kind for a in passing.heard], passing.differs) == (
        ["sent_back"],
        ["received"],
        True,
    )


def test_who_was_asked_to_mediate_answers_in_the_days_that_the_district_set(station: Station, matter: str) -> None:
    draft, seen = matter_draft(station.desk, matter)
    edit_matter(station.desk, matter, {**draft, "nature": "dispute"}, seen)
    street = station.units["凤凰街道"]
    step(station, matter, kind="mediation_asked", host="police", to_unit=street)

    def waiting() -> list[tuple[str, str, str]]:
        found = [item for item in all_open(station.desk).items if item.clock.startswith("mediation-")]
        return [(item.clock, item.unit, item.due.date().isoformat()) for item in found]

    assert waiting() == [("mediation-police-accept", street, "2026-03-12")]
    text = '[mediation-police-accept]\namount = 2\nunit = "working_days"\nsource = "光综治〔2026〕8号"\n'
    table = {"name": TableName.PERIODS.value, "number": FIRST, "text": text, "starts_on": date(2026, 1, 1)}
    with station.store.write() as work:
        work.add(RuleTable(id=new_id("rule_table"), made=station.desk.made(), **table))  # type: ignore[arg-type]
    assert waiting() == [("mediation-police-accept", street, "2026-03-09")]
    step(station, matter, kind="received", by_unit=street)
    assert waiting() == []
