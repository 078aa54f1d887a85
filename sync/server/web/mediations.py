"""Mediations of the units below one's own: the list by what ends first, and one mediation with its course.

Who oversees a unit finds its mediations here; for everybody else, and for every department, there are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from resources import wording
from sync.records.court_confirmation import court_course
from sync.records.deadlines import deadline_of_day
from sync.records.mediation_events import open_suspensions
from sync.records.mediations import Agreement, Host, Outcome
from sync.records.seen import standing
from sync.records.times import BEIJING
from sync.records.units import Level, Role
from sync.server.people_log import Event
from sync.server.periods import Counting, counting_at
from sync.server.store.directory import Unit, clean, staff_names, units
from sync.server.store.log import write_log
from sync.server.store.mediation_pages import (
    BY_DUE,
    Ends,
    Listed,
    Place,
    Wanted,
    count_mediations,
    mediation_on_page,
    mediations_by_end,
    mediations_by_number,
)
from sync.server.store.mediations import MediationHere, papers_of
from sync.server.store.schema import to_moment, to_number
from sync.server.store.store import Connection
from sync.server.web.matters import Due
from sync.server.web.mediation_course import adjourned, course
from sync.server.web.orders import name_of
from sync.server.web.render import page
from sync.server.web.sight import overseen
from sync.server.web.visitor import Before, NotFound, Standing, Visitor, allow, language_of

router = APIRouter()
Overseer = Annotated[Visitor, allow(Role.DISPATCHER, Role.VIEWER)]
PAGE: Final = 50
SHOWS: Final = (*BY_DUE, "agreed", "ended")
_AFTER: Final = re.compile(r"(-?[0-9]{1,18})_(-?[0-9]{1,18})_(med_[0-9a-f]{32})")
_HOSTING: Final = (Level.STATION, Level.COMMUNITY, Level.STREET)

LOOKS: Final = {
    Outcome.OPEN: ("info", "order"),
    Outcome.AGREED: ("good", "check"),
    Outcome.AGREED_IN_PART: ("good", "check"),
    Outcome.ENDED: ("quiet", "out"),
}
"""Colour and icon of how a mediation stands; the word stands beside them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One mediation as it is shown: ``due`` is its running period, ``agreed`` the end that the parties set."""

    listed: Listed
    due: Due | None
    unit_name: str

    @property
    def value(self) -> Any:
        """Its card."""
        return self.listed.here.mediation

    @property
    def restricted(self) -> bool:
        """Whether what it is about is read on its sheet alone, each opening of which is noted."""
        matter = self.listed.here.matter
        return matter is not None and matter.matter.must_report

    @property
    def title(self) -> str:
        """What it is about, "" where that is not here."""
        matter = self.listed.here.matter
        return matter.matter.title if matter else ""

    @property
    def rests_until(self) -> date | None:
        """The day to which it was put off, None where it does not rest or no day was set."""
        rests = open_suspensions(self.listed.here.events)
        return rests[-1].until if rests and self.due else None

    @property
    def agreed_until(self) -> datetime | None:
        """The end that the parties agreed on, None where they agreed on none."""
        ends = [one.until for one in self.listed.here.period.extensions if one.until]
        return ends[-1] if ends and self.due else None

    @property
    def times_rested(self) -> int:
        """How often it was put off."""
        return adjourned(self.listed.here.events)


def _line(listed: Listed, ends: Ends, known: Mapping[str, Unit], now: datetime) -> Line:
    here, due = listed.here, None
    if here.clocks:
        by = listed.due or ends.of(here).due
        due = Due(here.period.kind, by, by - now)
    return Line(listed, due, name_of(known, here.unit))


@router.get("/mediations")
def show(
    request: Request,
    site: Standing,
    who: Overseer,
    show: str = "open",
    host: str = "",
    unit: Annotated[str, Query(max_length=64)] = "",
    before: Before = None,
    after: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """List mediations."""
    now = site.now()
    with site.store.read() as conn:
        known = units(conn)
        below = overseen(who, known)
        hosting = _hosting(known, below)
        wanted = Wanted(
            show if show in SHOWS else "open",
            host if host in set(Host) else "",
            unit if unit in {one.unit for one in hosting} else "",
            below,
        )
        ends = Ends(counting_at(conn, now.astimezone(BEIJING).date()), now)
        found, more = _read(conn, wanted, ends, now, before, after)
        counts = {name: count_mediations(conn, replace(wanted, show=name), ends, now) for name in SHOWS}
    values: dict[str, Any] = {
        "lines": [_line(one, ends, known, now) for one in found],
        "more": more,
        "show": wanted.show,
        "shows": SHOWS,
        "counts": counts,
        "kept": {"host": wanted.host, "unit": wanted.unit},
        "hosts": tuple(Host),
        "hosting": hosting,
        "below": who.person.unit_name if below is not None else "",
        "looks": LOOKS,
    }
    return page(request, "mediations.html", who, **values)


def _hosting(known: Mapping[str, Unit], below: frozenset[str] | None) -> list[Unit]:
    """Return the units below that mediate at desks."""
    return [
        unit
        for unit in known.values()
        if unit.level in _HOSTING and not unit.department and (below is None or unit.unit in below)
    ]


def _read(
    conn: Connection, wanted: Wanted, ends: Ends, now: datetime, before: int | None, after: str
) -> tuple[list[Listed], Mapping[str, str]]:
    """Return one page of the list, and what the address of the next page says; nothing where there is none."""
    if wanted.show in BY_DUE:
        found = mediations_by_end(conn, wanted, ends, now, after=_place(after), limit=PAGE + 1)
        last = found[PAGE - 1].place if len(found) > PAGE else None
        return found[:PAGE], {"after": f"{to_number(last[0])}_{to_number(last[1])}_{last[2]}"} if last else {}
    found = mediations_by_number(conn, wanted, before=before, limit=PAGE + 1)
    return found[:PAGE], {"before": str(found[PAGE - 1].seq)} if len(found) > PAGE else {}


def _place(after: str) -> Place | None:
    said = _AFTER.fullmatch(after)
    try:
        return (to_moment(int(said[1])), to_moment(int(said[2])), said[3]) if said else None
    except OverflowError:
        return None


def _before_court(here: MediationHere, agreements: Iterable[Agreement], by: Counting, now: datetime) -> list[Due]:
    """What a court is to do next of each agreement that stands, as the agreement's station tells it."""
    found = []
    for paper in standing(agreements)[0].values():
        waits = court_course(here.events, paper.id).waits
        if waits is not None:
            ends = deadline_of_day(by.rules[waits[0]], waits[1], by.calendar).due
            found.append(Due(waits[0], ends, ends - now))
    return sorted(found, key=lambda one: one.by)


