"""Forms of ladder, calendar, source groups, periods and what a closing needs: draft, looked over, shown, published.

Each is `show` and `send` over one `Editor`; who publishes is whom rules.py says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from resources import Wording, wording
from sync.records.artefacts import Artefact
from sync.records.deadlines import PeriodUnit
from sync.records.dispatch_rules import ANY, GRADES, Addressee, Awaited, DispatchRules, LadderStep, read_rules
from sync.records.errors import RuleBroken
from sync.records.rule_tables import TableName, parsed
from sync.records.table_checks import CATEGORIES
from sync.records.times import BEIJING
from sync.records.units import Role
from sync.server import rule_tables
from sync.server.store.directory import units
from sync.server.store.store import Connection
from sync.server.table_words import kind_words
from sync.server.web import duty_item, help_form, ladder_form, list_forms, moment_form, period_form, year_form
from sync.server.web.publishing import Difference, look, publish_where_seen, told_of
from sync.server.web.render import go, page
from sync.server.web.visitor import NotFound, Posted, Standing, Visitor, allow, allow_publishing, language_of

router = APIRouter()
Reading = Annotated[Visitor, allow(Role.DISPATCHER, Role.SYSTEM)]
Publishing = Annotated[Visitor, allow_publishing()]
Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Base:
    """What a form begins from: the newest version, and its whole table; ``to_confirm`` where nobody published one.

    ``departments`` are the names of those that are there.
    """

    version: str
    table: Table
    to_confirm: bool
    today: date
    departments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Editor:
    """One form: its table, template, and how fields, table and words follow from each other.

    ``entry`` names the one row that it is about, None where it is about all of them; ``back`` is where it leads.
    """

    name: TableName
    template: str
    fields: Callable[[Base, Mapping[str, str]], dict[str, str]]
    spell: Callable[[Mapping[str, str], Base, Wording], str]
    differences: Callable[[Base, Table, Mapping[str, str], Wording], list[Difference]]
    values: Callable[[Mapping[str, str], Base, Wording], dict[str, Any]]
    entry: Callable[[Mapping[str, str]], str | None] = lambda _form: None
    back: str = "/rules"


def _ladder_of(base: Base) -> DispatchRules:
    return read_rules(base.table, base.version)


def _calendar_values(form: Mapping[str, str], base: Base, words: Wording) -> dict[str, Any]:
    number = year_form.chosen_year(form, base.table, base.today)
    year = year_form.told_year(form, base.table, number)
    years = year_form.offered(base.table, base.today)
    told, known = dict(years).get(number, False), {"years": years, "year": number}
    picture, sums = year_form.picture(year, words), year_form.sums(year)
    return {**known, "told_year": told, "months": picture, "sums": sums, "spans": range(year_form.SPANS)}


def _year(form: Mapping[str, str], base: Base) -> int:
    return year_form.chosen_year(form, base.table, base.today)


EDITORS: Final = {
    "sources": Editor(
        TableName.SOURCES,
        "sources_form.html",
        lambda base, _query: list_forms.source_fields(base.table),
        lambda form, base, _words: list_forms.spelled_sources(form, base.table),
        lambda base, after, _form, words: list_forms.source_differences(base.table, after, words),
        lambda form, base, _words: {"rows": list_forms.source_rows(form, base.table)},
    ),
    "artefacts": Editor(
        TableName.ARTEFACTS,
        "artefacts_form.html",
        lambda base, _query: list_forms.closing_fields(base.table),
        lambda form, _base, _words: list_forms.spelled_closings(form),
        lambda base, after, _form, words: list_forms.closing_differences(base.table, after, words),
        lambda form, _base, words: {
            "rows": [(kind_words(kind, words), kind, needs) for kind, needs in list_forms.closing_rows(form)],
            "artefacts": tuple(Artefact),
        },
    ),
    "ladder": Editor(
        TableName.DISPATCH_RULES,
        "ladder_form.html",
        lambda base, _query: ladder_form.ladder_fields(_ladder_of(base)),
        lambda form, base, _words: ladder_form.spelled_ladder(form, _ladder_of(base)),
        lambda base, after, _form, words: ladder_form.ladder_differences(
            _ladder_of(base), read_rules(after, ""), words
        ),
        lambda form, _base, _words: {
            "rows": ladder_form.ladder_rows(form),
            "categories": (ANY, *CATEGORIES),
            "grades": (ANY, *GRADES),
            "clocks": tuple(Awaited),
            "steps": tuple(LadderStep),
            "units": tuple(PeriodUnit),
            "addressees": tuple(Addressee),
        },
    ),
    "help": Editor(
        TableName.THREAT,
        "help_form.html",
        lambda base, _query: help_form.help_fields(base.table),
        lambda form, _base, words: help_form.spelled_help(form, words),
        lambda base, after, _form, words: help_form.help_differences(base.table, after, words),
        lambda form, _base, words: {"rows": help_form.help_rows(form, words)},
    ),
    "periods": Editor(
        TableName.PERIODS,
        "periods_form.html",
        lambda base, _query: period_form.period_fields(base.table),
        lambda form, base, words: period_form.spelled_periods(form, base.table, words),
        lambda base, after, _form, words: period_form.period_differences(base.table, after, words),
        lambda form, _base, words: {"rows": period_form.period_rows(form, words), "units": period_form.UNITS},
    ),
    "moments": Editor(
        TableName.MOMENT_LIMITS,
        "moments_form.html",
        lambda base, _query: moment_form.moment_fields(base.table),
        lambda form, _base, words: moment_form.spelled_moments(form, words),
        lambda base, after, _form, words: moment_form.moment_differences(base.table, after, words),
        lambda form, _base, words: {"rows": moment_form.moment_rows(form, words), "units": moment_form.UNITS},
    ),
    "duty": Editor(
        TableName.DUTIES,
        "duty_item.html",
        lambda base, query: duty_item.item_fields(base.table, query.get("item", duty_item.NEW)),
        lambda form, base, _words: duty_item.spelled_item(form, base.table),
        lambda base, after, form, words: duty_item.item_differences(base.table, after, form, words),
        lambda form, base, _words: {
            "item": form.get("item", duty_item.NEW),
            "cells": [(name, form.get(f"d_{name}", "")) for name in duty_item.CELLS],
            "categories": CATEGORIES,
            "departments": base.departments,
        },
        duty_item.entry_of,
        "/rules/duties",
    ),
    "calendar": Editor(
        TableName.CALENDAR,
        "calendar_form.html",
        lambda base, query: year_form.year_fields(base.table, _year(query, base)),
        lambda form, base, _words: year_form.spelled_calendar(form, base.table, _year(form, base)),
        lambda base, after, form, words: year_form.calendar_differences(base.table, after, _year(form, base), words),
        _calendar_values,
    ),
}


def _base(conn: Connection, name: TableName, today: date) -> Base:
    version, table, _text = rule_tables.shown(conn, name)
    to_confirm = version == rule_tables.shipped_version(name) and rule_tables.is_to_confirm(name)
    there = tuple(unit.name for unit in units(conn).values() if unit.department and not unit.closed)
    return Base(version, rule_tables.whole(name, table), to_confirm, today, tuple(sorted(there)))


@router.get("/rules/{edited}")
def show(request: Request, site: Standing, who: Reading, edited: str) -> Response:
    """Open a form with the newest version; the calendar's with this year, or with ``?year=``."""
    if (editor := EDITORS.get(edited)) is None:
        raise NotFound
    today = site.now().astimezone(BEIJING).date()
    with site.store.read() as conn:
        base = _base(conn, editor.name, today)
    try:
        form = editor.fields(base, {"year": str(today.year), **request.query_params})
    except RuleBroken as error:
        raise NotFound from error
    return _form(request, who, edited, base, form, [], None, "")


