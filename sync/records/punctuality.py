"""Whether the five moments (发现、受理、化解、确认、反馈) came in time, by limits that the district sets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sync.records.matter_state import MatterState
from sync.records.matters import Nature, StepKind
from sync.records.moment_limits import MomentLimits
from sync.records.roads import STEPS


class InTime(StrEnum):
    """How a moment stands to its limit; ``OPEN`` has nothing before it yet, so that its limit does not run."""

    ON_TIME = "on_time"
    LATE = "late"
    WAITING = "waiting"
    OVERDUE = "overdue"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Moment:
    """One of the moments: when it was, until when it was to be, and what that comes to."""

    name: str
    at: datetime | None
    due: datetime | None
    in_time: InTime


_AFTER: Final = (
    ("accepted", ("discovered",)),
    ("resolved", ("accepted", "discovered")),
    ("acknowledged", ("resolved",)),
    ("fed_back", ("acknowledged", "resolved")),
)
"""Each moment counts from the nearest one before it that happened."""
_BY_STEP: Final = {
    "accepted": StepKind.ACCEPTED,
    "resolved": StepKind.RESOLVED,
    "acknowledged": StepKind.ACKNOWLEDGED,
    "fed_back": StepKind.FED_BACK,
}


def punctuality(nature: Nature, state: MatterState, limits: MomentLimits, now: datetime) -> tuple[Moment, ...]:
    """Return the five moments as they stand at ``now``; a matter that ended waits for none of them any more, and none
    for a step that its nature does not know: an accusation is passed on and never accepted (信访工作条例 30).
    """
    moments = state.moments
    found = [Moment("discovered", moments.discovered, None, InTime.ON_TIME if moments.discovered else InTime.OPEN)]
    ended = state.state.value in ("closed", "not_accepted")
    for name, before in _AFTER:
        at: datetime | None = getattr(moments, name)
        since = next((told for other in before if (told := getattr(moments, other))), None)
        known = at is not None or _BY_STEP[name] in STEPS[nature]
        due = _later(since, getattr(limits, name)) if since and known else None
        found.append(Moment(name, at, due, _in_time(at, due, now, ended=ended)))
    return tuple(found)


def _later(since: datetime, minutes: int) -> datetime:
    try:
        return since + timedelta(minutes=minutes)
    except OverflowError:  # a desk whose clock is broken: one such matter does not keep a list of all from coming
        return since


def _in_time(at: datetime | None, due: datetime | None, now: datetime, *, ended: bool) -> InTime:
    if due is None:
        return InTime.ON_TIME if at else InTime.OPEN
    if at is not None:
        return InTime.ON_TIME if at <= due else InTime.LATE
    if ended:
        return InTime.OPEN
    return InTime.WAITING if now <= due else InTime.OVERDUE