@router.get("/mediations/{mediation_id}")
def show_one(request: Request, site: Standing, mediation_id: str, who: Overseer) -> Response:
    """Show one mediation; that somebody opened one with a duty to report is a line of the log."""
    now, words = site.now(), wording(language_of(request))
    with site.store.read() as conn:
        known = units(conn)
        listed = mediation_on_page(conn, clean(mediation_id)[:64], overseen(who, known))
        if listed is None:
            raise NotFound
        by = counting_at(conn, now.astimezone(BEIJING).date())
        ends = Ends(by, now)
        line, names = _line(listed, ends, known, now), staff_names(conn)
        agreements, visits = papers_of(conn, listed.here)
        happened = course(words, listed.here, agreements, visits)
    value = line.value
    if line.restricted:
        with site.store.write() as conn:
            write_log(conn, Event.MATTER_OPENED, at=now, staff=who.person.staff, subject=value.matter, detail="")
    assumed = ends.of(listed.here).assumed if line.due else ()
    values: dict[str, Any] = {
        "line": line,
        "mediation": value,
        "mediators": [names.get(one, "") for one in value.mediators if names.get(one)],
        "looks": LOOKS,
        "notes": [words(one.key, **dict(one.values)) for one in assumed],
        "history": happened,
        "court": _before_court(listed.here, agreements, by, now),
    }
    return page(request, "mediation.html", who, **values)
