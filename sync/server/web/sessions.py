"""Sessions and lock-outs for the security administrator."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from sync.records.units import Role
from sync.server.people import DISTRICT_ROLES, FAILURES
from sync.server.people_log import Event
from sync.server.store.log import write_log
from sync.server.store.people import end_sessions, people, person, sessions, unlock
from sync.server.web.render import go, page
from sync.server.web.visitor import NotFound, Posted, Site, Standing, Visitor, allow

router = APIRouter()
SecurityAdministrator = Annotated[Visitor, allow(Role.SECURITY)]


@router.get("/sessions")
def show(request: Request, site: Standing, who: SecurityAdministrator) -> Response:
    """List who is signed in and whose account is locked or has failures."""
    now = site.now()
    with site.store.read() as conn:
        known = {found.staff: found for found in people(conn, DISTRICT_ROLES)}
        live = [s for s in sessions(conn) if now - s.seen_at <= site.idle and now - s.made_at <= site.longest]
    failing = [found for found in known.values() if found.failures or found.locked(now)]
    lines = [(known[s.staff], s) for s in live if s.staff in known]
    return page(request, "sessions.html", who, lines=lines, failing=failing, most=FAILURES)


@router.post("/sessions/{staff}/end")
def end(site: Standing, form: Posted, staff: str, who: SecurityAdministrator) -> Response:
    """End every session of a person."""
    _known(site, staff)
    with site.store.write() as conn:
        ended = end_sessions(conn, staff)
        write_log(conn, Event.SESSIONS_ENDED, at=site.now(), staff=who.person.staff, subject=staff, detail=str(ended))
    return go("/sessions")


@router.post("/sessions/{staff}/unlock")
def unlock_account(site: Standing, form: Posted, staff: str, who: SecurityAdministrator) -> Response:
    """Unlock an account before its thirty minutes are over."""
    _known(site, staff)
    with site.store.write() as conn:
        unlock(conn, staff)
        write_log(conn, Event.UNLOCKED, at=site.now(), staff=who.person.staff, subject=staff)
    return go("/sessions")


def _known(site: Site, staff: str) -> None:
    with site.store.read() as conn:
        if person(conn, staff) is None:
            raise NotFound
