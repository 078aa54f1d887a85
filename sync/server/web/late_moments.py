"""Where moments of matters are late or soon will be (及时情况): by unit, and of one unit its matters, the latest first.

Who oversees units sees those below his own. What a matter is about stands here as on the sheet of its order; of one
with a duty to report it does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from sync.records.believed import Believed
from sync.records.matters import Matter
from sync.records.moment_limits import MOMENTS, MomentLimits
from sync.records.open_clocks import Standing as Stands
from sync.records.units import Role
from sync.records.waiting_moments import PREFIX, WaitingMoment, minutes_of, waiting_moment
from sync.server.moments import ends_at, limits_at
from sync.server.store.directory import Unit, units
from sync.server.store.matters import load_matters
from sync.server.store.store import Connection
from sync.server.store.waited import Count, count_waits, uncounted, waits_at
from sync.server.web.orders import name_of
from sync.server.web.render import page
from sync.server.web.sight import overseen
from sync.server.web.visitor import NotFound, Standing, Visitor, allow

router = APIRouter()
Overseer = Annotated[Visitor, allow(Role.DISPATCHER, Role.VIEWER)]
PAGE: Final = 50
LAST: Final = 5_000
"""Further down nobody turns pages."""
BEHIND: Final = 1_000
"""So many records may wait for the next look (moments.py) before the page says so: what just came is no news."""
KINDS: Final = tuple(f"{PREFIX}{name}" for name in MOMENTS)


@dataclass
class UnitLine:
    """One unit: how many moments are late and soon late, by what they are called among the kinds of clocks."""

    unit: str
    name: str
    late: dict[str, int] = field(default_factory=dict)
    soon: dict[str, int] = field(default_factory=dict)

    @property
    def sums(self) -> tuple[int, int]:
        """How many are late and soon late in all."""
        return sum(self.late.values()), sum(self.soon.values())


@dataclass(frozen=True, slots=True)
class MatterLine:
    """One moment of a matter; ``restricted``: what it is about is not said here."""

    matter: Matter
    moment: WaitingMoment

    @property
    def restricted(self) -> bool:
        """Whether what it is about is read elsewhere, where each opening is noted."""
        return self.matter.must_report

    @property
    def late(self) -> bool:
        """Whether it is over."""
        return self.moment.standing is Stands.OVERDUE

    @property
    def look(self) -> tuple[str, str]:
        """Colour and icon."""
        return ("bad", "alert") if self.late else ("warn", "clock")


def lines_of(counts: list[Count], known: Mapping[str, Unit]) -> list[UnitLine]:
    """Return a line for each unit of which something is late or soon late, those with most that is late first."""
    found: dict[str, UnitLine] = {}
    for count in counts:
        line = found.setdefault(count.unit, UnitLine(count.unit, name_of(known, count.unit)))
        kind = next(each for each in KINDS if count.kind.startswith(f"{each}."))
        for told, number in ((line.late, count.late), (line.soon, count.soon)):
            if number:
                told[kind] = told.get(kind, 0) + number
    return sorted(found.values(), key=lambda line: (-line.sums[0], -line.sums[1], line.name))


def moments_at(
    conn: Connection, unit: str, limits: Mapping[str, MomentLimits], now: datetime, start: int
) -> tuple[list[MatterLine], bool]:
    """Return a page of what is late or soon late at a unit, what was to come first on top; and whether more is."""
    some = [
        (waiting_moment(one.kind, one.since, minutes_of(one.kind, limits), Believed(now, now)), one.matter)
        for kind, ends in ends_at(conn, limits, now).items()
        for one in waits_at(conn, unit, kind, ends.soon, start + PAGE + 1)
    ]
    some.sort(key=lambda one: (one[0].due, one[1], one[0].kind))
    shown = some[start : start + PAGE]
    here = load_matters(conn, {matter for _, matter in shown})
    return [MatterLine(here[m].matter, moment) for moment, m in shown if m in here], len(some) > start + PAGE


@router.get("/stations/moments")
def show(
    request: Request,
    site: Standing,
    who: Overseer,
    unit: Annotated[str, Query(max_length=64)] = "",
    start: Annotated[int, Query(ge=0, le=LAST)] = 0,
) -> Response:
    """List the units where moments are late or soon late, or the matters of one of them."""
    now = site.now()
    with site.store.read() as conn:
        known = units(conn)
        seen = overseen(who, known)
        if unit and (unit not in known or (seen is not None and unit not in seen)):
            raise NotFound
        limits = limits_at(conn, now)
        lines = [] if unit else lines_of(count_waits(conn, ends_at(conn, limits, now), seen), known)
        matters, more = moments_at(conn, unit, limits, now, start) if unit else ([], False)
        waiting = uncounted(conn)
    values: dict[str, Any] = {
        "unit": unit,
        "unit_name": name_of(known, unit) if unit else "",
        "lines": lines,
        "matters": matters,
        "start": start,
        "more": start + PAGE if more and start + PAGE <= LAST else 0,
        "waiting": waiting if waiting > BEHIND else 0,
        "now": now,
        "kind_word": lambda kind: f"deadlines.kind_{kind.replace('-', '_')}",
    }
    return page(request, "late_moments.html", who, **values)
