"""One dispatch order: its sheet, its limits, and everything that was said on it, each department's part apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from sync.records.folds import DepartmentState, OrderStage
from sync.records.kinds import new_id
from sync.records.order_due import Limit, limit_of, met_at
from sync.records.order_parts import OVER
from sync.records.orders import OrderReply, ReplyKind
from sync.records.units import Role
from sync.server.notices.facts import say_read
from sync.server.store.directory import Unit, units
from sync.server.store.notices import to_read
from sync.server.store.order_pages import OrderOnPage, order_on_page
from sync.server.store.records import latest
from sync.server.web.answer_forms import FIELDS, forms_for, next_answer
from sync.server.web.render import page
from sync.server.web.visitor import NotFound, Site, Standing, Visitor, allow, by_itself

router = APIRouter()
READERS: Final = (Role.DEPARTMENT, Role.DISPATCHER, Role.VIEWER)
Reader = Annotated[Visitor, allow(*READERS)]
LOOKS: Final = {
    OrderStage.ISSUED: ("warn", "clock"),
    OrderStage.SIGNED: ("info", "pen"),
    OrderStage.OBJECTED: ("bad", "alert"),
    OrderStage.REPORTED_IN: ("info", "pin"),
    OrderStage.ON_SCENE: ("info", "pin"),
    OrderStage.IN_PROGRESS: ("info", "order"),
    OrderStage.RETURNED: ("bad", "alert"),
    OrderStage.RESOLVED: ("good", "check"),
    OrderStage.SUSPENDED: ("warn", "clock"),
    OrderStage.MERGED: ("quiet", "out"),
    OrderStage.CLOSED: ("good", "check"),
    OrderStage.RELEASED: ("quiet", "out"),
    OrderStage.CANCELLED: ("quiet", "out"),
}
"""Colour and icon of each stage; the word stands beside them."""

LETTERS: Final = {
    ReplyKind.SIGNED: "s",
    ReplyKind.REPORTED_IN: "a",
    ReplyKind.LEADER_ON_SCENE: "l",
    ReplyKind.PROGRESS: "p",
    ReplyKind.RESOLVED: "r",
    ReplyKind.EXTENSION_ASKED: "x",
    ReplyKind.OBJECTION: "o",
    ReplyKind.RULED: "d",
}
"""The key that opens each form."""


@dataclass(frozen=True, slots=True)
class Due:
    """One limit: by when, when it was met (None: not yet), and how far it lies ahead or behind at ``now``."""

    by: datetime
    met: datetime | None
    now: datetime
    ended: bool

    @property
    def late(self) -> bool:
        """Whether it was met too late, or has passed unmet."""
        return (self.met or self.now) > self.by and not (self.ended and self.met is None)

    @property
    def over(self) -> bool:
        """Whether it has passed and is still unmet."""
        return self.late and self.met is None

    @property
    def left(self) -> timedelta:
        """How long it still is, or how long it is over."""
        return self.by - (self.met or self.now)


def dues(on: OrderOnPage, now: datetime, department: str = "") -> tuple[Due, Due]:
    """Return the report-in and the resolution limit, of the slowest department or of one."""
    parts = {name: part for name, part in on.state.by_department.items() if department in ("", name)}
    ended = on.state.state in OVER
    return _due(on, parts, Limit.REPORT, now, ended), _due(on, parts, Limit.RESOLVE, now, ended)


def _due(on: OrderOnPage, parts: Mapping[str, DepartmentState], limit: Limit, now: datetime, ended: bool) -> Due:
    by = max((limit_of(on.order, name, part, limit) for name, part in parts.items()), default=on.order.issued_at)
    return Due(by, _all_met([met_at(part, limit) for part in parts.values()]), now, ended)


def _all_met(times: list[datetime | None]) -> datetime | None:
    known = [at for at in times if at]
    return max(known) if known and len(known) == len(times) else None


def own_department(who: Visitor) -> str:
    """Return the unit whose orders alone this person sees, or "" for who sees all."""
    sees_all = who.roles & {Role.DISPATCHER, Role.VIEWER}
    return "" if sees_all else who.person.unit


def name_of(known: Mapping[str, Unit], identity: str | None) -> str:
    """Return a unit's name; its identity where the district does not know it."""
    return known[identity].name if identity and identity in known else identity or ""


