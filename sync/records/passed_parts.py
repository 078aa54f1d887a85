"""One unit's part in a matter that was given to it: how it stands there, and what the unit may say next."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sync.records.matter_state import MatterStage, MatterState
from sync.records.matters import StepKind
from sync.records.passings import GIVES


class PassedStage(StrEnum):
    """It waits for the unit's answer; the unit has it; it gave it on, sent it back, or it was given to others; over."""

    WAITING = "waiting"
    HELD = "held"
    GIVEN_ON = "given_on"
    SENT_BACK = "sent_back"
    TAKEN_AWAY = "taken_away"
    CLOSED = "closed"


OPEN: Final = frozenset({PassedStage.WAITING, PassedStage.HELD})
"""Stages in which the unit has something to do."""

_OPEN_TO: Final = {
    PassedStage.WAITING: (StepKind.RECEIVED, StepKind.SENT_BACK, StepKind.TRANSFERRED),
    PassedStage.HELD: (StepKind.SENT_BACK, StepKind.TRANSFERRED),
}


def passed_units(state: MatterState) -> frozenset[str]:
    """Return every unit that the matter was ever given to."""
    return frozenset(passing.unit for passing in state.passings)


def part_of(state: MatterState, unit: str) -> PassedStage | None:
    """Return how a matter stands at ``unit``; None where it was never given to it."""
    mine = [passing for passing in state.passings if passing.unit == unit]
    if not mine:
        return None
    if state.state is MatterStage.CLOSED:
        return PassedStage.CLOSED
    if state.passed_to == unit:
        return PassedStage.WAITING
    if state.held_by == unit:
        return PassedStage.GIVEN_ON if state.passed_to else PassedStage.HELD
    said = mine[-1].own or mine[-1].heard
    if said and said[-1].kind in GIVES:
        return PassedStage.GIVEN_ON
    return PassedStage.SENT_BACK if said and said[-1].kind is StepKind.SENT_BACK else PassedStage.TAKEN_AWAY


def open_answers(stage: PassedStage | None) -> tuple[StepKind, ...]:
    """Return what the unit may say now; ``TRANSFERRED`` stands for giving it on, upwards too."""
    return _OPEN_TO.get(stage, ()) if stage else ()
