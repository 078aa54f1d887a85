"""What the court did with an application for judicial confirmation, and by when it is to do the next thing.

It decides within three days whether it accepts the application, and within fifteen days of that on the agreement, ten
more where its president approves (法释〔2011〕5号 4、5). The days are the district's to confirm (table of periods).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sync.records.mediation_events import MediationEvent, MediationEventKind
from sync.records.seen import standing
from sync.records.times import BEIJING

ACCEPT: Final = "court-accept"
DECIDE: Final = "court-decide"
EXTENDED: Final = "court-decide-extended"
"""The kinds of periods: since the filing, since the acceptance, and since that with the ten days more."""
OF_COURT: Final = (
    MediationEventKind.COURT_FILED,
    MediationEventKind.COURT_ACCEPTED,
    MediationEventKind.COURT_EXTENDED,
    MediationEventKind.COURT_RULED,
)


@dataclass(frozen=True, slots=True)
class CourtCourse:
    """How far an application came: the days of each, None for what was not noted."""

    filed: date | None = None
    accepted: date | None = None
    extended: date | None = None
    ruled: date | None = None

    @property
    def waits(self) -> tuple[str, date] | None:
        """What the court is to do next (a kind of period) and since when; None where nothing is before it."""
        if self.filed is None or self.ruled is not None:
            return None
        if self.accepted is None:
            return ACCEPT, self.filed
        return (EXTENDED if self.extended else DECIDE), self.accepted


def court_course(events: Iterable[MediationEvent], agreement: str) -> CourtCourse:
    """Return how far the last application for ``agreement`` came, by the events that stand, in any order.

    After a ruling the parties may apply anew.
    """
    found = [e for e in standing(list(events))[0].values() if e.kind in OF_COURT and e.agreement == agreement]
    found.sort(key=lambda e: (e.happened_at, OF_COURT.index(e.kind), e.id))
    course = CourtCourse()
    for event in found:
        day = event.happened_at.astimezone(BEIJING).date()
        match event.kind:
            case MediationEventKind.COURT_FILED:
                course = CourtCourse(day)
            case MediationEventKind.COURT_ACCEPTED:
                course = CourtCourse(course.filed, day)
            case MediationEventKind.COURT_EXTENDED:
                course = CourtCourse(course.filed, course.accepted, day)
            case _:
                course = CourtCourse(course.filed, course.accepted, course.extended, day)
    return course
