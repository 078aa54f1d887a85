"""Users for the system administrator: who may sign in, one-time links, closing accounts."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from resources import wording
from sync.records.errors import RuleBroken
from sync.records.ids import prefix_of
from sync.records.kinds import STAFF_PREFIX, new_identity
from sync.records.units import Role
from sync.server.people import DISTRICT_ROLES
from sync.server.people_accounts import add_user, link_address, make_link
from sync.server.people_log import Event
from sync.server.store.directory import units
from sync.server.store.log import write_log
from sync.server.store.people import Person, open_links, people, person, set_closed
from sync.server.web.forms import Fields
from sync.server.web.render import go, page, wrong
from sync.server.web.visitor import NotFound, NotOurForm, Posted, Site, Standing, Visitor, allow, language_of

router = APIRouter()
SystemAdministrator = Annotated[Visitor, allow(Role.SYSTEM)]


def user_state(found: Person, link_until: datetime | None, now: datetime) -> tuple[str, str, str]:
    """Return wording key, colour and icon of how an account stands."""
    if found.gone or found.closed:
        return "user_gone" if found.gone else "user_closed", "quiet", "lock"
    if found.locked(now):
        return "user_locked", "bad", "lock"
    if found.password_hash:
        return "user_active", "good", "check"
    return ("user_waiting", "warn", "clock") if link_until else ("user_no_link", "bad", "alert")


def _users_page(
    request: Request, site: Site, who: Visitor, form: Mapping[str, str], said: Mapping[str, str]
) -> Response:
    now = site.now()
    with site.store.read() as conn:
        found, links, known = people(conn, DISTRICT_ROLES), open_links(conn, now), units(conn)
    lines = [(p, user_state(p, links.get(p.staff), now), links.get(p.staff)) for p in found]
    staff = form.get("staff", "") or new_identity(STAFF_PREFIX)
    choices = [unit for unit in known.values() if not unit.closed]
    return page(
        request,
        "users.html",
        who,
        422 if said else 200,
        lines=lines,
        units=choices,
        roles=DISTRICT_ROLES,
        staff=staff,
        stamp=who.stamp("user", staff),
        form=form,
        wrong=said,
    )


@router.get("/users")
def show(request: Request, site: Standing, who: SystemAdministrator) -> Response:
    """List everybody who may sign in, with a form to add one."""
    return _users_page(request, site, who, {}, {})


@router.post("/users")
def add(request: Request, site: Standing, form: Posted, who: SystemAdministrator) -> Response:
    """Add a user and show the one-time link, this once."""
    staff = form.get("staff", "")
    stamped = hmac.compare_digest(form.get("stamp", "").encode(), who.stamp("user", staff).encode())
    if prefix_of(staff) != STAFF_PREFIX or not stamped:
        raise NotOurForm
    with site.store.read() as conn:
        known = {unit.unit: unit.unit for unit in units(conn).values() if not unit.closed}
    fields = Fields(form)
    name, unit = fields.line("name", must=True), fields.one_of("unit", known)
    role = fields.one_of("role", {role.value: role for role in DISTRICT_ROLES})
    if unit and role and not fields.broken:
        try:
            _, token = add_user(site.store, name, unit, role, by=who.person.staff, now=site.now(), staff=staff)
            return _link_page(request, site, who, staff, token) if token else go("/users")
        except RuleBroken as error:
            fields.broken.append(error)
    return _users_page(request, site, who, form, wrong(wording(language_of(request)), *fields.broken))


def _link_page(request: Request, site: Site, who: Visitor, staff: str, token: str) -> Response:
    with site.store.read() as conn:
        holder = person(conn, staff)
    return page(
        request,
        "user_link.html",
        who,
        holder=holder,
        link=link_address(site.public_url or str(request.base_url), token),
    )


@router.get("/users/{staff}/link")
def no_link(staff: str, who: SystemAdministrator) -> Response:
    """A link is shown once: coming back here leads to the list."""
    return go("/users")


@router.post("/users/{staff}/link")
def link(request: Request, site: Standing, form: Posted, staff: str, who: SystemAdministrator) -> Response:
    """Make a new one-time link for a user and show it."""
    _district_person(site, staff)
    token = make_link(site.store, staff, by=who.person.staff, now=site.now())
    return _link_page(request, site, who, staff, token)


@router.post("/users/{staff}/close")
def close(site: Standing, form: Posted, staff: str, who: SystemAdministrator) -> Response:
    """Close an account: its sessions end. Nobody closes their own."""
    return _close(site, staff, who, True)


@router.post("/users/{staff}/reopen")
def reopen(site: Standing, form: Posted, staff: str, who: SystemAdministrator) -> Response:
    """Open a closed account again."""
    return _close(site, staff, who, False)


def _close(site: Site, staff: str, who: Visitor, closed: bool) -> Response:
    if staff == who.person.staff:
        raise NotFound
    _district_person(site, staff)
    event = Event.USER_CLOSED if closed else Event.USER_REOPENED
    with site.store.write() as conn:
        set_closed(conn, staff, closed)
        write_log(conn, event, at=site.now(), staff=who.person.staff, subject=staff)
    return go("/users")


def _district_person(site: Site, staff: str) -> Person:
    """Return a person whom these pages may touch: people of the stations are not users of the pages."""
    with site.store.read() as conn:
        found = person(conn, staff)
    if found is None or not found.roles & frozenset(DISTRICT_ROLES):
        raise NotFound
    return found
