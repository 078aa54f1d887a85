"""Stations with their last word: who is silent is seen at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from sync.records.times import BEIJING
from sync.records.units import Role
from sync.server.store.cards import conflict_counts
from sync.server.store.devices import StationRow, stations
from sync.server.store.directory import units
from sync.server.store.refusals import open_refusals
from sync.server.web.render import page
from sync.server.web.sight import OVERSEERS, stations_seen
from sync.server.web.visitor import Standing, Visitor, allow

router = APIRouter()
Overseer = Annotated[Visitor, allow(Role.DISPATCHER, Role.VIEWER, Role.SYSTEM)]
CLOCK_TOLERANCE: Final = timedelta(minutes=5)
"""A station's clock further off than this is flagged; nobody's clock decides anything."""


@dataclass(frozen=True, slots=True)
class StationLine:
    """One line of the list. ``silent`` is whole days in Beijing since the last day end, None where there was none;
    ``conflicts`` counts cards of its unit that were edited differently in two places, ``refused`` the records that this
    district did not accept and that nothing has replaced.
    """

    station: StationRow
    silent: int | None
    clock_wrong: bool
    conflicts: int = 0
    refused: int = 0

    @property
    def clock(self) -> timedelta:
        """How far the station's clock is ahead of the district's."""
        return timedelta(milliseconds=self.station.clock_difference_ms)

    @property
    def word(self) -> str:
        """Wording key of how the station stands."""
        if self.station.revoked_at:
            return "station_revoked"
        if self.silent is None:
            return "station_never"
        return ("station_today", "station_yesterday")[self.silent] if self.silent < 2 else "station_silent"

    @property
    def look(self) -> tuple[str, str]:
        """The colour and the icon that go with the word."""
        return {
            "station_revoked": ("quiet", "lock"),
            "station_never": ("bad", "silent"),
            "station_today": ("good", "check"),
            "station_yesterday": ("warn", "clock"),
            "station_silent": ("bad", "silent"),
        }[self.word]

    @property
    def rank(self) -> tuple[bool, int, str]:
        """Sorts the silent ones to the top and the revoked ones to the end."""
        return bool(self.station.revoked_at), -(10**6 if self.silent is None else self.silent), self.station.unit_name


def station_line(station: StationRow, now: datetime, conflicts: int = 0, refused: int = 0) -> StationLine:
    """Return how ``station`` stands at ``now``; ``conflicts`` and ``refused`` records wait for its people."""
    silent = None
    if station.last_day_end:
        days = now.astimezone(BEIJING).date() - station.last_day_end.astimezone(BEIJING).date()
        silent = max(days.days, 0)
    wrong = abs(timedelta(milliseconds=station.clock_difference_ms)) > CLOCK_TOLERANCE
    return StationLine(station, silent, wrong, conflicts, refused)


def _totals(lines: list[StationLine]) -> list[tuple[str, str, str, int]]:
    """Wording key, colour, icon and number of each tile."""
    live = [line for line in lines if not line.station.revoked_at]
    today = sum(line.silent == 0 for line in live)
    silent = sum(line.word in ("station_never", "station_silent") for line in live)
    waiting = sum(line.station.unsent + line.station.held for line in live)
    return [
        ("tile_stations", "quiet", "station", len(live)),
        ("tile_today", "good", "check", today),
        ("tile_silent", "bad" if silent else "quiet", "silent", silent),
        ("tile_waiting", "warn" if waiting else "quiet", "clock", waiting),
    ]


@router.get("/stations")
def show(request: Request, site: Standing, who: Overseer) -> Response:
    """List the stations that this person oversees, the silent ones first."""
    now = site.now()
    with site.store.read() as conn:
        below = stations_seen(who, units(conn))
        conflicts, refused = conflict_counts(conn), open_refusals(conn)
        rows = stations(conn, below)
        found = (station_line(row, now, conflicts.get(row.unit, 0), refused.get(row.device, 0)) for row in rows)
        lines = sorted(found, key=lambda line: line.rank)
    oversees = bool(who.roles & OVERSEERS)
    return page(request, "stations.html", who, lines=lines, totals=_totals(lines), below=below, oversees=oversees)
