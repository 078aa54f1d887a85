"""Devices for the system administrator: which are enrolled, and revoking a lost one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from sync.records.units import Role
from sync.server.people_log import Event
from sync.server.station_keys import revoke_keys_of
from sync.server.store.devices import get_device, revoke, stations, stores_of
from sync.server.store.log import write_log
from sync.server.store.records import lock_numbers
from sync.server.web.render import go, page
from sync.server.web.visitor import NotFound, Posted, Standing, Visitor, allow

router = APIRouter()
SystemAdministrator = Annotated[Visitor, allow(Role.SYSTEM)]


@router.get("/devices")
def show(request: Request, site: Standing, who: SystemAdministrator) -> Response:
    """List the devices."""
    with site.store.read() as conn:
        lines = stations(conn)
    return page(request, "devices.html", who, lines=lines)


@router.get("/devices/{device}")
def ask(request: Request, site: Standing, device: str, who: SystemAdministrator) -> Response:
    """Ask before a device is revoked: it cannot be undone."""
    with site.store.read() as conn:
        found = next((line for line in stations(conn) if line.device == device), None)
    if found is None:
        raise NotFound
    return page(request, "device.html", who, line=found)


@router.post("/devices/{device}")
def revoke_device(site: Standing, form: Posted, device: str, who: SystemAdministrator) -> Response:
    """Revoke a device: its secret is worth nothing from now on, and its papers' keys are revoked."""
    now = site.now()
    with site.store.write() as conn:
        lock_numbers(conn)
        if get_device(conn, device) is None:
            raise NotFound
        revoke(conn, device, now)
        revoke_keys_of(conn, stores_of(conn, device), now)
        write_log(conn, Event.DEVICE_REVOKED, at=now, staff=who.person.staff, subject=device)
    return go("/devices")
