"""Each time a matter was given to another unit, and what came of it: that unit's own word, and what a desk heard of it.

The two are separate facts, as an order's replies are: once the unit has spoken for itself its word alone moves the
matter, and what a desk wrote down beside it stays, is shown, and is doubted where it says something else.

A unit that is asked to mediate (申请调解) answers in the same way, and is given nothing: what it says itself leaves the
matter where it stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sync.records.matters import Step, StepKind
from sync.records.times import BEIJING

GIVES: Final = frozenset({StepKind.TRANSFERRED, StepKind.ESCALATED})
"""Steps that give a matter to ``to_unit``."""
TAKES: Final = frozenset({StepKind.RECEIVED, StepKind.SENT_BACK})
"""What ``by_unit`` answers to that."""


@dataclass(frozen=True, slots=True)
class Passing:
    """``given`` is the step that gave the matter to ``unit``, or asked it to mediate; ``own`` is what that unit said
    itself, its passing it on among it, ``heard`` what a desk wrote down of its answer. ``withdrawn`` is the step by
    which a request to mediate was taken back, ``too_late`` the ids of the unit's own answers that came after it.
    """

    given: Step
    own: tuple[Step, ...] = ()
    heard: tuple[Step, ...] = ()
    withdrawn: Step | None = None
    too_late: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """To whom it was given."""
        return self.given.to_unit or ""

    @property
    def differing(self) -> tuple[str, ...]:
        """The ids of what contradicts itself: heard to have taken it where it sent it back, or the other way round."""
        kinds = {StepKind.RECEIVED if step.kind in GIVES else step.kind for step in self.own}
        wrong = [step.id for step in self.heard if kinds and step.kind not in kinds]
        return (*wrong, *(step.id for step in self.own)) if wrong else ()

    @property
    def another_day(self) -> tuple[str, ...]:
        """The ids of two receipts of which the unit says another day than the desk: a clock may hang on it."""
        own = [step for step in self.own if step.kind is StepKind.RECEIVED]
        days = {_day(step.happened_at) for step in own}
        heard = [step for step in self.heard if step.kind is StepKind.RECEIVED]
        wrong = [step.id for step in heard if days and _day(step.happened_at) not in days]
        return (*wrong, *(step.id for step in own)) if wrong else ()


def _day(at: datetime) -> date:
    try:
        return at.astimezone(BEIJING).date()
    except OverflowError:  # a desk whose clock is broken
        return at.date()


def own_word(step: Step) -> bool:
    """Whether a unit says a step of itself, on the district's pages: a desk writes of others, under its own unit."""
    return step.by_unit is not None and step.made.unit == step.by_unit


def passings_in(steps: Iterable[Step]) -> tuple[Passing, ...]:
    """Return the passings in the order of ``steps``, which stand and are in line (seen.py)."""
    return tuple(passing for passing in _in_order(steps) if passing.given.kind in GIVES)


def asked_in(steps: Iterable[Step]) -> tuple[Passing, ...]:
    """Return each time that another unit was asked to mediate, likewise."""
    return tuple(passing for passing in _in_order(steps) if passing.given.kind not in GIVES)


def _in_order(steps: Iterable[Step]) -> list[Passing]:
    found: list[Passing] = []
    for step in steps:
        own = own_word(step)
        if step.kind in TAKES or (step.kind in GIVES and own):
            at = _answered(found, step, own=own)
            if at is not None:
                found[at] = _with_answer(found[at], step, own=own)
        if step.kind is StepKind.MEDIATION_WITHDRAWN:
            for at in [at for at, passing in enumerate(found) if _takes_back(step, passing)][-1:]:
                found[at] = replace(found[at], withdrawn=step)
        asks = step.kind is StepKind.MEDIATION_ASKED and step.to_unit != step.made.unit
        if (step.kind in GIVES or asks) and step.to_unit:
            found.append(Passing(step))
    return found


def _with_answer(passing: Passing, step: Step, *, own: bool) -> Passing:
    if not own:
        return replace(passing, heard=(*passing.heard, step))
    late = (step.id,) if passing.withdrawn else ()
    return replace(passing, own=(*passing.own, step), too_late=(*passing.too_late, *late))


def _takes_back(step: Step, passing: Passing) -> bool:
    """Whether ``step`` takes a request to mediate back: who asked does, once."""
    given = passing.given
    asked = given.kind is StepKind.MEDIATION_ASKED and passing.unit == step.to_unit
    return asked and given.made.unit == step.made.unit and passing.withdrawn is None


def _answered(found: list[Passing], step: Step, *, own: bool) -> int | None:
    """The place of what ``step`` answers: the last that went to its unit. Only the unit itself is known to answer a
    request to mediate where it was given the matter as well; it passes on only what it was given.
    """
    mine = [place for place, passing in enumerate(found) if passing.unit == step.by_unit]
    given = [place for place in mine if found[place].given.kind in GIVES]
    if given:  # nobody owes an answer to what was taken back
        mine = [place for place in mine if found[place].withdrawn is None]
    if step.kind in GIVES or (given and not own):
        mine = given
    return mine[-1] if mine else None


def answers_to_requests(asked: Iterable[Passing]) -> frozenset[str]:
    """Return the ids of what units said themselves when they were asked to mediate: none of it moves the matter."""
    return frozenset(step.id for passing in asked for step in passing.own)


def overruled(passings: Iterable[Passing]) -> frozenset[str]:
    """Return the ids of what was only heard of a unit that has spoken for itself."""
    return frozenset(step.id for passing in passings if passing.own for step in passing.heard)
