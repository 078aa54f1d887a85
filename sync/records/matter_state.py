"""A matter's state: a fold over its steps, with the five moments 发现、受理、化解、确认、反馈."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sync.records.matters import Conclusion, Step, StepKind
from sync.records.passings import (
    GIVES,
    TAKES,
    Passing,
    answers_to_requests,
    asked_in,
    overruled,
    own_word,
    passings_in,
)
from sync.records.seen import Doubt, Line, in_line, standing


class MatterStage(StrEnum):
    """Where a matter stands after its last step."""

    REGISTERED = "registered"
    NOT_ACCEPTED = "not_accepted"
    ACCEPTED = "accepted"
    IN_HAND = "in_hand"
    ESCALATED = "escalated"
    TRANSFERRED = "transferred"
    RECEIVED = "received"
    RESOLVED = "resolved"
    ACKNOWLEDGED = "acknowledged"
    FED_BACK = "fed_back"
    CLOSED = "closed"


OPEN_STAGES: Final = frozenset(MatterStage) - {MatterStage.CLOSED, MatterStage.NOT_ACCEPTED}
"""Stages in which the matter still waits for somebody: who took it first answers for it until it is closed."""


DONE_STAGES: Final = frozenset(
    {
        MatterStage.NOT_ACCEPTED,
        MatterStage.RESOLVED,
        MatterStage.ACKNOWLEDGED,
        MatterStage.FED_BACK,
        MatterStage.CLOSED,
    }
)
"""Stages in which the work itself is done."""


@dataclass(frozen=True, slots=True)
class Moments:
    """The five moments, as the writers told them; None for what has not happened since the last reopening."""

    discovered: datetime | None = None
    accepted: datetime | None = None
    resolved: datetime | None = None
    acknowledged: datetime | None = None
    fed_back: datetime | None = None


@dataclass(frozen=True, slots=True)
class MatterState:
    """``last`` is the step that gave ``state``, ``heads`` what a step made now has seen, ``doubts`` for a person.

    ``passed_to`` is the unit that was given the matter (``passed_at``) and has not answered: it is still ours.
    ``held_by`` is the one that took it, ``passed_by`` the one that gave it on, ``passings`` are all of these with what
    was answered, ``asked`` are the units that were asked to mediate, with theirs. ``handlers`` are those who worked on
    it since it was opened last: their word on how satisfied somebody is does not count. ``satisfied`` is the resident's
    last word, ``redone`` how often that meant to do it anew.
    """

    state: MatterStage = MatterStage.REGISTERED
    last: StepKind | None = None
    heads: tuple[str, ...] = ()
    moments: Moments = Moments()
    doubts: tuple[Doubt, ...] = ()
    passed_to: str | None = None
    held_by: str | None = None
    handlers: tuple[str, ...] = ()
    satisfied: bool | None = None
    redone: int = 0
    conclusions: tuple[Conclusion, ...] = ()
    police_told: bool = False
    passed_at: datetime | None = None
    passed_by: str | None = None
    passings: tuple[Passing, ...] = ()
    asked: tuple[Passing, ...] = ()


# Of steps made side by side the later one in this list has the last word: what keeps a matter open counts more
# than what ends it, because a matter that is open by mistake is seen and one that is closed by mistake is not.
_RANK: Final = {
    kind: place
    for place, kind in enumerate(
        (
            StepKind.POLICE_TOLD,
            StepKind.MEDIATION_COMPLEX,
            StepKind.MEDIATION_ASKED,
            StepKind.MEDIATION_WITHDRAWN,
            StepKind.FEEDBACK_TRIED,
            StepKind.REVIEWED,
            StepKind.REVIEW_ASKED,
            StepKind.EXTENDED,
            StepKind.REFERRAL_RESULT,
            StepKind.REFERRED,
            StepKind.NOT_ACCEPTED,
            StepKind.ACCEPTED,
            StepKind.CLOSED,
            StepKind.FED_BACK,
            StepKind.ACKNOWLEDGED,
            StepKind.OPINION,
            StepKind.RESOLVED,
            StepKind.HANDLED,
            StepKind.TRANSFERRED,
            StepKind.ESCALATED,
            StepKind.RECEIVED,
            StepKind.SENT_BACK,
            StepKind.REOPENED,
        )
    )
}

_STAGES: Final = {
    StepKind.NOT_ACCEPTED: MatterStage.NOT_ACCEPTED,
    StepKind.ACCEPTED: MatterStage.ACCEPTED,
    StepKind.HANDLED: MatterStage.IN_HAND,
    StepKind.RESOLVED: MatterStage.RESOLVED,
    StepKind.ACKNOWLEDGED: MatterStage.ACKNOWLEDGED,
    StepKind.FED_BACK: MatterStage.FED_BACK,
    StepKind.CLOSED: MatterStage.CLOSED,
    StepKind.REOPENED: MatterStage.ACCEPTED,
    StepKind.ESCALATED: MatterStage.ESCALATED,
    StepKind.TRANSFERRED: MatterStage.TRANSFERRED,
    StepKind.RECEIVED: MatterStage.RECEIVED,
    StepKind.OPINION: MatterStage.RESOLVED,
}

NOTES: Final = frozenset(StepKind) - frozenset(_STAGES) - {StepKind.SENT_BACK}
"""Steps that say something of a matter and leave it where it stands."""

# A step of these kinds on a closed matter is recorded and doubted, and leaves it closed: 重启 has a step of its own.
_NEEDS_OPEN: Final = frozenset(
    {
        StepKind.ACCEPTED,
        StepKind.HANDLED,
        StepKind.RESOLVED,
        StepKind.TRANSFERRED,
        StepKind.ESCALATED,
        StepKind.RECEIVED,
        StepKind.SENT_BACK,
        StepKind.OPINION,
    }
)
# These tell the resident or count the resident's word: they never take a matter back from where it stood.
_ONLY_FORWARD: Final = frozenset({StepKind.ACKNOWLEDGED, StepKind.FED_BACK})

_CONTRADICTIONS: Final = (
    (frozenset({StepKind.ACCEPTED, StepKind.NOT_ACCEPTED}), "records.doubt_accepted_and_not"),
    (frozenset({StepKind.CLOSED, StepKind.REOPENED}), "records.doubt_closed_and_reopened"),
    (frozenset({StepKind.CLOSED, StepKind.HANDLED}), "records.doubt_closed_while_handled"),
    (frozenset({StepKind.CLOSED, StepKind.ESCALATED}), "records.doubt_closed_while_handled"),
    (frozenset({StepKind.CLOSED, StepKind.TRANSFERRED}), "records.doubt_closed_while_handled"),
    (frozenset({StepKind.TRANSFERRED, StepKind.RESOLVED}), "records.doubt_transferred_and_resolved"),
    (frozenset({StepKind.RECEIVED, StepKind.SENT_BACK}), "records.doubt_received_and_sent_back"),
)


def fold_matter(steps: Iterable[Step], discovered_at: datetime | None = None) -> MatterState:
    """Return the state after ``steps`` (in any order, repeated or not): the same facts give the same state.

    Steps made side by side are taken by the rule table above, ties by id; what contradicts itself is in
    ``doubts``. ``discovered_at`` is the matter's own field and opens the moments.
    """
    by_id = {step.id: step for step in steps}
    stands, doubts = standing(by_id.values())
    line = in_line(by_id.values(), lambda step: _rank(stands.get(step.id, step)))
    told = [stands[step.id] for step in line.facts if step.id in stands]
    passings, asked = passings_in(told), asked_in(told)
    aside = overruled((*passings, *asked)) | answers_to_requests(asked)
    counts = {place: step for place, step in stands.items() if step.id not in aside}
    moments = Moments(discovered=discovered_at)
    state = MatterState(heads=line.heads, moments=moments, passings=passings, asked=asked)
    for step in line.facts:
        if step.id in counts:
            state = _after(state, step.id, counts[step.id])
    found = (*doubts, *state.doubts, *_contradictions(line, counts), *_disordered(state.moments, line.heads))
    return dataclasses.replace(state, doubts=(*found, *_heard_otherwise((*passings, *asked))))


def _rank(step: Step) -> int:
    """The place in the table above; of answers made side by side the unit's own comes after what was heard of it."""
    own = own_word(step) and step.kind in TAKES | GIVES
    after = (StepKind.RECEIVED, StepKind.SENT_BACK, StepKind.TRANSFERRED, StepKind.ESCALATED)
    return 8 * _RANK[StepKind.SENT_BACK] + 1 + after.index(step.kind) if own else 8 * _RANK[step.kind]


