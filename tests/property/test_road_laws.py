"""Laws of a matter's road: no clock before the body has it, no praise of oneself, nothing lost between two units."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.records.matter_state import MatterStage, fold_matter
from sync.records.matters import Nature, PetitionRoad, Step, StepKind
from sync.records.mediation_requests import waiting_requests
from sync.records.mediations import Host
from sync.records.petition_clocks import PetitionClock, petition_clocks, running
from sync.records.record import Made
from sync.records.roads import STEPS, open_steps

NOW = datetime(2026, 9, 1, tzinfo=UTC)
UNITS = ("uni_a", "uni_b")
FEW = settings(max_examples=40)
"""A history takes long to draw, and each says much."""


@st.composite
def histories(draw: st.DrawFn) -> list[Step]:
    """Up to ten steps by two people of which each saw some of the earlier ones, as two desks write them."""
    made: list[Step] = []
    for n in range(draw(st.integers(0, 10))):
        seen = tuple(draw(st.lists(st.sampled_from([s.id for s in made]), max_size=3))) if made else ()
        by = draw(st.sampled_from(["sta_1", "sta_2"]))
        step = Step(
            id=f"stp_{draw(st.integers(0, 9))}{n}",
            made=Made(by=by, unit="uni_1", store="sto_1", at=NOW),
            matter="mat_1",
            kind=draw(st.sampled_from(StepKind)),
            seen=seen,
            happened_at=NOW + timedelta(hours=draw(st.integers(0, 99))),
            by_unit=draw(st.sampled_from([None, *UNITS])),
            to_unit=draw(st.sampled_from(UNITS)),
            road=draw(st.none() | st.sampled_from(PetitionRoad)),
            satisfied=draw(st.none() | st.booleans()),
            host=draw(st.none() | st.sampled_from(Host)),
        )
        made.append(step)
    return made


def chain(steps: list[Step]) -> list[Step]:
    """The same steps, each of which saw the one before: one desk's history."""
    found: list[Step] = []
    for step in steps:
        found.append(replace(step, seen=(found[-1].id,) if found else ()))
    return found


@FEW
@given(histories(), st.randoms(use_true_random=False))
def test_the_same_steps_in_any_order_give_the_same_clocks_and_requests(steps: list[Step], random: Any) -> None:
    shuffled = steps + steps[:3]
    random.shuffle(shuffled)
    assert petition_clocks(Nature.PETITION, shuffled) == petition_clocks(Nature.PETITION, steps)
    assert waiting_requests(shuffled) == waiting_requests(steps)


@FEW
@given(histories())
def test_notice_and_objection_run_only_since_some_body_has_it(steps: list[Step]) -> None:
    received = {s.happened_at for s in steps if s.kind is StepKind.RECEIVED}
    for clock in petition_clocks(Nature.PETITION, steps):
        if clock.clock in (PetitionClock.NOTICE, PetitionClock.OBJECTION):
            assert clock.since in received
        if clock.clock is PetitionClock.CLOSE:
            assert any(s.road is PetitionRoad.INVESTIGATION and s.by_unit and s.id == clock.step for s in steps)
    assert all(petition_clocks(n, steps) == () for n in Nature if n is not Nature.PETITION)


@FEW
@given(histories())
def test_after_a_close_nothing_of_the_handling_runs(steps: list[Step]) -> None:
    line = chain(steps)
    last = Step(
        id="stp_z", made=Made(by="sta_1", unit="u", store="s", at=NOW), matter="mat_1", kind=StepKind.CLOSED,
        seen=(line[-1].id,) if line else (), happened_at=NOW,
    )  # fmt: skip
    left = {c.clock for c in running(petition_clocks(Nature.PETITION, [*line, last]))}
    assert left <= {PetitionClock.REVIEW_REQUEST, PetitionClock.REVIEW_DECISION}
    assert waiting_requests([*line, last]) == ()


@FEW
@given(histories())
def test_satisfaction_is_said_by_nobody_who_handled_it(steps: list[Step]) -> None:
    """Only what somebody said counts who had not worked on the matter before that."""
    line = chain(steps)
    state = fold_matter(line)
    if state.satisfied:
        handled: set[str] = set()
        told = []
        for step in line:
            if step.kind in (StepKind.ACKNOWLEDGED, StepKind.FED_BACK) and step.satisfied:
                told.append(step.made.by not in handled)
            if step.kind in (StepKind.HANDLED, StepKind.RESOLVED):
                handled.add(step.made.by)
        assert any(told)


@FEW
@given(histories())
def test_a_dissatisfied_last_word_leaves_the_matter_open(steps: list[Step]) -> None:
    line = chain(steps)
    unhappy = Step(
        id="stp_z", made=Made(by="sta_9", unit="u", store="s", at=NOW), matter="mat_1", kind=StepKind.FED_BACK,
        seen=(line[-1].id,) if line else (), happened_at=NOW, satisfied=False,
    )  # fmt: skip
    state = fold_matter([*line, unhappy])
    assert (state.state, state.satisfied, state.moments.resolved) == (MatterStage.IN_HAND, False, None)
    assert state.redone >= 1


@FEW
@given(histories())
def test_who_has_a_matter_said_so_and_who_was_given_it_has_not_answered(steps: list[Step]) -> None:
    state = fold_matter(chain(steps))
    if state.held_by is not None:
        assert any(s.kind is StepKind.RECEIVED and s.by_unit == state.held_by for s in steps)
    if state.passed_to is not None:
        assert any(s.kind in (StepKind.TRANSFERRED, StepKind.ESCALATED) for s in steps)
    back = Step(
        id="stp_z", made=Made(by="sta_1", unit="u", store="s", at=NOW), matter="mat_1", kind=StepKind.SENT_BACK,
        seen=(chain(steps)[-1].id,) if steps else (), happened_at=NOW, by_unit="uni_a", text="不属本单位职责",
    )  # fmt: skip
    after = fold_matter([*chain(steps), back])
    if after.state is not MatterStage.CLOSED:
        assert (after.held_by, after.passed_to) == (None, None)


@FEW
@given(histories(), st.sampled_from(Nature))
def test_steps_that_are_offered_are_on_the_road(steps: list[Step], nature: Nature) -> None:
    assert set(open_steps(nature, fold_matter(steps))) <= STEPS[nature]
