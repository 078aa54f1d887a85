"""Figures of visits: 初访 and 重复访 are what was logged as such; asking how it goes is neither."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sync.records.times import BEIJING
from sync.records.visits import Purpose, Visit

NEITHER: Final = frozenset(Purpose) - {Purpose.FIRST, Purpose.REPEAT}
"""Contacts about something that was registered, or a question: they count as contacts alone."""


@dataclass(frozen=True, slots=True)
class VisitFigures:
    """``people`` counts everybody who came, in person-times; ``groups`` are visits of five or more (集体访)."""

    contacts: int = 0
    people: int = 0
    first: int = 0
    repeat: int = 0
    groups: int = 0
    group_people: int = 0


def visit_figures(visits: Iterable[Visit], since: date, until: date) -> VisitFigures:
    """Count standing visits that happened from ``since`` to ``until``, both included, at +08:00.

    A group counts as one only with what is registered or repeated: five who fetch a paper are no 集体访.
    """
    found: Counter[str] = Counter()
    for visit in visits:
        if since <= visit.happened_at.astimezone(BEIJING).date() <= until:
            group = visit.group and visit.purpose not in NEITHER
            found["contacts"] += 1
            found["people"] += visit.headcount
            found["first"] += visit.purpose is Purpose.FIRST
            found["repeat"] += visit.purpose is Purpose.REPEAT
            found["groups"] += group
            found["group_people"] += visit.headcount if group else 0
    return VisitFigures(**found)
