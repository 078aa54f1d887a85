"""The nature of a matter decides its road; passing on, scores and judgements need two; clocks wait for the body."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from sync.records.believed import Believed
from sync.records.deadline_rules import KINDS, SETTABLE
from sync.records.errors import RuleBroken
from sync.records.kinds import new_id
from sync.records.matter_state import MatterStage, fold_matter
from sync.records.matters import Conclusion, Help, Matter, Nature, PetitionRoad, Step, StepKind
from sync.records.mediation_requests import requests_of, waiting_requests
from sync.records.mediations import Host
from sync.records.moment_limits import ALL, MomentLimits
from sync.records.open_clocks import Standing, matter_clocks
from sync.records.petition_clocks import PetitionClock, petition_clocks, running
from sync.records.punctuality import InTime, punctuality
from sync.records.record import Made
from sync.records.roads import BODY_DECIDES, ROADS, STEPS, check_judgement, check_road, check_score, open_steps
from sync.records.times import BEIJING
from sync.records.units import Level, OrgUnit
from sync.records.waiting_moments import waiting_moments

NOW = datetime(2026, 9, 1, 9, tzinfo=BEIJING)


def made(by: str = "sta_1") -> Made:
    return Made(by=by, unit="uni_station", store="sto_1", at=NOW)


def unit(name: str, level: Level) -> OrgUnit:
    return OrgUnit(id=new_id("org_unit"), made=made(), unit=name, name=name, level=level)


UNITS = {
    u.unit: u
    for u in (
        unit("uni_station", Level.STATION),
        unit("uni_community", Level.COMMUNITY),
        unit("uni_street", Level.STREET),
        unit("uni_bureau", Level.DISTRICT),
    )
}


def step(kind: StepKind, *seen: Step, hours: int = 0, by: str = "sta_1", **values: Any) -> Step:
    at = NOW + timedelta(hours=hours)
    ids = tuple(s.id for s in seen)
    return Step(id=new_id("step"), made=made(by), matter="mat_1", kind=kind, seen=ids, happened_at=at, **values)


def line(*steps: tuple[StepKind, dict[str, Any]]) -> list[Step]:
    """Steps of which each saw the one before, an hour apart."""
    found: list[Step] = []
    for hours, (kind, values) in enumerate(steps):
        found.append(step(kind, *found[-1:], hours=hours, **values))
    return found


def broken(nature: Nature, given: Step, own: str = "uni_station") -> tuple[str, str]:
    with pytest.raises(RuleBroken) as caught:
        check_road(nature, given, UNITS, own)
    return caught.value.key.removeprefix("records."), str(caught.value.field)


def test_each_nature_has_its_roads_and_steps() -> None:
    assert set(ROADS) == set(STEPS) == set(Nature)
    assert StepKind.OPINION in STEPS[Nature.PETITION]
    assert not any(StepKind.OPINION in STEPS[n] for n in Nature if n is not Nature.PETITION)
    assert STEPS[Nature.PETITION] >= BODY_DECIDES
    assert {StepKind.HANDLED, StepKind.RESOLVED, StepKind.ACCEPTED}.isdisjoint(STEPS[Nature.ACCUSATION])
    assert broken(Nature.DISPUTE, step(StepKind.EXTENDED)) == ("step_not_on_road", "kind")
    assert broken(Nature.ACCUSATION, step(StepKind.HANDLED, text="查")) == ("step_not_on_road", "kind")


def test_a_station_is_no_petition_organ() -> None:
    assert broken(Nature.PETITION, step(StepKind.ACCEPTED)) == ("petition_body_missing", "by_unit")
    wrong = ("station_is_no_petition_organ", "by_unit")
    assert broken(Nature.PETITION, step(StepKind.ACCEPTED, by_unit="uni_station")) == wrong
    assert broken(Nature.PETITION, step(StepKind.RESOLVED, by_unit="uni_community"), own="uni_community") == wrong
    check_road(Nature.PETITION, step(StepKind.ACCEPTED, by_unit="uni_bureau"), UNITS, "uni_station")
    check_road(Nature.DISPUTE, step(StepKind.ACCEPTED), UNITS, "uni_station")


def test_what_is_escalated_goes_up_and_what_is_received_is_received_by_somebody() -> None:
    up = step(StepKind.ESCALATED, to_unit="uni_street")
    check_road(Nature.DISPUTE, up, UNITS, "uni_community")
    assert broken(Nature.DISPUTE, up, own="uni_bureau") == ("escalated_down", "to_unit")
    assert broken(Nature.DISPUTE, step(StepKind.RECEIVED)) == ("step_body_missing", "by_unit")


def test_a_matter_that_nobody_took_is_still_ours() -> None:
    accepted = step(StepKind.ACCEPTED)
    passed = step(StepKind.TRANSFERRED, accepted, to_unit="uni_bureau")
    state = fold_matter([accepted, passed])
    assert (state.state, state.passed_to, state.held_by) == (MatterStage.TRANSFERRED, "uni_bureau", None)
    taken = step(StepKind.RECEIVED, passed, by_unit="uni_bureau")
    state = fold_matter([accepted, passed, taken])
    assert (state.state, state.passed_to, state.held_by) == (MatterStage.RECEIVED, None, "uni_bureau")
    back = step(StepKind.SENT_BACK, taken, by_unit="uni_bureau", text="不属本单位职责")
    state = fold_matter([accepted, passed, taken, back])
    assert (state.state, state.passed_to, state.held_by) == (MatterStage.IN_HAND, None, None)


def test_another_unit_than_the_one_it_was_passed_to_is_doubted_and_the_first_still_owes_its_answer() -> None:
    passed = step(StepKind.TRANSFERRED, to_unit="uni_bureau")
    taken = step(StepKind.RECEIVED, passed, by_unit="uni_street")
    state = fold_matter([passed, taken])
    assert [d.reason for d in state.doubts] == ["records.doubt_received_unasked"]
    assert (state.held_by, state.passed_to) == ("uni_street", "uni_bureau")


def test_received_here_and_sent_back_there_is_for_a_person() -> None:
    passed = step(StepKind.TRANSFERRED, to_unit="uni_bureau")
    sides = [step(kind, passed, by_unit="uni_bureau", text="…") for kind in (StepKind.RECEIVED, StepKind.SENT_BACK)]
    state = fold_matter([passed, *sides])
    assert [d.reason for d in state.doubts] == ["records.doubt_received_and_sent_back"]
    assert state.held_by is None


def test_praise_of_oneself_does_not_count_either_where_the_work_was_done_after_the_close() -> None:
    closed = step(StepKind.CLOSED, by="sta_2")
    late = step(StepKind.HANDLED, closed, by="sta_1")
    own = step(StepKind.FED_BACK, late, by="sta_1", satisfied=True)
    state = fold_matter([closed, late, own])
    assert state.satisfied is None
    assert [d.reason for d in state.doubts] == ["records.doubt_step_after_close", "records.doubt_own_score"]


def test_dissatisfied_means_that_it_is_done_anew_and_praise_of_oneself_does_not_count() -> None:
    resolved = step(StepKind.RESOLVED, text="已付清", by="sta_1", conclusions=(Conclusion.REASONABLE,))
    own = step(StepKind.FED_BACK, resolved, by="sta_1", satisfied=True)
    state = fold_matter([resolved, own])
    assert (state.satisfied, [d.reason for d in state.doubts]) == (None, ["records.doubt_own_score"])
    other = step(StepKind.FED_BACK, resolved, by="sta_2", satisfied=True)
    assert fold_matter([resolved, other]).satisfied is True
    unhappy = step(StepKind.FED_BACK, resolved, by="sta_2", satisfied=False)
    closed = step(StepKind.CLOSED, resolved)
    late = step(StepKind.FED_BACK, closed, by="sta_2", satisfied=False)
    for facts in ([resolved, unhappy], [resolved, closed, late]):
        state = fold_matter(facts)
        assert (state.state, state.satisfied, state.redone) == (MatterStage.IN_HAND, False, 1)
        assert (state.moments.resolved, state.moments.fed_back, state.conclusions) == (None, None, ())


def test_whoever_handled_it_does_not_enter_the_score() -> None:
    state = fold_matter([step(StepKind.HANDLED, text="上门", by="sta_1")])
    with pytest.raises(RuleBroken, match="own_score"):
        check_score(step(StepKind.FED_BACK, by="sta_1", satisfied=True), state)
    with pytest.raises(RuleBroken, match="step_satisfied_missing"):
        check_score(step(StepKind.ACKNOWLEDGED, by="sta_2"), state)
    check_score(step(StepKind.ACKNOWLEDGED, by="sta_1"), state)
    check_score(step(StepKind.FED_BACK, by="sta_2", satisfied=False), state)


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"conclusions": (Conclusion.UNREASONABLE, Conclusion.REASONABLE), "text": "无据"}, "conclusions_contradict"),
        ({"conclusions": (Conclusion.UNREASONABLE,)}, "unreasonable_needs_reason"),
        ({"conclusions": (Conclusion.UNREASONABLE,), "text": "无据"}, "unreasonable_needs_second"),
        ({"conclusions": (Conclusion.UNREASONABLE,), "text": "无据", "second": "sta_1"}, "second_is_oneself"),
    ],
)
def test_without_reason_is_a_judgement_of_two(values: dict[str, Any], fault: str) -> None:
    with pytest.raises(RuleBroken, match=fault):
        check_judgement(step(StepKind.RESOLVED, **values))


def test_several_outcomes_hold_at_once() -> None:
    several = (Conclusion.UNREASONABLE, Conclusion.IN_NEED, Conclusion.UNLAWFUL)
    judged = step(StepKind.RESOLVED, text="查无实据", conclusions=several, second="sta_2")
    check_judgement(judged)
    assert fold_matter([judged]).conclusions == several


def test_a_referral_puts_it_in_hand_and_notes_leave_it_where_it_stands() -> None:
    steps = line(
        (StepKind.ACCEPTED, {}),
        (StepKind.REFERRED, {"help": Help.COUNSELLING}),
        (StepKind.REFERRAL_RESULT, {"text": "已疏导"}),
        (StepKind.RESOLVED, {"text": "和解"}),
        (StepKind.FEEDBACK_TRIED, {"manner": "phone"}),
    )
    assert fold_matter(steps[:2]).state is MatterStage.IN_HAND
    assert fold_matter(steps).state is MatterStage.RESOLVED


def test_a_closed_matter_offers_reopening_and_a_word_of_the_resident_only() -> None:
    closed = fold_matter([step(StepKind.CLOSED)])
    offered = open_steps(Nature.DISPUTE, closed)
    assert StepKind.REOPENED in offered
    assert StepKind.HANDLED not in offered
    assert StepKind.REOPENED not in open_steps(Nature.DISPUTE, fold_matter([]))


BODY = {"by_unit": "uni_bureau"}


def clocks(*steps: tuple[StepKind, dict[str, Any]]) -> list[str]:
    return [c.clock.value for c in running(petition_clocks(Nature.PETITION, line(*steps)))]


def test_no_petition_clock_runs_before_the_body_has_it() -> None:
    passed = (StepKind.TRANSFERRED, {"to_unit": "uni_bureau"})
    assert clocks(passed) == []
    assert clocks(passed, (StepKind.RECEIVED, BODY)) == ["petition-notice", "petition-objection"]
    assert petition_clocks(Nature.DISPUTE, line((StepKind.RECEIVED, BODY))) == ()


def test_the_sixty_days_run_on_the_road_of_31_6_alone() -> None:
    received = (StepKind.RECEIVED, BODY)
    for road in PetitionRoad:
        expected = ["petition-close"] if road is PetitionRoad.INVESTIGATION else []
        assert clocks(received, (StepKind.ACCEPTED, {**BODY, "road": road})) == expected
    assert clocks(received, (StepKind.SENT_BACK, {**BODY, "text": "异议"})) == []


def test_opinion_review_and_re_examination_follow_each_other_and_end() -> None:
    accepted = (StepKind.ACCEPTED, {**BODY, "road": PetitionRoad.INVESTIGATION})
    opinion, asked, reviewed = ((k, BODY) for k in (StepKind.OPINION, StepKind.REVIEW_ASKED, StepKind.REVIEWED))
    assert clocks(accepted, opinion) == ["review-request"]
    assert clocks(accepted, opinion, asked) == ["review-decision"]
    assert clocks(accepted, opinion, asked, reviewed) == ["review-request"]
    assert clocks(accepted, opinion, asked, reviewed, asked) == ["review-decision"]
    assert clocks(accepted, opinion, asked, reviewed, asked, reviewed) == []
    assert clocks(accepted, opinion, asked, reviewed, asked, reviewed, asked) == []
    assert clocks(asked) == ["review-decision"]


def test_an_extension_moves_the_close_and_nothing_else() -> None:
    steps = line(
        (StepKind.RECEIVED, BODY),
        (StepKind.ACCEPTED, {**BODY, "road": PetitionRoad.INVESTIGATION}),
        (StepKind.EXTENDED, {**BODY, "due_on": date(2026, 11, 30), "approver": "局长", "text": "情况复杂"}),
    )
    (close,) = running(petition_clocks(Nature.PETITION, steps))
    assert (close.clock, close.extended_to, close.since) == (
        PetitionClock.CLOSE,
        date(2026, 11, 30),
        steps[1].happened_at,
    )
    assert petition_clocks(Nature.PETITION, reversed(steps)) == petition_clocks(Nature.PETITION, steps)


LIMITS = MomentLimits(accepted=60, resolved=600, acknowledged=60, fed_back=60)


def test_each_moment_is_in_time_late_running_or_overdue() -> None:
    def told(*steps: Step, now: datetime) -> list[str]:
        return [m.in_time.value for m in punctuality(Nature.SERVICE, fold_matter(steps, NOW), LIMITS, now)]

    minutes = lambda n: NOW + timedelta(minutes=n)  # noqa: E731
    assert told(now=minutes(60)) == ["on_time", "waiting", "waiting", "open", "open"]
    assert told(now=minutes(61))[1] == InTime.OVERDUE
    accepted = step(StepKind.ACCEPTED, hours=2)
    assert told(accepted, now=minutes(200)) == ["on_time", "late", "waiting", "open", "open"]
    resolved = step(StepKind.RESOLVED, accepted, hours=3, text="…")
    back = step(StepKind.FED_BACK, resolved, hours=4)
    assert told(accepted, resolved, back, now=minutes(9_000)) == ["on_time", "late", "on_time", "overdue", "on_time"]
    closed = step(StepKind.CLOSED, accepted, hours=3)
    assert told(accepted, closed, now=minutes(9_000)) == ["on_time", "late", "open", "open", "open"]


def test_what_is_waited_for_is_the_same_in_whatever_order_the_steps_came() -> None:
    accepted = step(StepKind.ACCEPTED, hours=1)
    resolved = step(StepKind.RESOLVED, accepted, hours=2, text="…")
    told = step(StepKind.FED_BACK, resolved, hours=3)
    aside = step(StepKind.HANDLED, accepted, hours=2, by="sta_2", text="…")
    at = NOW + timedelta(minutes=170)
    every = {
        waiting_moments(Nature.SERVICE, fold_matter(some, NOW), {ALL: LIMITS}, Believed(at, at))
        for some in permutations((accepted, resolved, told, aside))
    }
    assert [[(m.kind, m.due - NOW, m.standing) for m in found] for found in every] == [
        [("moment-acknowledged", timedelta(hours=3), Standing.SOON)]
    ]


def test_a_moment_is_near_in_the_last_sixth_of_its_limit_and_in_doubt_where_the_time_is() -> None:
    def stands(*minutes: int) -> Standing:
        first, last = (NOW + timedelta(minutes=m) for m in (minutes[0], minutes[-1]))
        found = waiting_moments(Nature.SERVICE, fold_matter([], NOW), {ALL: LIMITS}, Believed(first, last))
        return found[0].standing

    assert [stands(49), stands(50), stands(60), stands(61)] == ["running", "soon", "soon", "overdue"]
    assert stands(40, 61) is Standing.DOUBTFUL
    assert stands(61, 90) is Standing.OVERDUE


def test_an_accusation_is_never_late_with_a_step_that_it_does_not_know() -> None:
    late = NOW + timedelta(days=30)
    told = punctuality(Nature.ACCUSATION, fold_matter([], NOW), LIMITS, late)
    assert [(m.due, m.in_time) for m in told[1:]] == [(None, InTime.OPEN)] * 4
    assert waiting_moments(Nature.ACCUSATION, fold_matter([], NOW), {ALL: LIMITS}, Believed(late, late)) == ()


def test_a_matter_of_a_desk_whose_clock_is_broken_is_late_with_nothing() -> None:
    last = datetime.max.replace(tzinfo=UTC) - timedelta(hours=9)
    found = waiting_moments(Nature.SERVICE, fold_matter([], last), {ALL: LIMITS}, Believed(NOW, NOW))
    assert [(m.due - last, m.standing) for m in found] == [
        (timedelta(hours=1), Standing.RUNNING),
        (timedelta(0), Standing.RUNNING),
    ]


def test_a_department_has_five_working_days_to_accept_a_mediation() -> None:
    asked = (StepKind.MEDIATION_ASKED, {"host": Host.ADMINISTRATIVE, "to_unit": "uni_bureau"})
    steps = line(asked)
    assert [(a.host, a.unit, a.since) for a in waiting_requests(steps)] == [(Host.ADMINISTRATIVE, "uni_bureau", NOW)]
    matter = Matter(id="mat_1", made=made(), title="题", nature=Nature.DISPUTE, unit="uni_station", discovered_at=NOW)
    assert [(c.kind, c.unit) for c in matter_clocks(matter, steps, fold_matter(steps))] == [
        ("mediation-administrative-accept", "uni_bureau")
    ]
    ended = [*steps, step(StepKind.CLOSED, steps[-1])]
    assert matter_clocks(matter, ended, fold_matter(ended)) == ()
    assert waiting_requests(line(asked, (StepKind.RECEIVED, {"by_unit": "uni_street"})))
    assert not waiting_requests(line(asked, (StepKind.RECEIVED, BODY)))
    assert not waiting_requests(line(asked, (StepKind.SENT_BACK, {**BODY, "text": "不属职责"})))
    people = line((StepKind.MEDIATION_ASKED, {"host": Host.PEOPLE}))
    assert matter_clocks(matter, people, fold_matter(people)) == ()
    assert fold_matter(people).state is MatterStage.IN_HAND
    assert broken(Nature.SERVICE, people[0]) == ("step_not_on_road", "kind")


def test_other_bodies_that_were_asked_have_the_districts_days_and_the_own_desk_none() -> None:
    matter = Matter(id="mat_1", made=made(), title="题", nature=Nature.DISPUTE, unit="uni_station", discovered_at=NOW)

    def clocks(*moves: tuple[StepKind, dict[str, Any]]) -> list[tuple[str, str]]:
        steps = line(*moves)
        return [(c.kind, c.unit) for c in matter_clocks(matter, steps, fold_matter(steps))]

    for host in (Host.PEOPLE, Host.INDUSTRY, Host.POLICE):
        asked = (StepKind.MEDIATION_ASKED, {"host": host, "to_unit": "uni_bureau"})
        assert clocks(asked) == [(f"mediation-{host.value}-accept", "uni_bureau")]
        assert clocks(asked, (StepKind.RECEIVED, BODY)) == []
        assert clocks(asked, (StepKind.SENT_BACK, {**BODY, "text": "不属职责"})) == []
        assert clocks((StepKind.MEDIATION_ASKED, {"host": host})) == [], "whoever mediates at the desk accepts at once"
    assert {f"mediation-{host.value}-accept" for host in Host} <= {*SETTABLE, *KINDS}


def test_a_department_that_is_not_competent_hands_a_request_on_in_three_working_days() -> None:
    matter = Matter(id="mat_1", made=made(), title="题", nature=Nature.DISPUTE, unit="uni_station", discovered_at=NOW)
    asked = (StepKind.MEDIATION_ASKED, {"host": Host.ADMINISTRATIVE, "to_unit": "uni_bureau"})
    back = (StepKind.SENT_BACK, {**BODY, "text": "不属职责"})
    again = (StepKind.MEDIATION_ASKED, {"host": Host.ADMINISTRATIVE, "to_unit": "uni_other"})
    steps = line(asked, back)
    (clock,) = matter_clocks(matter, steps, fold_matter(steps))
    assert (clock.kind, clock.unit, clock.at) == (
        "mediation-administrative-transfer",
        "uni_bureau",
        steps[1].happened_at,
    )
    steps = line(asked, back, again)
    kinds = [(c.kind, c.unit) for c in matter_clocks(matter, steps, fold_matter(steps))]
    assert kinds == [("mediation-administrative-accept", "uni_other")]
    stranger = line(asked, (StepKind.SENT_BACK, {"by_unit": "uni_street", "text": "…"}))
    assert requests_of(stranger).returned == ()
