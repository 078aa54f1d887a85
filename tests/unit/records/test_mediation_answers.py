"""Who is asked to mediate answers for itself; the matter stays where it stands and with whoever has it."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from sync.records.matter_state import MatterStage, fold_matter
from sync.records.matters import Nature, StepKind
from sync.records.mediation_requests import waiting_requests
from sync.records.mediations import Host
from sync.records.passed_parts import PassedStage, came_by, open_answers, part_of, passed_units
from sync.records.petition_clocks import petition_clocks
from tests.unit.records.test_passings import BUREAU, STREET, own, reasons, step


def ask(*seen: Any, hours: int = 0, unit: str = BUREAU) -> Any:
    return step(StepKind.MEDIATION_ASKED, *seen, hours=hours, to_unit=unit, host=Host.PEOPLE)


def test_it_agrees_or_declines_and_moves_nothing() -> None:
    asked = ask()
    state = fold_matter([asked])
    assert (passed_units(state), part_of(state, BUREAU), part_of(state, STREET)) == ({BUREAU}, PassedStage.ASKED, None)
    assert open_answers(PassedStage.ASKED) == (StepKind.RECEIVED, StepKind.SENT_BACK)
    assert came_by(state, BUREAU) is asked
    agreed = own(StepKind.RECEIVED, BUREAU, asked, hours=1)
    declined = own(StepKind.SENT_BACK, BUREAU, asked, hours=1, text="不属本会")
    for said, stage in ((agreed, PassedStage.MEDIATING), (declined, PassedStage.SENT_BACK)):
        for some in permutations((asked, said)):
            state = fold_matter(some)
            assert (part_of(state, BUREAU), state.state, state.last) == (
                stage, MatterStage.IN_HAND, StepKind.MEDIATION_ASKED,
            )  # fmt: skip
            assert (state.held_by, state.passed_to, state.doubts) == (None, None, ())
            assert waiting_requests(some) == ()
    gave_up = own(StepKind.SENT_BACK, BUREAU, agreed, hours=2, text="当事人不愿")
    assert part_of(fold_matter([asked, agreed, gave_up]), BUREAU) is PassedStage.SENT_BACK
    again = ask(gave_up, hours=3)
    assert part_of(fold_matter([asked, agreed, gave_up, again]), BUREAU) is PassedStage.ASKED
    closed = fold_matter([asked, agreed, step(StepKind.CLOSED, agreed, hours=4)])
    assert (part_of(closed, BUREAU), open_answers(part_of(closed, BUREAU))) == (PassedStage.CLOSED, ())


def test_a_matter_that_another_unit_was_given_meanwhile_stays_there() -> None:
    given = step(StepKind.TRANSFERRED, to_unit=STREET)
    asked = ask(given, hours=1)
    for kind in (StepKind.RECEIVED, StepKind.SENT_BACK):
        said = own(kind, BUREAU, asked, hours=2, text="如上")
        for some in permutations((given, asked, said)):
            state = fold_matter(some)
            assert (state.passed_to, part_of(state, STREET)) == (STREET, PassedStage.WAITING)
            assert (state.state, state.doubts) == (MatterStage.TRANSFERRED, ())


def test_what_the_desk_heard_gives_way_to_what_the_unit_says() -> None:
    asked = ask()
    heard = step(StepKind.RECEIVED, asked, hours=1, by_unit=BUREAU)
    assert part_of(fold_matter([asked, heard]), BUREAU) is PassedStage.MEDIATING
    said = own(StepKind.SENT_BACK, BUREAU, heard, hours=2, text="没有答应过")
    state = fold_matter([asked, heard, said])
    assert (part_of(state, BUREAU), state.held_by, state.state) == (PassedStage.SENT_BACK, None, MatterStage.IN_HAND)
    assert reasons(asked, heard, said) == ["doubt_heard_otherwise"]


def test_who_has_the_matter_and_is_asked_as_well_does_what_is_left_of_the_two() -> None:
    given = step(StepKind.TRANSFERRED, to_unit=BUREAU)
    asked = ask(given, hours=1)
    assert part_of(fold_matter([given, asked]), BUREAU) is PassedStage.WAITING
    heard = step(StepKind.RECEIVED, asked, hours=2, by_unit=BUREAU)
    assert fold_matter([given, asked, heard]).held_by == BUREAU, "what is heard is of the matter, as ever"
    back = step(StepKind.SENT_BACK, heard, hours=3, by_unit=BUREAU, text="退回")
    state = fold_matter([given, asked, heard, back])
    assert (part_of(state, BUREAU), came_by(state, BUREAU)) == (PassedStage.ASKED, asked)


def test_agreeing_to_mediate_is_no_receipt_of_a_petition_and_one_s_own_committee_is_not_asked_here() -> None:
    asked = ask()
    agreed = own(StepKind.RECEIVED, BUREAU, asked, hours=1)
    assert petition_clocks(Nature.PETITION, [asked, agreed]) == ()
    assert passed_units(fold_matter([ask(unit="uni_station")])) == frozenset()
