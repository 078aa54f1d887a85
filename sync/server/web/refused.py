"""What the district refused of one station: kind, id, reason and time; what the records say stays at the station."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from resources import Wording, wording
from sync.records.units import Role
from sync.server.store.devices import stations, stores_of
from sync.server.store.directory import units
from sync.server.store.refusals import Refusal, refusals_of
from sync.server.web.render import page
from sync.server.web.sight import stations_seen
from sync.server.web.visitor import NotFound, Standing, Visitor, allow, language_of

router = APIRouter()
Overseer = Annotated[Visitor, allow(Role.DISPATCHER, Role.VIEWER, Role.SYSTEM)]
MOST: Final = 500
"""So many are listed at once."""


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """One refused record; ``rule`` may be empty, ``replaced_by`` is what took its place."""

    kind: str
    id: str
    reason: str
    rule: str
    at: datetime
    replaced_by: str


def refused_line(words: Wording, refusal: Refusal) -> RefusedLine:
    """Tell one refusal."""
    kind, rule = f"records.kind_{refusal.kind}", f"held.rule_{refusal.reason.partition('.')[2]}"
    return RefusedLine(
        kind=words(kind) if words.has(kind) else refusal.kind,
        id=refusal.id,
        reason=words(refusal.reason) if words.has(refusal.reason) else refusal.reason,
        rule=words(rule) if words.has(rule) else "",
        at=refusal.at,
        replaced_by=refusal.replaced_by or "",
    )


@router.get("/stations/refused/{device}")
def show(request: Request, site: Standing, device: str, who: Overseer) -> Response:
    """List what was refused of a station, with the stores that it was before, what is open first."""
    words = wording(language_of(request))
    with site.store.read() as conn:
        station = next((row for row in stations(conn, stations_seen(who, units(conn))) if row.device == device), None)
        if station is None:
            raise NotFound
        found = refusals_of(conn, stores_of(conn, device), MOST + 1)
    lines = [refused_line(words, refusal) for refusal in found[:MOST]]
    most = MOST if len(found) > MOST else 0
    return page(request, "refused.html", who, station=station, lines=lines, most=most)