def _heard_otherwise(passings: Iterable[Passing]) -> list[Doubt]:
    """What a unit says of itself and what a desk heard of it, where they differ: a person asks once more."""
    found = [Doubt("records.doubt_heard_otherwise", p.differing) for p in passings if p.differing]
    found += [Doubt("records.doubt_received_another_day", p.another_day) for p in passings if p.another_day]
    return [*found, *(Doubt("records.doubt_answered_withdrawn", p.too_late) for p in passings if p.too_late)]


def _after(state: MatterState, place: str, step: Step) -> MatterState:
    """One step further: its stage by the tables above, its moment, and a doubt where it should not be there."""
    if step.kind in NOTES:
        return _noted(state, step)
    if state.state is MatterStage.CLOSED and step.kind in _NEEDS_OPEN:
        doubts = (*state.doubts, Doubt("records.doubt_step_after_close", (place,)))
        moments = _moments_after(state.moments, step)
        return dataclasses.replace(state, moments=moments, handlers=_hands(state, step), doubts=doubts)
    if step.kind in _ONLY_FORWARD and step.satisfied is not None:
        return _scored(state, place, step)
    moments = _moments_after(state.moments, step)
    stage = _STAGES.get(step.kind) or _before_passing(state, step)
    if step.kind in _ONLY_FORWARD and _place(stage) < _place(state.state):
        stage = state.state
    moved = dataclasses.replace(state, state=stage, last=step.kind, moments=moments)
    return _passed(_worked_on(moved, step), place, step)


