"""A matter's state: a fold over its steps, with the five moments 发现、受理、化解、确认、反馈."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sync.records.matters import Step, StepKind
from sync.records.seen import Doubt, Line, in_line, standing


class MatterStage(StrEnum):
    """Where a matter stands after its last step."""

    REGISTERED = "registered"
    NOT_ACCEPTED = "not_accepted"
    ACCEPTED = "accepted"
    IN_HAND = "in_hand"
    ESCALATED = "escalated"
    TRANSFERRED = "transferred"
    RESOLVED = "resolved"
    ACKNOWLEDGED = "acknowledged"
    FED_BACK = "fed_back"
    CLOSED = "closed"


OPEN_STAGES: Final = frozenset(MatterStage) - {MatterStage.CLOSED, MatterStage.NOT_ACCEPTED}
"""Stages in which the matter still waits for somebody here."""


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
    """``last`` is the step that gave ``state``, ``heads`` what a step made now has seen, ``doubts`` for a person."""

    state: MatterStage = MatterStage.REGISTERED
    last: StepKind | None = None
    heads: tuple[str, ...] = ()
    moments: Moments = Moments()
    doubts: tuple[Doubt, ...] = ()


# Of steps made side by side the later one in this list has the last word: what keeps a matter open counts more
# than what ends it, because a matter that is open by mistake is seen and one that is closed by mistake is not.
_RANK: Final = {
    kind: place
    for place, kind in enumerate(
        (
            StepKind.NOT_ACCEPTED,
            StepKind.ACCEPTED,
            StepKind.CLOSED,
            StepKind.FED_BACK,
            StepKind.ACKNOWLEDGED,
            StepKind.RESOLVED,
            StepKind.HANDLED,
            StepKind.TRANSFERRED,
            StepKind.ESCALATED,
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
}

# A step of these kinds on a closed matter is recorded and doubted, and leaves it closed: 重启 has a step of its own.
_NEEDS_OPEN: Final = frozenset(
    {StepKind.ACCEPTED, StepKind.HANDLED, StepKind.RESOLVED, StepKind.TRANSFERRED, StepKind.ESCALATED}
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
)


def fold_matter(steps: Iterable[Step], discovered_at: datetime | None = None) -> MatterState:
    """Return the state after ``steps`` (in any order, repeated or not): the same facts give the same state.

    Steps made side by side are taken by the rule table above, ties by id; what contradicts itself is in
    ``doubts``. ``discovered_at`` is the matter's own field and opens the moments.
    """
    by_id = {step.id: step for step in steps}
    stands, doubts = standing(by_id.values())
    line = in_line(by_id.values(), lambda step: _RANK[stands.get(step.id, step).kind])
    state = MatterState(heads=line.heads, moments=Moments(discovered=discovered_at))
    for step in line.facts:
        if step.id in stands:
            state = _after(state, step.id, stands[step.id])
    found = (*doubts, *state.doubts, *_contradictions(line, stands), *_disordered(state.moments, line.heads))
    return dataclasses.replace(state, doubts=found)


def _after(state: MatterState, place: str, step: Step) -> MatterState:
    """One step further: its stage by the tables above, its moment, and a doubt where it should not be there."""
    closed = state.state is MatterStage.CLOSED
    moments = _moments_after(state.moments, step)
    if closed and step.kind in _NEEDS_OPEN:
        doubt = Doubt("records.doubt_step_after_close", (place,))
        return dataclasses.replace(state, moments=moments, doubts=(*state.doubts, doubt))
    stage = _STAGES[step.kind]
    if step.kind in _ONLY_FORWARD and list(MatterStage).index(stage) < list(MatterStage).index(state.state):
        stage = state.state
    return dataclasses.replace(state, state=stage, last=step.kind, moments=moments)


def _moments_after(moments: Moments, step: Step) -> Moments:
    at = step.happened_at
    match step.kind:
        case StepKind.ACCEPTED:
            return moments if moments.accepted else dataclasses.replace(moments, accepted=at)
        case StepKind.RESOLVED:
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
