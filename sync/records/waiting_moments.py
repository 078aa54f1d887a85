"""Which of the five moments a matter waits for, until when, and how near that is: what a list of many matters tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sync.records.believed import Believed
from sync.records.matter_state import MatterState
from sync.records.matters import Nature
from sync.records.moment_limits import MomentLimits, limits_of
from sync.records.open_clocks import Standing, stands
from sync.records.punctuality import InTime, punctuality

PREFIX: Final = "moment-"
"""With the moment's name behind it: how it is called among the kinds of clocks."""
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


def waiting_moments(
    nature: Nature, state: MatterState, limits: Mapping[str, MomentLimits], at: Believed
) -> tuple[WaitingMoment, ...]:
    """Return what a matter waits for at a time, by the limits of all natures: as `punctuality` tells it of one."""
    own = limits_of(limits, nature)
    return tuple(
        WaitingMoment(
            kind := PREFIX + moment.name, moment.due, _stands(kind, moment.due, getattr(own, moment.name), at)
        )
        for moment in punctuality(nature, state, own, at.latest)
        if moment.in_time in (InTime.WAITING, InTime.OVERDUE) and moment.due is not None
    )


def _stands(kind: str, due: datetime, minutes: int, at: Believed) -> Standing:
    over = stands(kind, due, at)
    if over in (Standing.OVERDUE, Standing.DOUBTFUL):
        return over
    return Standing.SOON if due - at.latest <= timedelta(minutes=minutes) / _NEAR else Standing.RUNNING