def _place(stage: MatterStage) -> int:
    return list(MatterStage).index(stage)


def _before_passing(state: MatterState, step: Step) -> MatterStage:
    """Where a matter stands that came back: nobody turned it down, and nobody has it but who gave it on."""
    if _still_held(state, step):
        return MatterStage.RECEIVED
    return MatterStage.IN_HAND if state.moments.accepted or state.handlers else MatterStage.REGISTERED


def _noted(state: MatterState, step: Step) -> MatterState:
    """A note leaves a matter where it stands; whoever was referred somewhere is in somebody's hands."""
    if step.kind is StepKind.POLICE_TOLD:
        return dataclasses.replace(state, police_told=True)
    early = state.state in {MatterStage.REGISTERED, MatterStage.ACCEPTED}
    if step.kind in (StepKind.REFERRED, StepKind.MEDIATION_ASKED) and early:
        return dataclasses.replace(state, state=MatterStage.IN_HAND, last=step.kind)
    return state


def _scored(state: MatterState, place: str, step: Step) -> MatterState:
    """The resident's word: dissatisfied means that the work is done anew; praise that a handler enters counts not."""
    if step.satisfied:
        told = _after(state, place, dataclasses.replace(step, satisfied=None))
        if step.made.by not in state.handlers:
            return dataclasses.replace(told, satisfied=True)
        return dataclasses.replace(told, doubts=(*told.doubts, Doubt("records.doubt_own_score", (place,))))
    return dataclasses.replace(
        state,
        state=MatterStage.IN_HAND,
        last=step.kind,
        moments=Moments(discovered=state.moments.discovered, accepted=state.moments.accepted),
        satisfied=False,
        redone=state.redone + 1,
        conclusions=(),
    )


