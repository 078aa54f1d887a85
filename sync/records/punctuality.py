"""Whether the five moments (发现、受理、化解、确认、反馈) came in time, by limits that the district sets."""

from __future__ import annotations

from collections.abc import Iterator
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
    for name, since in _counted(nature, state):
        at: datetime | None = getattr(moments, name)
        due = later(since, getattr(limits, name)) if since else None
        found.append(Moment(name, at, due, _in_time(at, due, now, ended=_ended(state))))
    return tuple(found)


def waited_for(nature: Nature, state: MatterState) -> tuple[tuple[str, datetime], ...]:
    """Return the moments that a matter waits for, each with the moment from which its limit counts."""
    if _ended(state):
        return ()
    counted = _counted(nature, state)
    return tuple((name, since) for name, since in counted if since and getattr(state.moments, name) is None)


def _counted(nature: Nature, state: MatterState) -> Iterator[tuple[str, datetime | None]]:
    """The moments after the first, each with what it counts from: nothing where its limit does not run."""
    for name, before in _AFTER:
        since = next((told for other in before if (told := getattr(state.moments, other))), None)
        known = getattr(state.moments, name) is not None or _BY_STEP[name] in STEPS[nature]
        yield name, since if known else None


def _ended(state: MatterState) -> bool:
    return state.state.value in ("closed", "not_accepted")


def later(since: datetime, minutes: int) -> datetime:
    """Return when a limit of so many minutes ends that counts from ``since``."""
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
