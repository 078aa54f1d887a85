"""Who asked another unit to mediate takes that back: the clock ends, nothing is owed any more, and nothing moves."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from sync.records.case_requirements import check_step
from sync.records.errors import RuleBroken
from sync.records.matter_state import MatterStage, fold_matter
from sync.records.matters import Nature, StepKind
from sync.records.mediation_requests import application_received, check_withdrawn, requests_of, withdrawable
from sync.records.mediations import Host, Mediation
from sync.records.passed_parts import PassedStage, came_by, open_answers, part_of
from sync.records.roads import check_road
from tests.unit.records.test_mediation_answers import ask
from tests.unit.records.test_passings import BUREAU, STREET, own, reasons, step

OWN = step(StepKind.HANDLED).made.unit


def withdraw(*seen: Any, hours: int = 2, unit: str | None = BUREAU) -> Any:
    return step(StepKind.MEDIATION_WITHDRAWN, *seen, hours=hours, to_unit=unit, text="双方已自行和解")


def test_nothing_is_asked_any_more_whatever_came_first() -> None:
    asked = ask()
    back = withdraw(asked)
    for some in permutations((asked, back)):
        state = fold_matter(some)
        assert (part_of(state, BUREAU), open_answers(part_of(state, BUREAU))) == (PassedStage.WITHDRAWN, ())
        assert came_by(state, BUREAU) is asked
        assert (state.state, state.last, state.doubts) == (MatterStage.IN_HAND, StepKind.MEDIATION_ASKED, ())
        assert requests_of(some).waiting == ()
        assert state.asked[0].withdrawn is back
    again = ask(back, hours=3)
    assert part_of(fold_matter([asked, back, again]), BUREAU) is PassedStage.ASKED
    assert withdrawable([asked, back, again], OWN) == (BUREAU,)


def test_an_answer_that_comes_after_it_changes_nothing_and_is_doubted() -> None:
    asked = ask()
    back = withdraw(asked)
    late = own(StepKind.RECEIVED, BUREAU, asked, hours=1)
    for some in permutations((asked, back, late)):
        state = fold_matter(some)
        assert (part_of(state, BUREAU), state.held_by) == (PassedStage.WITHDRAWN, None)
    assert reasons(asked, back, late) == ["doubt_answered_withdrawn"]
    before = own(StepKind.RECEIVED, BUREAU, asked, hours=1)
    knowing = withdraw(before)
    assert reasons(asked, before, knowing) == []
    assert part_of(fold_matter([asked, before, knowing]), BUREAU) is PassedStage.WITHDRAWN


def test_a_unit_that_has_the_matter_as_well_still_answers_for_that() -> None:
    given = step(StepKind.TRANSFERRED, to_unit=BUREAU)
    asked = ask(given, hours=1)
    back = withdraw(asked)
    said = own(StepKind.RECEIVED, BUREAU, back, hours=3)
    state = fold_matter([given, asked, back, said])
    assert (part_of(state, BUREAU), state.held_by, state.doubts) == (PassedStage.HELD, BUREAU, ())


def test_another_unit_s_word_takes_nothing_back() -> None:
    asked = ask()
    theirs = own(StepKind.MEDIATION_WITHDRAWN, STREET, asked, hours=1, to_unit=BUREAU, text="撤回")
    assert part_of(fold_matter([asked, theirs]), BUREAU) is PassedStage.ASKED
    assert withdrawable([asked], STREET) == ()


def test_only_what_is_open_is_taken_back_and_with_a_reason() -> None:
    asked = ask()
    declined = own(StepKind.SENT_BACK, BUREAU, asked, hours=1, text="不属本会")
    agreed = own(StepKind.RECEIVED, BUREAU, asked, hours=1)
    other = ask(asked, hours=1, unit=STREET)
    unnamed = step(StepKind.MEDIATION_ASKED, hours=1, host=Host.INDUSTRY)
    assert withdrawable([asked, other], OWN) == (BUREAU, STREET)
    assert withdrawable([asked, agreed], OWN) == (BUREAU,), "also what was agreed to"
    assert withdrawable([unnamed], OWN) == ("",)
    for some in ([], [asked, declined], [asked, withdraw(asked)], [asked, step(StepKind.CLOSED, asked, hours=1)]):
        assert withdrawable(some, OWN) == ()
        with pytest.raises(RuleBroken, match="withdrawn_not_asked"):
            check_withdrawn(withdraw(), some, OWN)
    check_withdrawn(withdraw(), [asked], OWN)
    check_withdrawn(withdraw(unit=None), [unnamed], OWN)
    assert requests_of([unnamed, withdraw(unnamed, unit=None)]).waiting == ()
    with pytest.raises(RuleBroken, match="step_text_missing"):
        check_step(step(StepKind.MEDIATION_WITHDRAWN, to_unit=BUREAU, text=" "))
    with pytest.raises(RuleBroken, match="step_not_on_road"):
        check_road(Nature.CONSULTATION, withdraw(), {}, OWN)


def test_an_application_that_was_taken_back_begins_no_labour_mediation() -> None:
    asked = ask()
    back, again = withdraw(asked), ask(withdraw(asked), hours=5)
    made = again.made
    held = Mediation(id="med_1", made=made, matter="mat_1", unit=BUREAU, started_at=again.happened_at)
    assert application_received([asked, back], held) is None
    assert application_received([asked, back, again], held) == again.happened_at
