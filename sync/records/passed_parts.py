"""One unit's part in a matter that was given to it: how it stands there, and what the unit may say next."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sync.records.matter_state import MatterStage, MatterState
from sync.records.matters import Step, StepKind
from sync.records.passings import GIVES, Passing


class PassedStage(StrEnum):
    """It waits for the unit's answer; the unit has it; it gave it on, sent it back, or it was given to others; over.

    ``ASKED``, ``MEDIATING``: it was not given the matter, but is asked to mediate, or has said that it does;
    ``WITHDRAWN``: who asked has taken that back.
    """

    WAITING = "waiting"
    HELD = "held"
    GIVEN_ON = "given_on"
    SENT_BACK = "sent_back"
    TAKEN_AWAY = "taken_away"
    CLOSED = "closed"
    ASKED = "asked"
    MEDIATING = "mediating"
    WITHDRAWN = "withdrawn"


ASKS: Final = frozenset({PassedStage.ASKED, PassedStage.MEDIATING})
"""Stages of a request to mediate in which the unit has something to do."""
OPEN: Final = frozenset({PassedStage.WAITING, PassedStage.HELD}) | ASKS
"""Stages in which the unit has something to do."""
AWAITS_ANSWER: Final = frozenset({PassedStage.WAITING, PassedStage.ASKED})

_OPEN_TO: Final = {
    PassedStage.WAITING: (StepKind.RECEIVED, StepKind.SENT_BACK, StepKind.TRANSFERRED),
    PassedStage.HELD: (StepKind.SENT_BACK, StepKind.TRANSFERRED),
    PassedStage.ASKED: (StepKind.RECEIVED, StepKind.SENT_BACK),
    PassedStage.MEDIATING: (StepKind.SENT_BACK,),
}


def passed_units(state: MatterState) -> frozenset[str]:
    """Return every unit that the matter was ever given to, or that was asked to mediate."""
    return frozenset(passing.unit for passing in (*state.passings, *state.asked))


def gone_to(state: MatterState, unit: str) -> list[Passing]:
    """Return all with which the matter came to ``unit``: passings, then requests to mediate, each in their order."""
    return [passing for passing in (*state.passings, *state.asked) if passing.unit == unit]


def came_by(state: MatterState, unit: str) -> Step:
    """Return the step by which the matter came to ``unit`` as it stands there: the last that gave it, or that asked it
    to mediate where that is what it has to do.
    """
    given = [passing.given for passing in state.passings if passing.unit == unit]
    asked = [passing.given for passing in state.asked if passing.unit == unit]
    return (asked if asked and (not given or part_of(state, unit) in ASKS) else given)[-1]


def part_of(state: MatterState, unit: str) -> PassedStage | None:
    """Return how a matter stands at ``unit``; None where it was neither given to it nor asked of it to mediate.

    Of a unit that was both, the request counts where nothing is left to do of the passing.
    """
    given, asked = _given_part(state, unit), _asked_part(state, unit)
    return asked if given is None or (given not in OPEN and asked in OPEN) else given


def _asked_part(state: MatterState, unit: str) -> PassedStage | None:
    mine = [passing for passing in state.asked if passing.unit == unit]
    if not mine:
        return None
    if state.state is MatterStage.CLOSED:
        return PassedStage.CLOSED
    if mine[-1].withdrawn is not None:
        return PassedStage.WITHDRAWN
    said = mine[-1].own or mine[-1].heard
    if not said:
        return PassedStage.ASKED
    return PassedStage.MEDIATING if said[-1].kind is StepKind.RECEIVED else PassedStage.SENT_BACK


def _given_part(state: MatterState, unit: str) -> PassedStage | None:
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
