"""News for open pages: a line that says a number when something was said on an order or a matter of this person."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from sync.protocol.news import LAST_EVENT
from sync.server.news import NewsResponse
from sync.server.store.news import EVERY_ORDER, has_matters, has_orders, matters_of, orders_of
from sync.server.store.records import latest
from sync.server.web.orders import READERS
from sync.server.web.sight import own_sight
from sync.server.web.visitor import NEWS, Site, Standing, Visitor, allow

router = APIRouter()
Since = Annotated[int, Query(ge=0, le=2**53)]


@router.get(NEWS)
async def listen(
    request: Request, site: Standing, who: Annotated[Visitor, allow(*READERS)], since: Since = 0
) -> Response:
    """Tell the page from number ``since`` on; a browser that comes back says itself what it heard last."""
    department = await run_in_threadpool(_department, site, who)
    scopes = {orders_of(department) if department else EVERY_ORDER, matters_of(who.person.unit)}
    line = await site.news.join_page(who.person.staff, frozenset(scopes))
    try:
        there, last = await run_in_threadpool(_behind, site, who, max(since, _heard(request)))
    except BaseException:
        site.news.leave(line)
        raise
    line.told = min(max(since, _heard(request)), last)
    if there:
        line.tell(last)
    return NewsResponse(site.news, line)


def _heard(request: Request) -> int:
    said = request.headers.get(LAST_EVENT, "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 17 else 0


def _department(site: Site, who: Visitor) -> str:
    """Whose orders alone concern this person; who sees some units' is told that there is something on any order."""
    with site.store.read() as conn:
        return own_sight(conn, who).department


def _behind(site: Site, who: Visitor, held: int) -> tuple[bool, int]:
    """Whether something was said after ``held`` already, and the last number given."""
    with site.store.read() as conn:
        there = has_orders(conn, own_sight(conn, who).department, held) or has_matters(conn, who.person.unit, held)
        return there, latest(conn)
