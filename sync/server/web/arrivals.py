"""At the scene: a page for a telephone with what comes next in large buttons, and the one-time code of an arrival."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from resources import wording
from sync.protocol.signed import opened
from sync.records.arrival_codes import PATH, PURPOSE, check_arrival, claimed, said_in, signed_of, trusted_keys, written
from sync.records.errors import Damaged, Refused, RuleBroken
from sync.records.orders import DispatchOrder, OrderReply
from sync.records.units import Role
from sync.server.station_keys import published_keys
from sync.server.store.store import Connection
from sync.server.web.orders import order_page, visible_order
from sync.server.web.render import sentence
from sync.server.web.visitor import Site, Standing, Visitor, allow, language_of

router = APIRouter()
Officer = Annotated[Visitor, allow(Role.DEPARTMENT)]


@router.get("/orders/{order_id}/scene")
def at_the_scene(request: Request, site: Standing, order_id: str, who: Officer) -> Response:
    """Show an order as it is answered at the scene."""
    return order_page(request, site, who, visible_order(site, who, order_id), scene=True)


@router.get(PATH + "{code}")
def scanned(request: Request, site: Standing, code: str, who: Officer) -> Response:
    """Take a code that was scanned from the desk's screen; one that proves nothing is said so, and nothing is lost."""
    order_id, why = "", ""
    try:
        order_id = claimed(code).order
        on, _ = found = visible_order(site, who, order_id)
        with site.store.read() as conn:
            good = proven(conn, code, on.order, who.person.unit, site, on.replies)
        return order_page(request, site, who, found, scene=True, arrival_code=good)
    except (RuleBroken, Refused, Damaged) as error:
        why = sentence(wording(language_of(request)), unproven(error))
        if not order_id:
            raise unproven(error) from error
    return order_page(request, site, who, visible_order(site, who, order_id), scene=True, code_wrong=why)


def proven(
    conn: Connection,
    code: str,
    order: DispatchOrder,
    department: str,
    site: Site,
    said: tuple[OrderReply, ...] | list[OrderReply],
) -> str:
    """Return a code as a reply keeps it, after it was checked: signed by a desk of the issuing unit, for this order and
    department, fresh, and not used yet. RuleBroken, Refused or Damaged where it proves nothing.
    """
    signed = signed_of(code)
    stated = said_in(opened(PURPOSE, signed, trusted_keys(published_keys(conn).values(), order.issuing_unit)))
    check_arrival(stated, order.id, department, site.now(), {_nonce(r) for r in said if r.arrival_code})
    return written(signed)


def _nonce(reply: OrderReply) -> str:
    try:
        return claimed(reply.arrival_code).nonce
    except RuleBroken:
        return ""


def unproven(error: RuleBroken | Refused | Damaged) -> RuleBroken:
    """Return what is said of a code that proves nothing: a forged one is as good as unreadable."""
    return error if isinstance(error, RuleBroken) else RuleBroken("web.code_unproven", field="arrival_code")
