"""Answering an order: a form becomes an OrderReply, sealed here, with its projections, in one transaction."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from resources import wording
from sync.records.errors import Damaged, Refused, RuleBroken
from sync.records.folds import fold_order
from sync.records.kinds import kind_of
from sync.records.order_parts import ARRIVES
from sync.records.order_requirements import check_reply
from sync.records.order_steps import OrderStep
from sync.records.orders import DispatchOrder, OrderReply, ReplyKind
from sync.records.record import Made
from sync.records.times import BEIJING
from sync.records.units import Role
from sync.server.notices.telling import tell_objection
from sync.server.order_answers import tell_stages
from sync.server.people_log import Event
from sync.server.store.log import write_log
from sync.server.store.order_pages import OrderOnPage
from sync.server.store.orders import load
from sync.server.store.projections import add_own
from sync.server.store.records import kept, lock_numbers
from sync.server.store.store import Connection, district
from sync.server.web.answer_forms import FIELDS, Field, forms_for, may_ask_for_time
from sync.server.web.arrivals import proven, unproven
from sync.server.web.evidence import check_evidence
from sync.server.web.forms import Fields
from sync.server.web.orders import order_page, visible_order
from sync.server.web.photos import Photo, Sent, keep_photos, read_photos
from sync.server.web.render import go, wrong
from sync.server.web.visitor import (
    NotAllowed,
    NotFound,
    NotOurForm,
    Posted,
    Site,
    Standing,
    Visitor,
    allow,
    language_of,
)

router = APIRouter()
Answerer = Annotated[Visitor, allow(Role.DEPARTMENT, Role.DISPATCHER)]
RULINGS: Final = {"releases": True, "stands": False}


@router.post("/orders/{order_id}")
def answer(
    request: Request,
    site: Standing,
    order_id: str,
    form: Posted,
    sent: Sent,
    who: Answerer,
) -> Response:
    """Take one reply. The same form sent twice is one reply; what is wrong is said beside its field."""
    found = visible_order(site, who, order_id)
    kind = _asked_kind(form, who, order_id)
    with site.store.read() as conn:
        if kept(conn, [form["reply"]]):
            return _done(form, order_id, kind)
    _must_be_open(who, found[0], kind, site.now())
    fields = Fields(form)
    values = _values(fields, FIELDS[kind], found[0], site.now())
    photos: Sequence[Photo] = fields.tried(lambda: list(read_photos(sent)), [])
    if not fields.broken:
        try:
            _keep(site, who, found[0], form, kind, values, photos)
            return _done(form, order_id, kind)
        except RuleBroken as error:
            fields.broken.append(error)
    said = wrong(wording(language_of(request)), *fields.broken)
    return order_page(request, site, who, found, failed=kind, form=form, wrong=said, scene=_at_scene(form))


def _must_be_open(who: Visitor, on: OrderOnPage, kind: ReplyKind, now: datetime) -> None:
    if kind in forms_for(who.roles, who.person.unit, on, now):
        return
    if kind is ReplyKind.EXTENSION_ASKED and not may_ask_for_time(on, who.person.unit, now):
        raise RuleBroken("records.extension_after_due", field="until")
    raise NotAllowed


def _at_scene(form: Mapping[str, str]) -> bool:
    return form.get("then") == "scene"


def _done(form: Mapping[str, str], order_id: str, kind: ReplyKind) -> Response:
    return go(f"/orders/{order_id}{'/scene' if _at_scene(form) else ''}?done={kind.value}#content")


def _asked_kind(form: Mapping[str, str], who: Visitor, order_id: str) -> ReplyKind:
    """Return what kind of reply the form is; its id must bear this session's stamp for this order."""
    reply, stamp = form.get("reply", ""), form.get("stamp", "")
    named = kind_of(reply)
    if named is None or named.name != "order_reply":
        raise NotOurForm
    if not hmac.compare_digest(stamp.encode(), who.stamp("reply", order_id, reply).encode()):
        raise NotOurForm
    if form.get("kind") not in set(FIELDS):
        raise NotOurForm
    return ReplyKind(form["kind"])


def _values(fields: Fields, declared: tuple[Field, ...], on: OrderOnPage, now: datetime) -> dict[str, Any]:
    """Read the declared fields; what is wrong with them stays in ``fields``."""
    out: dict[str, Any] = {}
    for field in declared:
        match field.kind:
            case "long":
                out[field.name] = fields.paragraph(field.name, must=field.must)
            case "phone":
                out[field.name] = fields.phone(field.name)
            case "past":
                out[field.name] = fields.past(field.name, now, _given_at(on))
            case "ahead":
                out[field.name] = fields.ahead(field.name, now, must=field.must)
            case "department":
                out[field.name] = fields.one_of(field.name, {name: name for name in on.order.departments})
            case "photos":
                pass  # they come beside the fields
            case "ruling":
                out["releases"] = fields.one_of(field.name, RULINGS)
            case _:
                out[field.name] = fields.line(field.name, must=field.must)
    return out


def _given_at(on: OrderOnPage) -> datetime:
    """When the first department was ordered: by telephone before the paper, or by the paper."""
    return min((on.order.given_at(department) for department in on.order.departments), default=on.order.issued_at)


def _keep(
    site: Site,
    who: Visitor,
    on: OrderOnPage,
    form: Mapping[str, str],
    kind: ReplyKind,
    values: dict[str, Any],
    photos: Sequence[Photo],
) -> None:
    """Seal the reply and what came with it, number it and fold the order, or find that a twin already did."""
    now, mine = site.now(), who.person
    order_id, reply_id = on.order.id, form["reply"]
    with site.store.write() as conn:
        lock_numbers(conn)
        if kept(conn, [reply_id]):
            return
        loaded = load(conn, order_id)
        if loaded is None:
            raise NotFound
        made = Made(by=mine.staff, unit=mine.unit, store=district(conn).store, at=now.astimezone(BEIJING))
        if kind in ARRIVES and form.get("arrival_code"):
            values = {**values, "arrival_code": _code(conn, form["arrival_code"], loaded, site, mine.unit)}
        reply = _reply(loaded, reply_id, kind, made, values)
        check_reply(reply)
        if kind is ReplyKind.RESOLVED:
            check_evidence(conn, on, mine.unit, photos, now)
        # The stations that hold the order pull its replies.
        scope = kept(conn, [order_id])[order_id].scope
        add_own(conn, reply, scope, now)
        tell_stages(conn, [order_id], now)
        tell_objection(conn, loaded[0], reply, scope, now)
        keep_photos(site.store, conn, photos, reply, made, scope, now)
        write_log(conn, Event.ORDER_ANSWERED, at=now, staff=mine.staff, subject=order_id, detail=kind.value)


def _code(
    conn: Connection,
    code: str,
    loaded: tuple[DispatchOrder, list[OrderReply], list[OrderStep]],
    site: Site,
    department: str,
) -> str:
    """Check a scanned code once more, where nobody else can use it meanwhile."""
    try:
        return proven(conn, code, loaded[0], department, site, loaded[1])
    except (RuleBroken, Refused, Damaged) as error:
        raise unproven(error) from error


def _reply(
    loaded: tuple[DispatchOrder, list[OrderReply], list[OrderStep]],
    reply_id: str,
    kind: ReplyKind,
    made: Made,
    values: dict[str, Any],
) -> OrderReply:
    order, said, steps = loaded
    given = {"department": made.unit, "happened_at": made.at, **values}
    return OrderReply(
        id=reply_id, made=made, order=order.id, kind=kind, seen=fold_order(order, said, steps).heads, **given
    )
