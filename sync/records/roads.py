"""The road of a matter: which roads and steps its nature opens, and what a step must say on that road."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sync.records.errors import RuleBroken
from sync.records.matter_state import MatterState
from sync.records.matters import Conclusion, Nature, Step, StepKind
from sync.records.units import Level, OrgUnit


class Road(StrEnum):
    """Handled on the spot, mediated, ordered (发令), referred to somebody who helps, passed on to another unit."""

    ON_THE_SPOT = "on_the_spot"
    MEDIATED = "mediated"
    ORDERED = "ordered"
    REFERRED = "referred"
    PASSED_ON = "passed_on"


ROADS: Final[dict[Nature, frozenset[Road]]] = {
    Nature.CONSULTATION: frozenset({Road.ON_THE_SPOT, Road.REFERRED, Road.PASSED_ON}),
    Nature.SERVICE: frozenset({Road.ON_THE_SPOT, Road.ORDERED, Road.REFERRED, Road.PASSED_ON}),
    Nature.DISPUTE: frozenset(Road),
    Nature.PETITION: frozenset({Road.PASSED_ON, Road.REFERRED, Road.MEDIATED, Road.ORDERED}),
    Nature.ACCUSATION: frozenset({Road.PASSED_ON}),
}
"""A petition is decided by the competent body (信访工作条例 22, 23), which may have it mediated (33); an accusation is
passed on and nothing else (30)."""

_PASSING: Final = frozenset({StepKind.TRANSFERRED, StepKind.ESCALATED, StepKind.RECEIVED, StepKind.SENT_BACK})
_ANSWERS: Final = frozenset({StepKind.RECEIVED, StepKind.SENT_BACK, StepKind.MEDIATION_COMPLEX})
_ENDING: Final = frozenset({StepKind.CLOSED, StepKind.REOPENED})
_TELLING: Final = frozenset({StepKind.ACKNOWLEDGED, StepKind.FED_BACK, StepKind.FEEDBACK_TRIED})
_HELPING: Final = frozenset({StepKind.REFERRED, StepKind.REFERRAL_RESULT, StepKind.POLICE_TOLD})
_WORKING: Final = frozenset({StepKind.ACCEPTED, StepKind.NOT_ACCEPTED, StepKind.HANDLED, StepKind.RESOLVED})
_PETITION: Final = frozenset({StepKind.EXTENDED, StepKind.OPINION, StepKind.REVIEW_ASKED, StepKind.REVIEWED})
_ASKING: Final = frozenset({StepKind.MEDIATION_ASKED, StepKind.MEDIATION_COMPLEX, StepKind.MEDIATION_WITHDRAWN})
_ORDINARY: Final = _PASSING | _ENDING | _TELLING | _HELPING | _WORKING

STEPS: Final[dict[Nature, frozenset[StepKind]]] = {
    Nature.CONSULTATION: _ORDINARY - {StepKind.NOT_ACCEPTED},
    Nature.SERVICE: _ORDINARY,
    Nature.DISPUTE: _ORDINARY | _ASKING,
    Nature.PETITION: _ORDINARY | _PETITION | _ASKING,
    Nature.ACCUSATION: _PASSING | _ENDING,
}
"""Extension, opinion and review belong to petitions alone (信访工作条例 32, 34, 35, 36)."""

BODY_DECIDES: Final = frozenset({StepKind.ACCEPTED, StepKind.NOT_ACCEPTED, StepKind.RESOLVED}) | (
    _PETITION - {StepKind.REVIEW_ASKED}
)
"""What is the competent body's word in a petition: the station writes down whose (信访工作条例 22, 23, 32, 34)."""

LADDER: Final = (Level.STATION, Level.COMMUNITY, Level.STREET, Level.DISTRICT, Level.CITY)
"""Station, community, street, district, department of the city: what is escalated goes up."""


def open_steps(nature: Nature, state: MatterState) -> tuple[StepKind, ...]:
    """Return the steps that can be taken now, in the order of `StepKind`: by the nature, and by where it stands."""
    closed = state.state.value == "closed"
    late = {StepKind.REOPENED, StepKind.FED_BACK, StepKind.FEEDBACK_TRIED, StepKind.ACKNOWLEDGED, StepKind.POLICE_TOLD}
    late |= {StepKind.REVIEW_ASKED, StepKind.REVIEWED, StepKind.REFERRAL_RESULT}
    fits = STEPS[nature] & late if closed else STEPS[nature] - {StepKind.REOPENED}
    return tuple(kind for kind in StepKind if kind in fits)


def check_road(nature: Nature, step: Step, units: dict[str, OrgUnit], own: str) -> None:
    """Raise RuleBroken where ``step``, written at unit ``own``, is not on the road of a matter of ``nature``."""
    if step.kind not in STEPS[nature]:
        raise RuleBroken("records.step_not_on_road", field="kind", step=step.kind.value, nature=nature.value)
    body = units.get(step.by_unit or "")
    if step.kind in _ANSWERS and body is None:
        raise RuleBroken("records.step_body_missing", field="by_unit")
    if nature is Nature.PETITION and step.kind in BODY_DECIDES:
        if body is None:
            raise RuleBroken("records.petition_body_missing", field="by_unit")
        if body.level is Level.STATION or body.unit == own:
            raise RuleBroken("records.station_is_no_petition_organ", field="by_unit", unit=body.name)
    if step.kind is StepKind.ESCALATED:
        _check_up(units.get(step.to_unit or ""), units.get(own))


def _check_up(to: OrgUnit | None, own: OrgUnit | None) -> None:
    if to and own and LADDER.index(to.level) <= LADDER.index(own.level):
        raise RuleBroken("records.escalated_down", field="to_unit", unit=to.name)


def check_judgement(step: Step) -> None:
    """诉求无理 is a judgement (信访工作条例 27): it needs a reason and a second person, who is not the writer."""
    if Conclusion.UNREASONABLE not in step.conclusions:
        return
    if Conclusion.REASONABLE in step.conclusions:
        raise RuleBroken("records.conclusions_contradict", field="conclusions")
    if not step.text.strip():
        raise RuleBroken("records.unreasonable_needs_reason", field="text")
    if not step.second:
        raise RuleBroken("records.unreasonable_needs_second", field="second")
    if step.second == step.made.by:
        raise RuleBroken("records.second_is_oneself", field="second")


def check_score(step: Step, state: MatterState) -> None:
    """Whoever handled a matter does not enter how satisfied somebody is with that; a colleague asks and enters it."""
    if step.kind not in (StepKind.ACKNOWLEDGED, StepKind.FED_BACK):
        return
    own = step.made.by in state.handlers
    if own and step.satisfied is not None:
        raise RuleBroken("records.own_score", field="satisfied")
    if step.kind is StepKind.ACKNOWLEDGED and not own and step.satisfied is None:
        raise RuleBroken("records.step_satisfied_missing", field="satisfied")
