"""提请发令: what stations asked for, and what became of it: the order with its number and stage, or the refusal.

For whoever oversees orders, those of his units; a department sees an order once it is one.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from sync.records.order_course import RequestStage
from sync.records.units import Role
from sync.server.store.directory import units
from sync.server.store.order_requests import count_requests, requests_listed
from sync.server.store.records import latest
from sync.server.web.orders import LOOKS, name_of
from sync.server.web.render import page
from sync.server.web.sight import sight_of
from sync.server.web.visitor import Standing, Visitor, allow, by_itself

router = APIRouter()
READERS: Final = (Role.DISPATCHER, Role.VIEWER)
PAGE: Final = 50
SHOWS: Final = (*(stage.value for stage in RequestStage), "all")
REQUEST_LOOKS: Final = {
    RequestStage.WAITING: ("warn", "clock"),
    RequestStage.ISSUED: ("good", "check"),
    RequestStage.REFUSED: ("quiet", "cross"),
}
"""Colour and icon of each stage; the word stands beside them."""


@router.get("/orders/requests")
def show(
    request: Request,
    site: Standing,
    who: Annotated[Visitor, allow(*READERS)],
    show: str = "waiting",
    start: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> Response:
    """List requests. An open page asks again for its list alone."""
    now, show = site.now(), show if show in SHOWS else "waiting"
    with site.store.read() as conn:
        known = units(conn)
        seen = sight_of(who, known).below
        counts = count_requests(conn, seen)
        found = requests_listed(conn, "" if show == "all" else show, start, PAGE + 1, seen)
        seq = latest(conn)
    values: dict[str, Any] = {
        "lines": [(one, now - one.request.requested_at) for one in found[:PAGE]],
        "show": show,
        "shows": SHOWS,
        "counts": {**dict.fromkeys(SHOWS, 0), **counts, "all": sum(counts.values())},
        "start": start,
        "more": start + PAGE if len(found) > PAGE else 0,
        "looks": REQUEST_LOOKS,
        "order_looks": LOOKS,
        "unit_name": lambda identity: name_of(known, identity),
        "seq": seq,
    }
    return page(request, "request_list.html" if by_itself(request) else "requests.html", who, **values)
