"""The registers as pages: who may order whom, by which paper, until when; who of each department is on duty."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from resources import wording
from sync.records.telephones import mask_phone, written_phone
from sync.records.times import BEIJING
from sync.records.units import Role
from sync.server import duty_rosters, order_authorities
from sync.server.register_words import state_of, when
from sync.server.store.directory import get_unit, units
from sync.server.web.render import page
from sync.server.web.visitor import Standing, Visitor, allow, language_of

router = APIRouter()
Reading = Annotated[Visitor, allow(Role.DISPATCHER, Role.SYSTEM)]


@router.get("/rules/registers")
def show(request: Request, site: Standing, who: Reading) -> Response:
    """List both. Only dispatchers, who call, see telephone numbers whole."""
    now, words = site.now(), wording(language_of(request))
    today = now.astimezone(BEIJING).date()
    number = written_phone if Role.DISPATCHER in who.roles else mask_phone
    with site.store.read() as conn:
        register = [
            (*order_authorities.names_of(conn, entry), entry, state_of(entry, today))
            for entry in order_authorities.register(conn)
        ]
        known = units(conn)
        found = [(get_unit(conn, roster.department).name, roster.shifts) for roster in duty_rosters.rosters(conn)]
    shifts = [
        (name, shift, number(shift.telephone), when(shift, words), shift.covers(now))
        for name, theirs in found
        for shift in theirs
    ]
    departments = [unit for unit in known.values() if unit.department and not unit.closed] if who.publishes else []
    given: dict[str, Any] = {"register": register, "shifts": shifts, "departments": departments, "keeps": who.publishes}
    return page(request, "registers.html", who, **given)
