"""Where a matter stands on its road, as plain values: what the command line tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.actions.cards import card
from desktop.actions.closing import wanting
from desktop.actions.deadlines import periods
from desktop.actions.desk import Desk
from desktop.actions.rule_tables import moment_limits
from desktop.actions.steps import state_of
from desktop.store.links import steps_of
from desktop.store.reader import Reader
from desktop.store.units import units
from sync.records.deadlines import end_of
from sync.records.matters import Matter
from sync.records.passings import Passing
from sync.records.petition_clocks import Running, petition_clocks
from sync.records.punctuality import Moment, punctuality
from sync.records.roads import ROADS, open_steps
from sync.records.times import BEIJING


@dataclass(frozen=True, slots=True)
class RoadClock:
    """A clock of a petition with its end; ``ended`` says when something met it."""

    clock: str
    since: datetime
    due: datetime
    body: str
    ended: datetime | None
    again: bool


@dataclass(frozen=True, slots=True)
class AnswerTold:
    """What was said of a passing: the kind of the step, when, its text."""

    kind: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class PassingTold:
    """A time that the matter was given to ``unit`` (its name): what that unit said itself, and what was heard of it."""

    unit: str
    at: datetime
    own: tuple[AnswerTold, ...]
    heard: tuple[AnswerTold, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class RoadTold:
    """``held_by`` and ``passed_to`` are names of units; ``closing_wants`` are groups of which one is needed each;
    ``asked`` are requests to mediate with what was answered.
    """

    nature: str
    state: str
    roads: tuple[str, ...]
    steps: tuple[str, ...]
    held_by: str
    passed_to: str
    conclusions: tuple[str, ...]
    satisfied: bool | None
    redone: int
    must_report: bool
    moments: tuple[Moment, ...]
    clocks: tuple[RoadClock, ...]
    closing_wants: tuple[tuple[str, ...], ...]
    passings: tuple[PassingTold, ...]
    asked: tuple[PassingTold, ...]


def road_of(desk: Desk, matter_id: str) -> RoadTold:
    """Return where a matter stands now."""
    now = desk.now()
    with desk.store.read() as reader:
        matter: Matter = card(reader, matter_id, Matter)
        state = state_of(reader, matter)
        today = now.astimezone(BEIJING).date()
        limits, _set = moment_limits(reader, matter.nature, today)
        names = {identity: unit.name for identity, unit in units(reader).items()}
        found = petition_clocks(matter.nature, steps_of(reader, matter_id))
        return RoadTold(
            nature=matter.nature.value,
            state=state.state.value,
            roads=tuple(sorted(road.value for road in ROADS[matter.nature])),
            steps=tuple(kind.value for kind in open_steps(matter.nature, state)),
            held_by=names.get(state.held_by or "", state.held_by or ""),
            passed_to=names.get(state.passed_to or "", state.passed_to or ""),
            conclusions=tuple(one.value for one in state.conclusions),
            satisfied=state.satisfied,
            redone=state.redone,
            must_report=matter.must_report and not state.police_told,
            moments=punctuality(matter.nature, state, limits, now),
            clocks=tuple(_with_end(reader, clock, names) for clock in found),
            closing_wants=tuple(tuple(one.value for one in need) for need in wanting(reader, matter, today)),
            passings=tuple(_passing(passing, names) for passing in state.passings),
            asked=tuple(_passing(passing, names) for passing in state.asked),
        )


def _passing(passing: Passing, names: dict[str, str]) -> PassingTold:
    own, heard = (
        tuple(AnswerTold(step.kind.value, step.happened_at, step.text) for step in steps)
        for steps in (passing.own, passing.heard)
    )
    differs = bool(passing.differing or passing.another_day)
    return PassingTold(names.get(passing.unit, passing.unit), passing.given.happened_at, own, heard, differs)


def _with_end(reader: Reader, clock: Running, names: dict[str, str]) -> RoadClock:
    kind = clock.clock.value
    due = end_of(clock.extended_to) if clock.extended_to else periods(reader, clock.since).due_by(kind, clock.since).due
    return RoadClock(kind, clock.since, due, names.get(clock.body or "", ""), clock.ended, clock.again)
