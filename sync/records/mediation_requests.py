"""Who was asked to mediate and has not said yes or no: a department has five working days to accept (行政调解受理).

People's, industry and police mediation accept at once; their period runs from the day on which the mediation begins.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sync.records.matters import Step, StepKind
from sync.records.mediations import Host
from sync.records.seen import in_line, standing

ACCEPT: Final = "mediation-administrative-accept"
"""5 working days, 10 where it is complex (深圳经济特区矛盾纠纷多元化解条例 45, 46)."""
_ANSWERED: Final = frozenset({StepKind.RECEIVED, StepKind.SENT_BACK, StepKind.NOT_ACCEPTED, StepKind.CLOSED})


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to mediate that waits for its answer."""

    host: Host
    since: datetime
    unit: str


def waiting_requests(steps: Iterable[Step]) -> tuple[Asked, ...]:
    """Return the requests that nobody has answered; an answer of another unit answers none."""
    by_id = {step.id: step for step in steps}
    stands = standing(by_id.values())[0]
    line = in_line(by_id.values(), lambda step: list(StepKind).index(step.kind))
    waiting: list[Asked] = []
    for place in line.facts:
        step = stands.get(place.id)
        if step is None:
            continue
        if step.kind in _ANSWERED:
            waiting = [a for a in waiting if step.kind is not StepKind.CLOSED and a.unit != step.by_unit]
        elif step.kind is StepKind.MEDIATION_ASKED and step.host is not None:
            waiting.append(Asked(step.host, step.happened_at, step.to_unit or ""))
    return tuple(waiting)
