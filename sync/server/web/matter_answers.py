"""A unit answers for a matter that was passed to it: a form becomes a step of that unit, in one transaction."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from resources import wording
from sync.records.case_requirements import check_step
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import kind_of
from sync.records.matters import Step, StepKind
from sync.records.passed_parts import PassedStage
from sync.records.record import Made
from sync.records.times import BEIJING
from sync.records.units import Role
from sync.server.passed_matters import tell_takers
from sync.server.people_log import Event
from sync.server.store.log import write_log
from sync.server.store.projections import add_own
from sync.server.store.records import kept, lock_numbers
from sync.server.store.store import district
from sync.server.web.forms import Fields
from sync.server.web.matter_forms import FIELDS, kind_of_giving, targets
from sync.server.web.matters import Seen, matter_page, sayable, visible_matter
from sync.server.web.render import go, wrong
from sync.server.web.visitor import NotOurForm, Posted, Site, Standing, Visitor, allow, language_of

router = APIRouter()
Answerer = Annotated[Visitor, allow(Role.DEPARTMENT, Role.DISPATCHER)]


@router.post("/matters/{matter_id}")
def answer(request: Request, site: Standing, matter_id: str, form: Posted, who: Answerer) -> Response:
    """Take one answer. The same form sent twice is one step; what is wrong is said beside its field."""
    with site.store.read() as conn:
        seen = visible_matter(conn, who, matter_id, site.now())
        kind = _asked_kind(form, who, matter_id)
        if kept(conn, [form["step"]]):
            return _done(matter_id, kind)
    _must_be_open(seen, kind, site.now())
    fields = Fields(form)
    values = _values(fields, kind, seen, who, site.now())
    if not fields.broken:
        try:
            _keep(site, who, matter_id, form["step"], kind, values)
            return _done(matter_id, kind)
        except RuleBroken as error:
            fields.broken.append(error)
    said = wrong(wording(language_of(request)), *fields.broken)
    return matter_page(request, site, who, seen, failed=kind, form=form, wrong=said)


def _done(matter_id: str, kind: StepKind) -> Response:
    return go(f"/matters/{matter_id}?done={kind.value}#content")


def _must_be_open(seen: Seen, kind: StepKind, now: datetime) -> None:
    """Somebody of the unit, or the station, was quicker: nothing is written."""
    if seen.row.stage is PassedStage.WITHDRAWN:
        raise Refused("web.request_withdrawn")
    if kind not in sayable(seen, now):
        raise Refused("web.passing_moved")


def _asked_kind(form: Mapping[str, str], who: Visitor, matter_id: str) -> StepKind:
    """Return what kind of answer the form is; its id must bear this session's stamp for this matter."""
    step, stamp = form.get("step", ""), form.get("stamp", "")
    named = kind_of(step)
    if named is None or named.name != "step" or form.get("kind") not in set(FIELDS):
        raise NotOurForm
    if not hmac.compare_digest(stamp.encode(), who.stamp("step", matter_id, step).encode()):
        raise NotOurForm
    return StepKind(form["kind"])


def _values(fields: Fields, kind: StepKind, seen: Seen, who: Visitor, now: datetime) -> dict[str, Any]:
    """Read the declared fields; what is wrong with them stays in ``fields``."""
    out: dict[str, Any] = {}
    for field in FIELDS[kind]:
        match field.kind:
            case "long":
                out[field.name] = fields.paragraph(field.name, must=field.must)
            case "past":
                out[field.name] = fields.past(field.name, now, seen.row.at, "web.time_before_passing")
            case "unit":
                open_ = {unit: unit for unit, _ in targets(seen.known.values(), who.person.unit)}
                out[field.name] = fields.one_of(field.name, open_)
            case _:
                out[field.name] = fields.line(field.name, must=field.must)
    return out


def _keep(site: Site, who: Visitor, matter_id: str, step_id: str, kind: StepKind, values: dict[str, Any]) -> None:
    """Seal the step, number it and fold the matter, or find that a twin already did."""
    now, mine = site.now(), who.person
    with site.store.write() as conn:
        lock_numbers(conn)
        if kept(conn, [step_id]):
            return
        seen = visible_matter(conn, who, matter_id, now)
        _must_be_open(seen, kind, now)
        if kind is StepKind.TRANSFERRED:
            kind = kind_of_giving(seen.known[mine.unit].level, seen.known[values["to_unit"]])
        made = Made(by=mine.staff, unit=mine.unit, store=district(conn).store, at=now.astimezone(BEIJING))
        given = {"happened_at": made.at, **values}
        heads = seen.here.state.heads
        step = Step(id=step_id, made=made, matter=matter_id, kind=kind, seen=heads, by_unit=mine.unit, **given)
        check_step(step)
        # The stations that hold the matter pull what is said of it.
        add_own(conn, step, seen.here.scope, now)
        tell_takers(conn, {matter_id}, now)
        write_log(conn, Event.MATTER_ANSWERED, at=now, staff=mine.staff, subject=matter_id, detail=kind.value)
