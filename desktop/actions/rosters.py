"""A list of companions, typed, pasted or from a workbook, as rows of a visit's form; what cannot be taken stays.

Nothing is written here: the rows are a draft, and the visit's own rules look at them when it is handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from desktop.actions.reading import MOST_ROWS
from desktop.files.roster_lines import Header, Named, header_of, read_line
from desktop.forms.form import Draft
from sync.records.documents import normal_number
from sync.records.errors import Refused, RuleBroken
from sync.records.persons import Answer, Sex
from sync.records.text import check_text

LONGEST: Final = 200_000
"""Characters of a list that are looked at."""
MOST_LINES: Final = 2_000


@dataclass(frozen=True, slots=True)
class Untaken:
    """A line that names nobody who can be taken: which one (from 1), as it stands, and why."""

    line: int
    text: str
    why: RuleBroken


@dataclass(frozen=True, slots=True)
class Roster:
    """``rows`` are drafts of the roster's rows, ``extra`` the cells that have no place there."""

    rows: tuple[Draft, ...] = ()
    untaken: tuple[Untaken, ...] = ()
    extra: tuple[str, ...] = ()
    header: str = ""


def read_roster(text: str, present: Iterable[Mapping[str, Any]] = ()) -> Roster:
    """Return who ``text`` names; ``present`` are drafts of those who stand on the form already.

    Refused("actions.roster_long") where it is longer than `LONGEST` characters or `MOST_LINES` lines.
    """
    lines = text.splitlines()
    if len(text) > LONGEST or len(lines) > MOST_LINES:
        raise Refused("actions.roster_long", lines=MOST_LINES, people=MOST_ROWS)
    there = [dict(row) for row in present]
    known = {key for row in there for key in _keys(row)}
    header, head, rows, untaken, extra = Header(), "", list[Draft](), list[Untaken](), list[str]()
    for at, line in enumerate(lines, 1):
        if not line.strip():
            continue
        named = header_of(line) if not rows else None
        if named is not None:
            header, head = named, line
            continue
        try:
            found = _people(line, header, known, MOST_ROWS - len(rows) - len(there))
        except RuleBroken as broken:
            untaken.append(Untaken(at, line, broken))
            continue
        rows += [_row(named) for named in found]
        extra += [cell for named in found for cell in named.extra]
    return Roster(tuple(rows), tuple(untaken), tuple(extra), head)


def text_of(path: Path) -> str:
    """Return the rows of a workbook or a CSV file as lines with tabs between their cells.

    Refused("actions.roster_long") and what `desktop.files.tables.open_table` raises.
    """
    from desktop.files.tables import open_table  # only where a file is read

    lines: list[str] = []
    with open_table(path).rows() as rows:
        for row in rows:
            if len(lines) == MOST_LINES:
                raise Refused("actions.roster_long", lines=MOST_LINES, people=MOST_ROWS)
            lines.append("\t".join(" ".join(cell.split()) for cell in row.cells))
    return "\n".join(lines)


def _people(line: str, header: Header, known: set[str], room: int) -> list[Named]:
    """Read one line; somebody who is there already, by number or by name and telephone, is not taken twice."""
    check_text(line)
    found = read_line(line, header)
    if len(found) > room:
        raise RuleBroken("actions.too_many_rows", limit=MOST_ROWS)
    keys = [key for named in found for key in _keys(_row(named))]
    if known.intersection(keys):
        raise RuleBroken("actions.roster_twice")
    known.update(keys)
    return found


def _row(named: Named) -> Draft:
    row: Draft = {"name": named.name, "phone": named.phone, "representative": named.representative}
    if named.number and named.type is not None:
        given = {"answer": Answer.GIVEN.value, "type": named.type.value, "number": named.number, "doubt": ""}
        row["document"] = given
    if named.sex is not Sex.NOT_STATED:
        row["sex"] = named.sex.value
    if named.address:
        row["address"] = named.address
    return row


def _keys(row: Mapping[str, Any]) -> set[str]:
    document = row.get("document") or {}
    number, name = normal_number(str(document.get("number") or "")), str(row.get("name") or "").strip()
    phone = "".join(c for c in str(row.get("phone") or "") if c.isdigit())
    return {f"n{number}" for number in [number] if number} | ({f"p{name}/{phone}"} if name and phone else set())
