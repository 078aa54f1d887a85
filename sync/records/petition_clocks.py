"""Which step of a petition starts which clock, and which one ends it: the days themselves are the deadlines' affair.

A station is no petition organ: nothing runs until the competent body has the matter (信访工作条例 22, 23).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sync.records.matters import Nature, PetitionRoad, Step, StepKind
from sync.records.passings import answers_to_requests, asked_in, overruled, passings_in
from sync.records.seen import in_line, standing


class PetitionClock(StrEnum):
    """15 days to tell (22, 23); 5 working days to object (23); 60 days to close on the road of 31 (6) (34); 30 days to
    ask for a review (35) and 30 to decide it (35); the same again for a re-examination (36)."""

    NOTICE = "petition-notice"
    OBJECTION = "petition-objection"
    CLOSE = "petition-close"
    REVIEW_REQUEST = "review-request"
    REVIEW_DECISION = "review-decision"


@dataclass(frozen=True, slots=True)
class Running:
    """A clock: since when, by which step, for whom; ``ended`` by a step, ``extended_to`` by the body's own word."""

    clock: PetitionClock
    since: datetime
    step: str
    body: str | None
    ended: datetime | None = None
    extended_to: date | None = None
    again: bool = False


_ENDS: Final[dict[StepKind, tuple[PetitionClock, ...]]] = {
    StepKind.ACCEPTED: (PetitionClock.NOTICE, PetitionClock.OBJECTION),
    StepKind.NOT_ACCEPTED: (PetitionClock.NOTICE, PetitionClock.OBJECTION),
    StepKind.SENT_BACK: tuple(PetitionClock),
    StepKind.TRANSFERRED: (PetitionClock.NOTICE, PetitionClock.OBJECTION),
    StepKind.OPINION: (PetitionClock.NOTICE, PetitionClock.OBJECTION, PetitionClock.CLOSE),
    StepKind.RESOLVED: (PetitionClock.NOTICE, PetitionClock.OBJECTION, PetitionClock.CLOSE),
    StepKind.REVIEW_ASKED: (PetitionClock.REVIEW_REQUEST,),
    StepKind.REVIEWED: (PetitionClock.REVIEW_REQUEST, PetitionClock.REVIEW_DECISION),
    StepKind.CLOSED: (PetitionClock.NOTICE, PetitionClock.OBJECTION, PetitionClock.CLOSE),
}

MOST_REVIEWS: Final = 2
"""复查, then 复核: after that the matter is accepted by nobody any more (信访工作条例 36)."""


def petition_clocks(nature: Nature, steps: Iterable[Step]) -> tuple[Running, ...]:
    """Return the clocks of a petition in the order of their start, running and ended; none of another nature.

    The same steps in any order give the same clocks. One receipt is one start: that which the body states itself, where
    a desk wrote down the same.
    """
    if nature is not Nature.PETITION:
        return ()
    by_id = {step.id: step for step in steps}
    stands = standing(by_id.values())[0]
    line = in_line(by_id.values(), lambda step: list(StepKind).index(step.kind))
    told = [stands[place.id] for place in line.facts if place.id in stands]
    asked = asked_in(told)
    aside = overruled((*passings_in(told), *asked)) | answers_to_requests(asked)
    found: list[Running] = []
    for place in line.facts:
        if place.id in stands and stands[place.id].id not in aside:
            step = stands[place.id]
            found = _extended(_ended(found, step), step)
            found += [
                Running(clock, step.happened_at, place.id, step.by_unit, again=a) for clock, a in _starts(found, step)
            ]
    return tuple(found)


def running(clocks: Iterable[Running]) -> tuple[Running, ...]:
    """Return the clocks that nothing has ended."""
    return tuple(clock for clock in clocks if clock.ended is None)


def _starts(found: list[Running], step: Step) -> list[tuple[PetitionClock, bool]]:
    """The clocks that ``step`` starts, and whether it is for the second time (复核)."""
    reviews = sum(clock.clock is PetitionClock.REVIEW_DECISION for clock in found)
    match step.kind:
        case StepKind.RECEIVED:
            return [(PetitionClock.NOTICE, False), (PetitionClock.OBJECTION, False)]
        case StepKind.ACCEPTED if step.by_unit and step.road is PetitionRoad.INVESTIGATION:
            return [(PetitionClock.CLOSE, False)]
        case StepKind.OPINION:
            return [(PetitionClock.REVIEW_REQUEST, False)]
        case StepKind.REVIEW_ASKED if reviews < MOST_REVIEWS:
            return [(PetitionClock.REVIEW_DECISION, reviews > 0)]
        case StepKind.REVIEWED if 0 < reviews < MOST_REVIEWS:
            return [(PetitionClock.REVIEW_REQUEST, True)]
        case _:
            return []


def _ended(found: list[Running], step: Step) -> list[Running]:
    over = _ENDS.get(step.kind, ())
    return [_end(clock, step) if clock.clock in over and clock.ended is None else clock for clock in found]


def _end(clock: Running, step: Step) -> Running:
    return Running(clock.clock, clock.since, clock.step, clock.body, step.happened_at, clock.extended_to, clock.again)


def _extended(found: list[Running], step: Step) -> list[Running]:
    """30 more days at most, which the head of the body allows and whose reasons are told (信访工作条例 34)."""
    if step.kind is not StepKind.EXTENDED or step.due_on is None:
        return found
    return [
        Running(c.clock, c.since, c.step, c.body, None, step.due_on, c.again)
        if c.clock is PetitionClock.CLOSE and c.ended is None
        else c
        for c in found
    ]
