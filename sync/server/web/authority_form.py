"""Forms of the register of authority: a new entry, another last day of one, and its end with a reason.

What is asked of an entry is asked in `order_authorities`, of the command line too. For who keeps the tables alone.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from resources import wording
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import kind_of, new_id
from sync.records.order_authorities import OrderAuthority
from sync.records.times import BEIJING, parse_day
from sync.records.units import Level
from sync.server import order_authorities
from sync.server.register_words import state_of
from sync.server.store.directory import Unit, units
from sync.server.web.forms import Fields
from sync.server.web.render import go, page, sentence, wrong
from sync.server.web.visitor import NotFound, NotOurForm, Posted, Site, Standing, Visitor, allow_publishing, language_of

router = APIRouter()
Keeper = Annotated[Visitor, allow_publishing()]
ADDRESS: Final = "/rules/registers/authority"
_COMMITTEES: Final = (Level.COMMUNITY, Level.STREET, Level.STATION)
"""Where there is a committee that may be given an authority; those most often given one stand first."""


def _choices(known: Mapping[str, Unit]) -> tuple[list[Unit], list[Unit]]:
    """Return the units that may be entered, and the departments that they may order."""
    there = [unit for unit in known.values() if not unit.closed]
    committees = [unit for unit in there if not unit.department and unit.level in _COMMITTEES]
    committees.sort(key=lambda unit: (_COMMITTEES.index(unit.level), unit.name))
    return committees, [unit for unit in there if unit.department]


def _new_page(
    request: Request, site: Site, who: Visitor, form: Mapping[str, str], said: Mapping[str, str], told: str = ""
) -> Response:
    with site.store.read() as conn:
        committees, departments = _choices(units(conn))
    entry = form.get("entry", "") or new_id("order_authority")
    given: dict[str, Any] = {"committees": committees, "departments": departments, "entry": entry, "told": told}
    values = {"starts_on": site.now().astimezone(BEIJING).date().isoformat(), **form}
    status = 422 if said or told else 200
    stamp = who.stamp("authority", entry)
    return page(request, "authority_new.html", who, status, form=values, wrong=said, stamp=stamp, **given)


@router.get(ADDRESS)
def show_new(request: Request, site: Standing, who: Keeper) -> Response:
    """Open an empty entry."""
    return _new_page(request, site, who, {}, {})


@router.post(ADDRESS)
def add(request: Request, site: Standing, who: Keeper, form: Posted) -> Response:
    """Enter an authority; the same form sent twice is one entry."""
    entry, words = form.get("entry", ""), wording(language_of(request))
    kind, stamp = kind_of(entry), who.stamp("authority", entry)
    if kind is None or kind.name != "order_authority":
        raise NotOurForm
    if not hmac.compare_digest(form.get("stamp", "").encode(), stamp.encode()):
        raise NotOurForm
    with site.store.read() as conn:
        committees, departments = _choices(units(conn))
    fields = Fields(form)
    unit = fields.one_of("unit", {one.unit: one.unit for one in committees})
    chosen = [one.unit for one in departments if form.get(f"d_{one.unit}")]
    paper, granted_by = fields.line("paper", must=True), fields.line("granted_by", must=True)
    starts, ends = _day(fields, form, "starts_on", must=True), _day(fields, form, "ends_on")
    if (which := form.get("which", "")) not in ("every", "some") or (which == "some" and not chosen):
        fields.broken.append(RuleBroken("web.not_chosen", field="departments"))
    elif which == "every" and chosen:  # one of the two was meant, and the wider one is not taken for granted
        fields.broken.append(RuleBroken("web.authority_every_or_some", field="departments"))
    if not fields.broken and unit and starts:
        try:
            by, now = who.person.staff, site.now()
            order_authorities.add_authority(
                site.store, unit, chosen, paper, granted_by, starts, ends, by, now=now, entry=entry
            )
            return go("/rules/registers")
        except RuleBroken as broken:
            fields.broken.append(broken)
        except Refused as refused:
            return _new_page(request, site, who, form, {}, sentence(words, refused))
    return _new_page(request, site, who, form, wrong(words, *fields.broken))


def _day(fields: Fields, form: Mapping[str, str], field: str, *, must: bool = False) -> date | None:
    """Return a day; None where the field may stay empty and does, or where it is wrong."""
    text = form.get(field, "").strip()[:40]
    if not text and not must:
        return None
    if not text:
        fields.broken.append(RuleBroken("web.missing", field=field))
        return None
    return fields.tried(lambda: parse_day(text, field=field), None)


def _one_page(
    request: Request, site: Site, who: Visitor, entry: str, form: Mapping[str, str], said: Mapping[str, str]
) -> Response:
    found, names = _opened(site, entry)
    state = state_of(found, site.now().astimezone(BEIJING).date())
    until = found.ends_on.isoformat() if found.ends_on else ""
    given: dict[str, Any] = {"entry": found, "names": names, "state": state, "form": {"ends_on": until, **form}}
    return page(request, "authority_one.html", who, 422 if said else 200, wrong=said, **given)


def _opened(site: Site, entry: str) -> tuple[OrderAuthority, tuple[str, str]]:
    """Return an entry that stands and was not withdrawn, with the names of its unit and departments."""
    with site.store.read() as conn:
        for one in order_authorities.register(conn):
            if one.id == entry and not one.withdrawn:
                return one, order_authorities.names_of(conn, one)
    raise NotFound


@router.get(ADDRESS + "/{entry}")
def show_one(request: Request, site: Standing, who: Keeper, entry: str) -> Response:
    """Open an entry: what may be changed of it, and its end."""
    return _one_page(request, site, who, entry, {}, {})


@router.post(ADDRESS + "/{entry}")
def change(request: Request, site: Standing, who: Keeper, entry: str, form: Posted) -> Response:
    """Give an entry another last day, or end it: each with a reason, as a new fact that amends the former."""
    _opened(site, entry)
    fields, by, now = Fields(form), who.person.staff, site.now()
    ending = form.get("do") == "end"
    field = "end_reason" if ending else "reason"
    reason = fields.line(field, must=True)
    ends = None if ending else _day(fields, form, "ends_on")
    if not fields.broken:
        try:
            if ending:
                order_authorities.end_authority(site.store, entry, reason, by, now=now)
            else:
                order_authorities.change_authority(site.store, entry, ends, reason, by, now=now)
            return go("/rules/registers")
        except RuleBroken as broken:
            fields.broken.append(broken)
        except Refused:  # somebody else ended or changed it meanwhile
            raise NotFound from None
    return _one_page(request, site, who, entry, form, wrong(wording(language_of(request)), *fields.broken))