@router.post("/rules/{edited}")
def send(request: Request, site: Standing, who: Publishing, form: Posted, edited: str) -> Response:
    """Show what a form changes; publish it where it was shown just so."""
    if (editor := EDITORS.get(edited)) is None:
        raise NotFound
    words, today = wording(language_of(request)), site.now().astimezone(BEIJING).date()
    with site.store.read() as conn:
        base = _base(conn, editor.name, today)
        entry = editor.entry(form)
        looked = look(conn, editor.name, form, base.version, lambda: editor.spell(form, base, words), entry)
    looked = publish_where_seen(site, who, editor.name, form, base.version, looked, entry)
    if looked.published:
        return go(editor.back)
    preview = None
    if not looked.broken:
        preview = editor.differences(base, rule_tables.whole(editor.name, parsed(looked.text)), form, words)
    return _form(request, who, edited, base, form, told_of(looked, words), preview, looked.seen)


def _form(
    request: Request,
    who: Visitor,
    edited: str,
    base: Base,
    form: Mapping[str, str],
    told: list[str],
    preview: list[Difference] | None,
    seen: str,
) -> Response:
    editor, words = EDITORS[edited], wording(language_of(request))
    try:
        values = editor.values(form, base, words)
    except RuleBroken as error:
        raise NotFound from error
    return page(
        request,
        editor.template,
        who,
        422 if told else 200,
        edited=edited,
        base=base,
        form=dict(form),
        told=told,
        preview=preview,
        seen=seen,
        may_publish=who.publishes,
        today=base.today,
        **values,
    )
