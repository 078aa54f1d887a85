"""Tables and registers: what holds, what was published before, which station has it; the dispatch rules as a form.

Dispatchers publish: what is demanded of departments is their business. The system administrator sees it, and has the
command line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from resources import Wording, wording
from sync.records.deadlines import PeriodUnit
from sync.records.dispatch_rules import ANY, COLOURS, GRADES, Addressee, DispatchRules, Length, read_rules
from sync.records.dispatch_text import Change, changes, table_text
from sync.records.ranks import RANKS
from sync.records.rule_tables import RuleTable, TableName, in_force
from sync.records.table_checks import CATEGORIES
from sync.records.times import BEIJING
from sync.records.units import Role
from sync.server import rule_tables
from sync.server.store.devices import stations
from sync.server.store.directory import units
from sync.server.store.records import kept
from sync.server.store.store import Connection
from sync.server.web.ladder_form import rung_words
from sync.server.web.limits import term_text
from sync.server.web.publishing import look, publish_where_seen, told_of
from sync.server.web.render import go, page
from sync.server.web.rule_form import fields_of, rows_of, rules_from
from sync.server.web.sight import stations_seen
from sync.server.web.visitor import NotFound, Posted, Site, Standing, Visitor, allow, allow_publishing, language_of

router = APIRouter()
Reading = Annotated[Visitor, allow(Role.DISPATCHER, Role.SYSTEM)]
Publishing = Annotated[Visitor, allow_publishing()]
DISPATCH = TableName.DISPATCH_RULES
FORMS: Final = {
    DISPATCH: (("dispatch", "form_dispatch"), ("ladder", "form_ladder")),
    TableName.CALENDAR: (("calendar", "form_calendar"),),
    TableName.SOURCES: (("sources", "form_sources"),),
    TableName.ARTEFACTS: (("artefacts", "form_artefacts"),),
    TableName.MOMENT_LIMITS: (("moments", "form_moments"),),
    TableName.PERIODS: (("periods", "form_periods"),),
    TableName.THREAT: (("help", "form_help"),),
    TableName.DUTIES: (("duties", "form_duties"),),
}
"""Which forms a table has: their addresses below /rules, and what they are called."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A table in the list: the version that holds, and all others, the newest first."""

    name: TableName
    version: str
    to_confirm: bool
    starts_on: date | None
    note: str
    others: tuple[RuleTable, ...]


def _tables(conn: Connection, today: date) -> list[Shown]:
    every, found = rule_tables.published(conn), []
    for name in TableName:
        own = sorted((t for t in every if t.name == name), key=lambda t: t.number, reverse=True)
        held = next(iter(in_force(own, name, today)), None)
        others = tuple(t for t in own if t is not held)
        shipped = rule_tables.shipped_version(name)
        if held is None:
            found.append(Shown(name, shipped, rule_tables.is_to_confirm(name), None, "", others))
        else:
            found.append(Shown(name, held.version, False, held.starts_on, held.note, others))
    return found


def _at_stations(conn: Connection, who: Visitor, today: date) -> list[tuple[str, str, bool]]:
    """Name of each station that this person oversees, the dispatch rules that hold there by what it has pulled, and
    whether these are the newest.
    """
    own = [t for t in rule_tables.published(conn) if t.name == DISPATCH]
    numbers = kept(conn, [t.id for t in own])
    newest = next(iter(in_force(own, DISPATCH, today)), None)
    found = []
    for row in stations(conn, stations_seen(who, units(conn))):
        if row.revoked_at is None:
            theirs = [t for t in own if numbers[t.id].seq <= row.cursor]
            held = next(iter(in_force(theirs, DISPATCH, today)), None)
            version = held.version if held else rule_tables.shipped_version(DISPATCH)
            found.append((row.unit_name or row.unit, version, held is newest))
    return sorted(found)


@router.get("/rules")
def show(request: Request, site: Standing, who: Reading) -> Response:
    """List the tables."""
    today = site.now().astimezone(BEIJING).date()
    with site.store.read() as conn:
        tables, at_stations = _tables(conn, today), _at_stations(conn, who, today)
    given: dict[str, Any] = {"tables": tables, "at_stations": at_stations, "forms": FORMS}
    return page(request, "rules.html", who, may_publish=_may(who), today=today, **given)


def _may(who: Visitor) -> bool:
    return who.publishes


@router.get("/rules/text/{version}")
def show_text(request: Request, site: Standing, who: Reading, version: str) -> Response:
    """Show a version as it was published."""
    with site.store.read() as conn:
        for name in TableName:
            known = [t.version for t in rule_tables.published(conn) if t.name == name]
            if version in known or version == rule_tables.shipped_version(name) != "":
                text = rule_tables.shown(conn, name, version)[2]
                return page(request, "rule_text.html", who, version=version, table=name, text=text)
    raise NotFound


@router.get("/rules/dispatch")
def show_form(request: Request, site: Standing, who: Reading) -> Response:
    """Open the form with the newest version."""
    with site.store.read() as conn:
        base = _newest(conn)
    return _form(request, site, who, base, fields_of(base))


@router.post("/rules/dispatch")
def send(request: Request, site: Standing, who: Publishing, form: Posted) -> Response:
    """Show what the form changes; publish it where it was shown just so."""
    words = wording(language_of(request))
    with site.store.read() as conn:
        base = _newest(conn)
        looked = look(conn, DISPATCH, form, base.version, lambda: table_text(rules_from(form, base)))
    looked = publish_where_seen(site, who, DISPATCH, form, base.version, looked)
    if looked.published:
        return go("/rules")
    preview = [] if looked.broken else [_in_words(one, words) for one in changes(base, rules_from(form, base))]
    return _form(request, site, who, base, form, told_of(looked, words), preview, looked.seen)


def _in_words(change: Change, words: Wording) -> Change:
    """Say lengths and who is told as the form says them; everything else is said already."""
    return replace(change, before=_said(change.before, words), after=_said(change.after, words))


def _said(cell: str, words: Wording) -> str:
    parts = []
    for part in cell.split(", "):
        amount, _, unit = part.partition(" ")
        if amount.isdecimal() and unit in set(PeriodUnit):
            parts.append(term_text(words, Length(int(amount), PeriodUnit(unit))))
        elif part and set(part.split("、")) <= set(Addressee):
            parts.append(words("web.list_comma").join(words(f"records.addressee_{one}") for one in part.split("、")))
        else:
            parts.append(part)
    return words("web.list_comma").join(parts)


def _newest(conn: Connection) -> DispatchRules:
    version, table, _text = rule_tables.shown(conn, DISPATCH)
    return read_rules(table, version)


def _form(
    request: Request,
    site: Site,
    who: Visitor,
    base: DispatchRules,
    form: Mapping[str, str],
    told: list[str] | None = None,
    preview: list[Change] | None = None,
    seen: str = "",
) -> Response:
    words = wording(language_of(request))
    choices: dict[str, Any] = {
        "categories": (ANY, *CATEGORIES),
        "grades": (ANY, *GRADES),
        "names": GRADES,
        "units": tuple(PeriodUnit),
        "ranks": RANKS,
        "colours": COLOURS,
        "addressees": tuple(Addressee),
    }
    return page(
        request,
        "dispatch_rules.html",
        who,
        422 if told else 200,
        edited="dispatch",
        base=base,
        ladder=[(rung, rung_words(rung, words)) for rung in base.ladder],
        rows=rows_of(form),
        form=dict(form),
        told=told or [],
        preview=preview,
        seen=seen,
        may_publish=_may(who),
        today=site.now().astimezone(BEIJING).date(),
        **choices,
    )
