"""Somebody threatens at the desk (窗口求助): who called for help when, what was done, and how it ended.

Its facts are the station's own memory of minutes that count: on no paper, and on no page that a resident sees.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sync.records.record import Fact
from sync.records.units import Role


class ThreatStep(StrEnum):
    """RAISED begins; OVER and FALSE_ALARM end. COMING is a colleague at another desk of the station."""

    RAISED = "raised"
    COMING = "coming"
    POLICE = "police"
    COUNSELLING = "counselling"
    ORDER_OPENED = "order_opened"
    OVER = "over"
    FALSE_ALARM = "false_alarm"


ENDS = frozenset({ThreatStep.OVER, ThreatStep.FALSE_ALARM})
_CALLED: Final = (Role.STATION_LEAD, Role.COUNSELLOR)
"""Who is called first; all other colleagues after them."""


def called_order(roles: Collection[Role]) -> int:
    """Return a colleague's place among those who are called for help: the lead, the counsellor, everybody else."""
    return next((place for place, role in enumerate(_CALLED) if role in roles), len(_CALLED))


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatEvent(Fact):
    """One fact about the call for help ``threat`` (the id of what raised it, its own there).

    ``name`` is who did it, as the desk knew him; ``matter`` is under which the emergency order is written. ``text``
    says why it was a false alarm, or what came of it: no word about the person who threatened.
    """

    threat: str
    step: ThreatStep
    happened_at: datetime
    name: str = ""
    matter: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Threat:
    """A call for help as it stands; ``done`` has the first time of each step and who did it."""

    id: str
    unit: str
    store: str
    raised_at: datetime
    raised_by: str
    done: dict[ThreatStep, tuple[datetime, str]]
    matter: str = ""
    ended: datetime | None = None


def threats_of(events: Iterable[ThreatEvent]) -> tuple[Threat, ...]:
    """Fold events, in any order, to calls for help, the earliest first; one whose beginning is not here is none yet."""
    by_threat: dict[str, list[ThreatEvent]] = {}
    for event in sorted({e.id: e for e in events}.values(), key=lambda e: (e.happened_at, e.id)):
        by_threat.setdefault(event.threat, []).append(event)
    found = []
    for threat, told in by_threat.items():
        raised = next((e for e in told if e.step is ThreatStep.RAISED and e.id == threat), None)
        if raised is None:
            continue
        done: dict[ThreatStep, tuple[datetime, str]] = {}
        for event in told:
            done.setdefault(event.step, (event.happened_at, event.name))
        ends = [e.happened_at for e in told if e.step in ENDS]
        matter = next((e.matter for e in told if e.matter), "")
        begun, ended = raised.happened_at, min(ends, default=None)
        found.append(Threat(threat, raised.made.unit, raised.made.store, begun, raised.name, done, matter, ended))
    return tuple(sorted(found, key=lambda t: (t.raised_at, t.id)))