def _worked_on(state: MatterState, step: Step) -> MatterState:
    """Who had a hand in it, and what was found of the request."""
    match step.kind:
        case StepKind.HANDLED | StepKind.RESOLVED:
            found = step.conclusions or state.conclusions
            return dataclasses.replace(state, handlers=_hands(state, step), conclusions=found)
        case StepKind.REOPENED:
            return dataclasses.replace(state, satisfied=None, conclusions=())
        case _:
            return state


def _hands(state: MatterState, step: Step) -> tuple[str, ...]:
    """Who had a hand in it, also where it was closed already: none of them says how satisfied somebody is."""
    worked = step.kind in (StepKind.HANDLED, StepKind.RESOLVED)
    return _with(state.handlers, step.made.by) if worked else state.handlers


def _with(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(sorted({*names, name}))


def _passed(state: MatterState, place: str, step: Step) -> MatterState:
    """Who was given the matter, and whether that unit took it: until then it is ours."""
    match step.kind:
        case StepKind.TRANSFERRED | StepKind.ESCALATED:
            at, by = step.happened_at, step.made.unit
            return dataclasses.replace(state, passed_to=step.to_unit, passed_at=at, passed_by=by)
        case StepKind.RECEIVED:
            unasked = state.passed_to is not None and step.by_unit != state.passed_to
            doubts = (*state.doubts, Doubt("records.doubt_received_unasked", (place,))) if unasked else state.doubts
            waiting = state.passed_to if unasked else None
            return dataclasses.replace(state, held_by=step.by_unit, passed_to=waiting, doubts=doubts)
        case StepKind.SENT_BACK:
            return dataclasses.replace(state, passed_to=None, held_by=_still_held(state, step))
        case _:
            return state


def _still_held(state: MatterState, step: Step) -> str | None:
    """Who has a matter that is sent back: the unit that had taken it and gave it on; else it is ours again."""
    gave_on = state.held_by is not None and state.held_by == state.passed_by
    return state.held_by if gave_on and step.by_unit == state.passed_to else None


def _moments_after(moments: Moments, step: Step) -> Moments:
    at = step.happened_at
    match step.kind:
        case StepKind.ACCEPTED:
            return moments if moments.accepted else dataclasses.replace(moments, accepted=at)
        case StepKind.RESOLVED | StepKind.OPINION:
            return dataclasses.replace(moments, resolved=at)
        case StepKind.ACKNOWLEDGED:
            return dataclasses.replace(moments, acknowledged=at)
        case StepKind.FED_BACK:
            return dataclasses.replace(moments, fed_back=at)
        case StepKind.REOPENED:
            return Moments(discovered=moments.discovered, accepted=moments.accepted)
        case _:
            return moments


def _contradictions(line: Line[Step], stands: dict[str, Step]) -> list[Doubt]:
    places = [(i, stands[step.id].kind, step.id) for i, step in enumerate(line.facts) if step.id in stands]
    found = []
    for pair, reason in _CONTRADICTIONS:
        some = [p for p in places if p[1] in pair]
        for n, (i, kind, one) in enumerate(some):
            for j, other_kind, other in some[n + 1 :]:
                if kind is not other_kind and line.beside(i, j):
                    found.append(Doubt(reason, tuple(sorted((one, other)))))
    return found


def _disordered(moments: Moments, heads: tuple[str, ...]) -> list[Doubt]:
    """Clocks are only data: moments that run backwards are shown, never corrected."""
    told = [at for at in (moments.discovered, moments.accepted, moments.resolved) if at]
    later = [at for at in (moments.acknowledged, moments.fed_back) if at]
    backwards = told != sorted(told) or (moments.resolved and any(at < moments.resolved for at in later))
    return [Doubt("records.doubt_moments_backwards", heads)] if backwards else []
