"""A unit's own word on a matter that was given to it, and what a desk heard of it: apart, and never merged."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

from sync.records.kinds import new_id
from sync.records.matter_state import MatterStage, fold_matter
from sync.records.matters import Nature, Step, StepKind
from sync.records.passed_parts import PassedStage, open_answers, part_of, passed_units
from sync.records.petition_clocks import PetitionClock, petition_clocks, running
from sync.records.record import Made
from sync.records.times import BEIJING

NOW = datetime(2026, 9, 1, 9, tzinfo=BEIJING)
BUREAU, STREET = "uni_bureau", "uni_street"


def step(kind: StepKind, *seen: Step, hours: int = 0, at: str = "uni_station", **values: Any) -> Step:
    moment = NOW + timedelta(hours=hours)
    made = Made(by="sta_1", unit=at, store="sto_1", at=moment)
    ids = tuple(s.id for s in seen)
    return Step(id=new_id("step"), made=made, matter="mat_1", kind=kind, seen=ids, happened_at=moment, **values)


def own(kind: StepKind, unit: str, *seen: Step, hours: int = 0, **values: Any) -> Step:
    return step(kind, *seen, hours=hours, at=unit, by_unit=unit, **values)


def reasons(*steps: Step) -> list[str]:
    return [doubt.reason.removeprefix("records.") for doubt in fold_matter(steps).doubts]


def test_the_unit_s_own_word_counts_whenever_it_comes_and_the_other_is_shown() -> None:
    given = step(StepKind.TRANSFERRED, to_unit=BUREAU)
    heard = step(StepKind.RECEIVED, given, hours=1, by_unit=BUREAU)
    said = own(StepKind.SENT_BACK, BUREAU, given, hours=2, text="不属本单位职责")
    for some in permutations((given, heard, said)):
        state = fold_matter(some)
        assert (state.state, state.passed_to, state.held_by) == (MatterStage.REGISTERED, None, None)
        assert [d.reason for d in state.doubts] == ["records.doubt_heard_otherwise"]
        (passing,) = state.passings
        assert (passing.own, passing.heard) == ((said,), (heard,))


def test_what_is_heard_later_does_not_take_back_what_the_unit_said() -> None:
    given = step(StepKind.TRANSFERRED, to_unit=BUREAU)
    said = own(StepKind.RECEIVED, BUREAU, given, hours=1)
    heard = step(StepKind.SENT_BACK, said, hours=2, by_unit=BUREAU, text="电话说退回")
    assert fold_matter([given, said, heard]).held_by == BUREAU
    assert reasons(given, said, heard) == ["doubt_heard_otherwise"]
    back = own(StepKind.SENT_BACK, BUREAU, heard, hours=3, text="退回")
    assert fold_matter([given, said, heard, back]).held_by is None
    assert reasons(given, said, heard, back) == []


def test_one_receipt_starts_one_clock_and_another_day_is_doubted() -> None:
    given = step(StepKind.TRANSFERRED, to_unit=BUREAU)
    heard = step(StepKind.RECEIVED, given, hours=1, by_unit=BUREAU)
    same, later = (own(StepKind.RECEIVED, BUREAU, given, hours=hours) for hours in (2, 26))
    for said, doubted in ((same, []), (later, ["doubt_received_another_day"])):
        clocks = running(petition_clocks(Nature.PETITION, [given, heard, said]))
        assert [(c.clock, c.since) for c in clocks if c.clock is PetitionClock.NOTICE] == [
            (PetitionClock.NOTICE, said.happened_at)
        ]
        assert reasons(given, heard, said) == doubted


def test_a_new_passing_is_answered_anew() -> None:
    given = step(StepKind.TRANSFERRED, to_unit=BUREAU)
    back = own(StepKind.SENT_BACK, BUREAU, given, hours=1, text="材料不全")
    again = step(StepKind.TRANSFERRED, back, hours=2, to_unit=BUREAU)
    heard = step(StepKind.RECEIVED, again, hours=3, by_unit=BUREAU)
    state = fold_matter([given, back, again, heard])
    assert (state.held_by, part_of(state, BUREAU), reasons(given, back, again, heard)) == (
        BUREAU,
        PassedStage.HELD,
        [],
    )


def test_who_gave_it_on_has_it_again_when_it_is_sent_back() -> None:
    given = step(StepKind.ESCALATED, to_unit=STREET)
    took = own(StepKind.RECEIVED, STREET, given, hours=1)
    on = own(StepKind.TRANSFERRED, STREET, took, hours=2, to_unit=BUREAU)
    state = fold_matter([given, took, on])
    assert (state.held_by, state.passed_to) == (STREET, BUREAU)
    assert (part_of(state, STREET), part_of(state, BUREAU)) == (PassedStage.GIVEN_ON, PassedStage.WAITING)
    back = own(StepKind.SENT_BACK, BUREAU, on, hours=3, text="不属本单位职责")
    state = fold_matter([given, took, on, back])
    assert (state.state, state.held_by, state.passed_to) == (MatterStage.RECEIVED, STREET, None)
    assert (part_of(state, STREET), part_of(state, BUREAU)) == (PassedStage.HELD, PassedStage.SENT_BACK)
    kept = own(StepKind.RECEIVED, BUREAU, on, hours=3)
    state = fold_matter([given, took, on, kept])
    assert (part_of(state, STREET), part_of(state, BUREAU)) == (PassedStage.GIVEN_ON, PassedStage.HELD)


def test_a_unit_that_was_not_given_the_matter_has_no_part_and_a_closed_one_has_nothing_to_do() -> None:
    given = step(StepKind.TRANSFERRED, to_unit=BUREAU)
    state = fold_matter([given])
    assert (passed_units(state), part_of(state, STREET)) == ({BUREAU}, None)
    assert open_answers(part_of(state, BUREAU)) == (StepKind.RECEIVED, StepKind.SENT_BACK, StepKind.TRANSFERRED)
    closed = fold_matter([given, step(StepKind.CLOSED, given)])
    assert (part_of(closed, BUREAU), open_answers(part_of(closed, BUREAU))) == (PassedStage.CLOSED, ())
    elsewhere = fold_matter([given, step(StepKind.TRANSFERRED, given, to_unit=STREET)])
    assert part_of(elsewhere, BUREAU) is PassedStage.TAKEN_AWAY
