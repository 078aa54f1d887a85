"""The responsibility list at the district: its newest version, looked through by words, each item with its form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from sync.records.duties import Duty, DutyIndex
from sync.records.rule_tables import TableName
from sync.records.units import Role
from sync.server import rule_tables
from sync.server.web.duty_item import cells_of, known
from sync.server.web.render import page
from sync.server.web.visitor import Standing, Visitor, allow

router = APIRouter()
Reading = Annotated[Visitor, allow(Role.DISPATCHER, Role.SYSTEM)]
MOST: Final = 100
"""So many items are listed; words find the others."""
LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Line:
    """An item with its place in the list; ``gone`` are departments that it names and that are not there any more."""

    place: int
    duty: Duty
    gone: tuple[str, ...]


@router.get("/rules/duties")
def show(request: Request, site: Standing, who: Reading, q: str = "") -> Response:
    """List the items, or those that ``q`` speaks of; those with a department that is gone first."""
    asked = " ".join(q.split())[:LONGEST]
    with site.store.read() as conn:
        version, table, _text = rule_tables.shown(conn, TableName.DUTIES)
        there = rule_tables.departments(conn)
    duties = known(table)
    lines = [
        Line(place, duty, tuple(name for name in (duty.department, *duty.helpers) if not there.get(name)))
        for place, duty in enumerate(duties)
    ]
    found = sorted(_meant(lines, asked) if asked else lines, key=lambda line: not line.gone)
    given: dict[str, Any] = {"lines": found[:MOST], "found": len(found), "count": len(duties)}
    may_publish = Role.DISPATCHER in who.roles
    return page(request, "duty_list.html", who, version=version, q=asked, may_publish=may_publish, **given)


def _meant(lines: list[Line], asked: str) -> list[Line]:
    """What has the words as they are in any of its cells; where nothing has, what a text of these words may mean."""
    wanted = asked.casefold().split()
    said = [(line, " ".join(cells_of(line.duty).values()).casefold()) for line in lines]
    if whole := [line for line, text in said if all(word in text for word in wanted)]:
        return whole
    by_duty = {id(line.duty): line for line in lines}
    return [by_duty[id(match.duty)] for match in DutyIndex([line.duty for line in lines]).matches(asked)]
