"""The inbox: dispatch orders by due time, what is overdue first, with both clocks; an open one is kept up to date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from sync.records.dispatch_rules import LadderStep
from sync.records.order_due import Limit, met_at, next_due, next_limit
from sync.records.order_ladder import ladder_step
from sync.records.order_state import DepartmentState
from sync.records.order_steps import Clock
from sync.server.store.directory import units
from sync.server.store.notices import told_of
from sync.server.store.order_pages import (
    BY_DUE,
    OrderOnPage,
    Place,
    Wanted,
    count_orders,
    orders_by_due,
    orders_by_number,
)
from sync.server.store.order_requests import count_waiting
from sync.server.store.orders import storable
from sync.server.store.records import latest
from sync.server.store.schema import to_moment, to_number
from sync.server.store.store import Connection
from sync.server.web.orders import LOOKS, READERS, name_of
from sync.server.web.render import page
from sync.server.web.sight import sight_of
from sync.server.web.visitor import Before, Standing, Visitor, allow, by_itself

router = APIRouter()
PAGE: Final = 50
SHOWS: Final = ("open", "overdue", "unsigned", "objected", "escalated", "ended", "all")
DEPARTMENTS: Final = tuple(name for name in SHOWS if name != "objected")
"""A department rules on nothing."""
_AFTER: Final = re.compile(r"(-?[0-9]{1,18})_([a-z]{3}_[0-9a-f]{32})")
_CLIMBED: Final = (LadderStep.URGE.value, LadderStep.ESCALATE.value, LadderStep.CRITICISE.value)
_SOON: Final = 4
"""A limit of which less than one part in so many is left is coming up."""


@dataclass(frozen=True, slots=True)
class Urgency:
    """How a line stands: which limit is next, by when, how far that lies ahead, and how it is shown.

    ``word`` is the end of a wording key: over, soon or left.
    """

    limit: Limit
    by: datetime
    left: timedelta
    word: str

    @property
    def look(self) -> tuple[str, str]:
        """Colour and icon."""
        return {"over": ("bad", "alert"), "soon": ("warn", "clock"), "left": ("info", "clock")}[self.word]


@dataclass(frozen=True, slots=True)
class InboxLine:
    """One order of the list. ``signed_for`` is how long ago the last department signed for it; None: one has not."""

    on: OrderOnPage
    urgency: Urgency | None
    since_issued: timedelta
    signed_for: timedelta | None
    departments: tuple[tuple[str, DepartmentState], ...]

    @property
    def climbed(self) -> str:
        """The last step of the ladder that was taken (a `LadderStep`'s value); "" for none, or a mere reminder."""
        mine = {name for name, _ in self.departments}
        steps = [s for s in self.on.state.course.escalations if s.department in mine and s.clock is not Clock.RATIFY]
        taken = [ladder_step(s.rung) for s in steps if ladder_step(s.rung) in _CLIMBED]
        return max(taken, key=_CLIMBED.index, default="")

    @property
    def claimed(self) -> bool:
        """Whether a department says that it came and nobody witnessed it: the limit to report in goes on."""
        return self.urgency is not None and any(part.arrival_claimed for _, part in self.departments)


def line_of(on: OrderOnPage, now: datetime, department: str) -> InboxLine:
    """Return the line of an order, for one department or for whoever sees all."""
    parts = tuple((name, part) for name, part in on.state.by_department.items() if department in ("", name))
    until = _ended(parts) or now
    given = min((on.order.given_at(name) for name, _ in parts), default=on.order.issued_at)
    signed = [part.own.signed or part.witnessed.signed for _, part in parts]
    known = [at for at in signed if at]
    signed_for = until - max(known) if known and len(known) == len(signed) else None
    return InboxLine(on, _urgency(on, now, parts), until - given, signed_for, parts)


def _ended(parts: tuple[tuple[str, DepartmentState], ...]) -> datetime | None:
    """When the last department solved it: from then on no clock runs."""
    solved = [met_at(part, Limit.RESOLVE) for _, part in parts]
    known = [at for at in solved if at]
    return max(known) if known and len(known) == len(solved) else None


def _urgency(on: OrderOnPage, now: datetime, parts: tuple[tuple[str, DepartmentState], ...]) -> Urgency | None:
    waiting = [
        (by, limit)
        for name, _ in parts
        if (limit := next_limit(on.order, on.state, name)) and (by := next_due(on.order, on.state, name))
    ]
    if not waiting:
        return None
    by, limit = min(waiting)
    left, whole = by - now, by - on.order.issued_at
    word = "over" if by < now else "soon" if left * _SOON < whole else "left"
    return Urgency(limit, by, left, word)


@router.get("/orders")
def show(
    request: Request,
    site: Standing,
    who: Annotated[Visitor, allow(*READERS)],
    show: str = "open",
    department: str = "",
    q: Annotated[str, Query(max_length=100)] = "",
    before: Before = None,
    after: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    """List orders. An open page asks again for its list alone."""
    now, text = site.now(), q.replace("\0", "").strip()
    with site.store.read() as conn:
        known = units(conn)
        sight = sight_of(who, known)
        mine, shows = sight.department, DEPARTMENTS if sight.department else SHOWS
        show = show if show in shows else "open"
        chosen = mine or (department if department in known else "")
        wanted = Wanted(show, chosen, text, told_of(conn, sight.unit), sight.below)
        found, more = _read(conn, wanted, now, before, after)
        counts = {name: count_orders(conn, replace(wanted, show=name), now) for name in shows}
        waiting = 0 if mine else count_waiting(conn, sight.below)
        seq = latest(conn)
    values: dict[str, Any] = {
        "lines": [line_of(on, now, chosen) for on in found],
        "more": more,
        "show": show,
        "shows": shows,
        "counts": counts,
        "q": text,
        "kept": {"department": "" if mine else chosen, "q": text},
        "at": {"after": after} if _place(after) else {"before": before} if before is not None else {},
        "departments": [] if mine else [unit for unit in known.values() if unit.department],
        "chosen": chosen,
        "mine": mine,
        "below": known[sight.unit].name if sight.below is not None else "",
        "waiting": waiting,
        "unit_name": lambda identity: name_of(known, identity),
        "looks": LOOKS,
        "seq": seq,
    }
    return page(request, "order_list.html" if by_itself(request) else "orders.html", who, **values)


def _read(
    conn: Connection, wanted: Wanted, now: datetime, before: int | None, after: str
) -> tuple[list[OrderOnPage], Mapping[str, str]]:
    """Return one page of the list, and what the address of the next page says; nothing where there is none."""
    if wanted.show in BY_DUE:
        found = orders_by_due(conn, wanted, now, after=_place(after), limit=PAGE + 1)
        last = found[PAGE - 1] if len(found) > PAGE else None
        due = last and line_of(last, now, wanted.department).urgency
        return found[:PAGE], {"after": f"{to_number(storable(due.by))}_{last.order.id}"} if last and due else {}
    found = orders_by_number(conn, wanted, now, before=before, limit=PAGE + 1)
    return found[:PAGE], {"before": str(found[PAGE - 1].seq)} if len(found) > PAGE else {}


def _place(after: str) -> Place | None:
    said = _AFTER.fullmatch(after)
    try:
        return (to_moment(int(said[1])), said[2]) if said else None
    except OverflowError:
        return None