def visible_order(site: Site, who: Visitor, order_id: str) -> tuple[OrderOnPage, dict[str, Unit]]:
    """Return the order and all units; not found where there is none or it is another department's."""
    with site.store.read() as conn:
        found, known = order_on_page(conn, order_id), units(conn)
    mine = own_department(who)
    if found is None or (mine and mine not in found.order.departments):
        raise NotFound
    return found, known


@dataclass(frozen=True, slots=True)
class Part:
    """One department's part of an order: what it said itself and what the community witnessed, apart."""

    department: str
    state: DepartmentState
    own: list[OrderReply]
    witnessed: list[OrderReply]
    open_to_visitor: bool


def _parts(on: OrderOnPage, mine: str) -> list[Part]:
    said = sorted(on.replies, key=lambda reply: (reply.happened_at, reply.id))
    out = []
    for department, state in on.state.by_department.items():
        facts = [reply for reply in said if reply.department in (department, "")]
        own, witnessed = ([r for r in facts if r.witnessed is seen] for seen in (False, True))
        out.append(Part(department, state, own, witnessed, mine in ("", department)))
    return out


def order_page(
    request: Request,
    site: Site,
    who: Visitor,
    found: tuple[OrderOnPage, dict[str, Unit]],
    *,
    failed: ReplyKind | None = None,
    form: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    """Render one order; ``failed`` is the form that was refused, with what was typed and what was wrong."""
    (on, known), now = found, site.now()
    with site.store.read() as conn:
        seq = latest(conn)
    mine = own_department(who)
    kinds = forms_for(who.roles, who.person.unit, on)
    values: dict[str, Any] = {
        "order": on.order,
        "seq": seq,
        "state": on.state,
        "due": dues(on, now, mine),
        "parts": _parts(on, mine),
        "unit_name": lambda identity: name_of(known, identity),
        "looks": LOOKS,
        "kinds": [
            (kind, FIELDS[kind], *_stamped(who, on.order.id, form if kind is failed else None)) for kind in kinds
        ],
        "opened": failed or next_answer(kinds, on, who.person.unit),
        "failed": failed,
        "form": form or {},
        "wrong": wrong or {},
        "department_choices": [(name, name_of(known, name)) for name in on.order.departments],
        "letters": LETTERS,
        "shortcuts": [(LETTERS[kind], f"answer_{kind}") for kind in kinds if kind in LETTERS] + [("b", "key_back")],
        "done": request.query_params.get("done", "") if request.query_params.get("done") in set(ReplyKind) else "",
    }
    return page(request, "order.html", who, 422 if failed else 200, **values)


def _stamped(who: Visitor, order_id: str, sent: Mapping[str, str] | None) -> tuple[str, str]:
    """Return the id that the form's reply will have, and this session's stamp on it: sent twice, it is one reply."""
    reply = (sent or {}).get("reply", "") or new_id("order_reply")
    return reply, who.stamp("reply", order_id, reply)


@router.get("/orders/{order_id}")
def show_one(request: Request, site: Standing, order_id: str, who: Reader) -> Response:
    """Show one order; who answers for a department has read it by that."""
    found = visible_order(site, who, order_id)
    if not by_itself(request):
        _note_read(site, who, found[0])
    return order_page(request, site, who, found)


def _note_read(site: Site, who: Visitor, on: OrderOnPage) -> None:
    """Say to the station that the ordered department has read it, once."""
    order, unit = on.order.id, who.person.unit
    if Role.DEPARTMENT not in who.roles or unit not in on.order.departments:
        return
    with site.store.read() as conn:
        news = to_read(conn, order, unit)
    if news:
        with site.store.write() as conn:
            say_read(conn, order, unit, site.now())
