"""Which of the five moments a matter waits for, until when, and how near that is: what a list of many matters tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sync.records.believed import Believed
from sync.records.matter_state import MatterState
from sync.records.matters import Nature
from sync.records.moment_limits import ALL, MomentLimits
from sync.records.open_clocks import OpenClock, Standing, stands
from sync.records.punctuality import later, waited_for

PREFIX: Final = "moment-"
"""With the moment's name behind it: how it is called among the kinds of clocks."""
_OF: Final = "."
"""Between that and the nature where it is noted: the limits of a nature hold for it, so that of one kind and nature who
waits longer is due first.
"""
_NEAR: Final = 6
"""The last sixth of a limit is near its end, four hours of a day, a day of a week: a district may set minutes or a
year, so that no fixed length fits all.
"""


@dataclass(frozen=True, slots=True)
class WaitingMoment:
    """A moment that has not come; ``kind`` names it among the kinds of clocks."""

    kind: str
    due: datetime
    standing: Standing


def moment_clocks(nature: Nature, state: MatterState) -> tuple[OpenClock, ...]:
    """Return what a matter waits for, each since when: of a kind that is noted with the matter's nature."""
    found = waited_for(nature, state)
    return tuple(OpenClock(f"{PREFIX}{name}{_OF}{nature.value}", since, waited=True) for name, since in found)


def minutes_of(noted: str, limits: Mapping[str, MomentLimits]) -> int:
    """Return how long a kind that is noted with its nature may take, by the limits of all natures."""
    kind, _, nature = noted.partition(_OF)
    minutes: int = getattr(limits.get(nature, limits[ALL]), kind.removeprefix(PREFIX))
    return minutes


def near_end(minutes: int) -> timedelta:
    """Return how long before its end a limit of so many minutes is near."""
    return timedelta(minutes=minutes) / _NEAR


def waiting_moment(noted: str, since: datetime, minutes: int, at: Believed) -> WaitingMoment:
    """Return how a moment stands that is waited for since then and may take so many minutes, at a time."""
    kind, due = noted.partition(_OF)[0], later(since, minutes)
    standing = stands(kind, due, at)
    if standing not in (Standing.OVERDUE, Standing.DOUBTFUL):
        standing = Standing.SOON if due - at.latest <= near_end(minutes) else Standing.RUNNING
    return WaitingMoment(kind, due, standing)


def waiting_moments(
    nature: Nature, state: MatterState, limits: Mapping[str, MomentLimits], at: Believed
) -> tuple[WaitingMoment, ...]:
    """Return what a matter waits for at a time, by the limits of all natures: as `punctuality` tells it of one."""
    return tuple(waiting_moment(c.kind, c.at, minutes_of(c.kind, limits), at) for c in moment_clocks(nature, state))
