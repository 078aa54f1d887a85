"""One dispatch order: its sheet, its limits, and everything that was said on it, each department's part apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from resources import wording
from sync.records.dispatch_rules import GRADES
from sync.records.folds import DepartmentState, MatterStage, OrderStage
from sync.records.kinds import new_id
from sync.records.order_parts import ARRIVES
from sync.records.orders import OrderReply, ReplyKind
from sync.records.units import Role
from sync.server.notices.facts import say_read
from sync.server.store.directory import Unit, units
from sync.server.store.matters import load_matter
from sync.server.store.notices import to_read
from sync.server.store.order_pages import OrderOnPage, order_on_page
from sync.server.store.records import latest
from sync.server.web.answer_forms import AT_THE_SCENE, FIELDS, forms_for, may_ask_for_time, next_answer
from sync.server.web.attached import attachments_of, shown
from sync.server.web.duties import cited
from sync.server.web.limits import dues, limits_text
from sync.server.web.order_history import history
from sync.server.web.render import page
from sync.server.web.sight import sees, sight_of
from sync.server.web.visitor import NotFound, Site, Standing, Visitor, allow, by_itself, language_of

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
    ReplyKind.JOINT_HANDLING: "h",
    ReplyKind.RETURNED: "u",
    ReplyKind.RULED: "d",
}
"""The key that opens each form."""


def name_of(known: Mapping[str, Unit], identity: str | None) -> str:
    """Return a unit's name; its identity where the district does not know it."""
    return known[identity].name if identity and identity in known else identity or ""


def visible_order(site: Site, who: Visitor, order_id: str) -> tuple[OrderOnPage, dict[str, Unit]]:
    """Return the order and all units; not found where there is none or it is nothing that this person sees."""
    with site.store.read() as conn:
        found, known = order_on_page(conn, order_id), units(conn)
        if found is None or not sees(conn, sight_of(who, known), found.order):
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
    scene: bool = False,
    arrival_code: str = "",
    code_wrong: str = "",
) -> Response:
    """Render one order; ``failed`` is the form that was refused, with what was typed and what was wrong.

    ``scene`` is the page for a telephone; ``arrival_code`` was scanned and proves the arrival, or ``code_wrong`` says
    why not.
    """
    (on, known), now = found, site.now()
    mine = sight_of(who, known).department
    kinds = forms_for(who.roles, who.person.unit, on, now)
    if scene:
        kinds = tuple(kind for kind in kinds if kind in (ARRIVES if arrival_code else AT_THE_SCENE))
    with site.store.read() as conn:
        seq, files = latest(conn), shown(conn, attachments_of(conn, on, mine))
        duties = cited(conn, on, now) if ReplyKind.OBJECTION in kinds else []
        about = load_matter(conn, on.order.matter)
        told = history(conn, wording(language_of(request)), on, known, mine)
    values: dict[str, Any] = {
        "order": on.order,
        "seq": seq,
        "state": on.state,
        "apart": on.apart,
        "stage": on.state.by_department[mine].stage if mine in on.state.by_department else on.state.state,
        "due": dues(on, now, mine),
        "grade": _grade_words(on.order.grade),
        "limits_text": limits_text(wording(language_of(request)), on.order.limits),
        "parts": _parts(on, mine),
        "files": files,
        "history": told,
        "mine": mine,
        "dissolved": [known[d].name for d in on.order.departments if d in known and known[d].closed],
        "duties": duties,
        "matter_closed": about is not None and about.state.state is MatterStage.CLOSED,
        "late_for_time": bool(mine) and bool(kinds) and not may_ask_for_time(on, mine, now),
        "megabytes": lambda size: f"{max(size / 1_000_000, 0.1):.1f}",
        "scene": scene,
        "mine_scene": bool(mine) and bool(kinds),
        "arrival_code": arrival_code,
        "code_wrong": code_wrong,
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
        "shortcuts": [
            *((LETTERS[kind], f"answer_{kind}") for kind in kinds if kind in LETTERS),
            *([("v", "key_photos")] if any(one.picture for some in files.values() for one in some) else []),
            ("b", "key_back"),
        ],
        "done": request.query_params.get("done", "") if request.query_params.get("done") in set(ReplyKind) else "",
    }
    return page(request, "scene.html" if scene else "order.html", who, 422 if failed else 200, **values)


def _grade_words(grade: str) -> str:
    """Return the wording key of a grade; what is no grade of a table is said as it stands."""
    return f"forms.grade_{grade}" if grade in GRADES else ""


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
    """Say to the station that a unit that was told of it has read it, once: of a department who answers for it."""
    order, unit = on.order.id, who.person.unit
    if Role.DEPARTMENT not in who.roles and unit in on.order.departments:
        return
    with site.store.read() as conn:
        news = to_read(conn, [order, *(said.id for said in (*on.replies, *on.steps))], unit)
    if news:
        with site.store.write() as conn:
            for about in news:
                say_read(conn, about, unit, site.now())
