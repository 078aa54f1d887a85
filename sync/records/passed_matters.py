"""转来事项 at a desk: what a unit may see of a matter of another unit that it was given, as the district tells it.

A record has its own unit's scope, and of a matter that is passed on the taker sees a part: no reporter, names and
telephones only while it has something to do. So the district writes this part for it, anew each time that it changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sync.records.matters import ExternalNumber, Nature, Step, StepKind
from sync.records.passed_parts import ASKS, PassedStage
from sync.records.record import Fact
from sync.records.units import Level
from sync.records.visits import Category

AT_DESKS: Final = frozenset({Level.STATION, Level.COMMUNITY})
"""Units that work at desks: the others work in a browser, where the district shows them the matter itself."""

TAKERS: Final = frozenset(Level) - AT_DESKS
"""To whom a unit gives on what it was given: what belongs to a community goes back to the desk that has it."""


@dataclass(frozen=True, slots=True)
class PassedPerson:
    """Somebody who takes part: the roles (values of `PartyRole`), the name, telephones where the unit needs them."""

    name: str
    roles: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PassedWord:
    """One step of a passing to or by the unit: ``kind`` is a value of `StepKind`, ``unit`` says it or is said to.

    ``own`` is that unit's own word; else the desk of the matter heard it. Of what gives the matter on, ``unit`` has it.
    """

    step: str
    kind: str
    unit: str
    at: datetime
    text: str = ""
    rule_cited: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class PassedClock:
    """A clock of `open_clocks.OpenClock` that runs for the unit."""

    kind: str
    at: datetime
    counted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedMatter(Fact):
    """How ``matter`` of ``station`` stands at ``unit``, to which ``given_by`` gave it; the last one amends all others.

    ``stage`` is a value of `PassedStage`. ``heads`` are what a step made now has seen, ``answers`` the steps that the
    unit itself has said: one that it wrote and that is not among them is not known at the district yet.
    """

    matter: str
    unit: str
    stage: str
    title: str
    nature: Nature
    station: str
    given_by: str
    given_at: datetime
    discovered_at: datetime
    category: Category = Category.OTHER
    text: str = ""
    place: str = ""
    grade: str = ""
    external: tuple[ExternalNumber, ...] = ()
    must_report: bool = False
    said: tuple[PassedWord, ...] = ()
    people: tuple[PassedPerson, ...] = ()
    clocks: tuple[PassedClock, ...] = ()
    heads: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()


_STAGE_AFTER: Final = {
    StepKind.RECEIVED: PassedStage.HELD,
    StepKind.SENT_BACK: PassedStage.SENT_BACK,
    StepKind.TRANSFERRED: PassedStage.GIVEN_ON,
    StepKind.ESCALATED: PassedStage.GIVEN_ON,
}


def unanswered(told: PassedMatter, steps: Iterable[Step]) -> tuple[Step, ...]:
    """Return what the unit's desks wrote of a matter that the district had not heard when it told, the oldest first."""
    mine = (step for step in steps if step.by_unit == told.unit == step.made.unit and step.id not in told.answers)
    return tuple(sorted(mine, key=lambda step: step.id))


def stage_here(told: PassedMatter, steps: Iterable[Step]) -> PassedStage | None:
    """Return how it stands at the unit with what its desks wrote since; None for a word of a newer program."""
    waiting = [step.kind for step in unanswered(told, steps) if step.kind in _STAGE_AFTER]
    if waiting:
        mediates = told.stage in ASKS and waiting[-1] is StepKind.RECEIVED
        return PassedStage.MEDIATING if mediates else _STAGE_AFTER[waiting[-1]]
    return PassedStage(told.stage) if told.stage in set(PassedStage) else None
