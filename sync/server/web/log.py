"""The district's log for the audit administrator: read, checked, never changed."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from resources import Wording, wording
from sync.records.units import Role
from sync.server.people_log import Event
from sync.server.store.devices import stations
from sync.server.store.directory import units
from sync.server.store.log import check_log, read_log, write_log
from sync.server.store.order_pages import order_numbers
from sync.server.store.people import people
from sync.server.store.store import Connection
from sync.server.web.render import page
from sync.server.web.visitor import Before, Posted, Site, Standing, Visitor, allow, language_of

router = APIRouter()
PAGE: Final = 100
AuditAdministrator = Annotated[Visitor, allow(Role.AUDIT)]


def _log_page(
    request: Request, site: Site, who: Visitor, before: int | None, checked: tuple[int, int | None] | None
) -> Response:
    with site.store.read() as conn:
        lines = read_log(conn, before=before, limit=PAGE + 1)
        names = _names(conn, [line.subject for line in lines])
    more = lines[PAGE - 1].line if len(lines) > PAGE else None
    events = {event.value for event in Event}
    words = wording(language_of(request))
    return page(
        request,
        "log.html",
        who,
        lines=lines[:PAGE],
        more=more,
        names=names,
        checked=checked,
        events=events,
        detail_text=lambda detail: detail_text(words, detail),
    )


def _names(conn: Connection, subjects: list[str]) -> dict[str, str]:
    """What the ids in the log stand for: people, units, devices by their unit, orders by their number."""
    known = units(conn)
    return {
        **{unit.unit: unit.name for unit in known.values()},
        **{found.staff: found.name for found in people(conn, tuple(Role))},
        **{row.device: f"{row.unit_name} {row.device}" for row in stations(conn)},
        **order_numbers(conn, subjects),
    }


def detail_text(words: Wording, detail: str) -> str:
    """Return a line's detail in the reader's language: roles, kinds of reply and reasons are named there by codes."""
    keys = (f"{area}{detail}" for area in ("web.detail_", "records.role_", "records.replykind_"))
    return next((words(key) for key in keys if words.has(key)), detail)


@router.get("/log")
def show(request: Request, site: Standing, who: AuditAdministrator, before: Before = None) -> Response:
    """List the log, newest first."""
    return _log_page(request, site, who, before, None)


@router.post("/log")
def check(request: Request, site: Standing, form: Posted, who: AuditAdministrator) -> Response:
    """Check the chain from the first line to the last, and note in it that this was done."""
    with site.store.read() as conn:
        checked = check_log(conn)
    with site.store.write() as conn:
        write_log(conn, Event.LOG_CHECKED, at=site.now(), staff=who.person.staff, succeeded=checked[1] is None)
    return _log_page(request, site, who, None, checked)
