"""The form of one department's duty officers: each a row, spelled as in the spreadsheet, and the whole list is saved.

Telephone numbers stand in it whole: it opens for dispatchers of the district alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from resources import wording
from sync.records.duty_rosters import DutyShift
from sync.records.errors import QianshaoError, Refused, RuleBroken
from sync.records.telephones import written_phone
from sync.server import duty_rosters
from sync.server.store.directory import Unit, units
from sync.server.store.store import Connection
from sync.server.web.render import go, page, sentence
from sync.server.web.visitor import NotFound, Posted, Standing, Visitor, allow_publishing, language_of

router = APIRouter()
Keeper = Annotated[Visitor, allow_publishing()]
CELLS: Final = ("name", "post", "telephone", "weekdays", "dates", "hours")
NEEDED: Final = frozenset({"name", "telephone"})
MOST_ROWS: Final = 60
SPARE: Final = 2
"""So many empty rows stand below the officers."""


def duty_fields(shifts: tuple[DutyShift, ...]) -> dict[str, str]:
    """Return a list as fields, ``o0_name`` and so on, each as a spreadsheet would spell it."""
    found: dict[str, str] = {}
    for number, shift in enumerate(shifts):
        dates = "" if shift.first is None else str(shift.first)
        dates += "" if shift.last in (None, shift.first) else f" – {shift.last}"
        cells = {
            "name": shift.name,
            "post": shift.post,
            "telephone": written_phone(shift.telephone),
            "weekdays": _days(shift.weekdays),
            "dates": dates,
            "hours": f"{shift.since}-{shift.until}" if shift.since else "",
        }
        found |= {f"o{number}_{name}": value for name, value in cells.items()}
    return found


def _days(weekdays: tuple[int, ...]) -> str:
    """Spell days of the week: 1-5 for a run of three or more."""
    parts: list[list[int]] = []
    for day in weekdays:
        if parts and parts[-1][-1] == day - 1:
            parts[-1].append(day)
        else:
            parts.append([day])
    said = (f"{run[0]}-{run[-1]}" if len(run) > 2 else "、".join(map(str, run)) for run in parts)
    return "、".join(said)


def duty_rows(form: Mapping[str, str]) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of which something is filled in, by their numbers, and spare ones."""
    rows = [(n, {name: form.get(f"o{n}_{name}", "").strip() for name in CELLS}) for n in range(MOST_ROWS)]
    filled = [n for n, cells in rows if any(cells.values())]
    return [rows[n] for n in filled] + rows[max(filled, default=-1) + 1 :][:SPARE]


def _opened(conn: Connection, department: str) -> tuple[Unit, str, tuple[DutyShift, ...]]:
    """The department, and its list with the list's id."""
    unit = units(conn).get(department)
    if unit is None or not unit.department or unit.closed:
        raise NotFound
    found = next((one for one in duty_rosters.rosters(conn) if one.department == department), None)
    return unit, found.id if found else "", found.shifts if found else ()


@router.get("/rules/registers/duty/{department}")
def show(request: Request, site: Standing, who: Keeper, department: str) -> Response:
    """Open a department's list."""
    with site.store.read() as conn:
        unit, expected, shifts = _opened(conn, department)
    return _form(request, who, unit, expected, duty_fields(shifts), [])


@router.post("/rules/registers/duty/{department}")
def send(request: Request, site: Standing, who: Keeper, department: str, form: Posted) -> Response:
    """Save a department's list whole, or say of each row what is wrong: then nothing was saved."""
    words = wording(language_of(request))
    with site.store.read() as conn:
        unit, _, _ = _opened(conn, department)
    shifts, told = [], []
    for at, (_, cells) in enumerate((row for row in duty_rows(form) if any(row[1].values())), 1):
        try:
            shifts.append(duty_rosters.shift_from(cells))
        except QianshaoError as fault:
            told.append(words("web.duty_row", row=words("web.rules_row", number=at), fault=sentence(words, fault)))
    expected = form.get("expected", "")
    if not told:
        try:
            by = who.person.staff
            duty_rosters.replace_roster(site.store, department, tuple(shifts), by, expected, site.now())
            return go("/rules/registers")
        except (Refused, RuleBroken) as fault:
            told.append(sentence(words, fault))
    return _form(request, who, unit, expected, form, told)


def _form(
    request: Request, who: Visitor, unit: Unit, expected: str, form: Mapping[str, str], told: list[str]
) -> Response:
    given: dict[str, Any] = {"unit": unit, "expected": expected, "rows": duty_rows(form), "told": told}
    return page(request, "duty_form.html", who, 422 if told else 200, cells=CELLS, needed=NEEDED, **given)
