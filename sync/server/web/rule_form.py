"""The plain form of the dispatch rules: a row for each category and grade as fields, and the fields as rules again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sync.records.dispatch_rules import ANY, COLOURS, GRADES, Addressee, DispatchRules, Limit, read_rules
from sync.records.errors import RuleBroken

MOST_ROWS: Final = 40
SPARE: Final = 2
"""So many empty rows stand below the others."""
LENGTHS: Final = ("report", "arrive", "resolve")


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row of the form: its number, and what stands in its fields."""

    number: int
    cells: Mapping[str, str]


def fields_of(rules: DispatchRules) -> dict[str, str]:
    """Return a table as the form's fields."""
    found = {"authority": rules.authority}
    if rules.ratify is not None:
        found |= {"ratify_amount": str(rules.ratify.amount), "ratify_unit": rules.ratify.unit.value}
    for grade in rules.grades:
        found |= {
            f"g_{grade.name}_used": "on",
            f"g_{grade.name}_colour": grade.colour,
            f"g_{grade.name}_people_from": "" if grade.people_from is None else str(grade.people_from),
            f"g_{grade.name}_people_upto": "" if grade.people_upto is None else str(grade.people_upto),
            f"g_{grade.name}_signs": grade.signs,
        }
    for number, row in enumerate(rules.limits):
        found |= {f"r{number}_{name}": value for name, value in _cells(row)}
    return found


def _cells(row: Limit) -> Iterator[tuple[str, str]]:
    yield from (("category", row.category), ("grade", row.grade), ("leader_rank", row.leader_rank))
    for name in LENGTHS if row.arrive != row.report else ("report", "resolve"):
        length = getattr(row, name)
        yield f"{name}_amount", str(length.amount)
        yield f"{name}_unit", length.unit.value
    for told in row.tell:
        yield f"tell_{told}", "on"
    yield "departments", "、".join(row.departments)


def rows_of(form: Mapping[str, str]) -> list[FormRow]:
    """Return the rows that a form has, and spare ones."""
    numbers = [n for n in range(MOST_ROWS) if form.get(f"r{n}_category")]
    spare = [n for n in range(MOST_ROWS) if n > max(numbers, default=-1)][:SPARE]
    prefixes = [(n, f"r{n}_") for n in (*numbers, *spare)]
    return [FormRow(n, {k.removeprefix(p): v for k, v in form.items() if k.startswith(p)}) for n, p in prefixes]


def rules_from(form: Mapping[str, str], base: DispatchRules) -> DispatchRules:
    """Return the rules that a form spells; what it has no fields for is ``base``'s: the ladder, and grades' labels.

    RuleBroken as `read_rules` says, with a sentence that names the row.
    """
    labels = {grade.name: grade.label for grade in base.grades}
    table: dict[str, Any] = {
        "authority": form.get("authority", "")[:200],
        "grade": [_grade(form, name, labels.get(name, "")) for name in GRADES if form.get(f"g_{name}_used")],
        "row": [_row(row.cells) for row in rows_of(form) if row.cells.get("category")],
    }
    if amount := form.get("ratify_amount", "").strip():
        table["ratify"] = f"{amount} {form.get('ratify_unit', '')}"
    read = read_rules(table, base.version)
    return DispatchRules(base.version, read.authority, read.grades, read.limits, base.ladder, ratify=read.ratify)


def _grade(form: Mapping[str, str], name: str, label: str) -> dict[str, Any]:
    said = {
        part: form.get(f"g_{name}_{part}", "").strip() for part in ("colour", "people_from", "people_upto", "signs")
    }
    found: dict[str, Any] = {
        "name": name,
        "colour": said["colour"] or COLOURS[0],
        "label": label,
        "signs": said["signs"],
    }
    for part in ("people_from", "people_upto"):
        if said[part]:
            if not (said[part].isdecimal() and len(said[part]) < 7):
                raise RuleBroken("tables.bad_people", field="text", row=name)
            found[part] = int(said[part])
    return found


def _row(cells: Mapping[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "category": cells.get("category", ANY),
        "grade": cells.get("grade", ANY),
        "leader_rank": cells.get("leader_rank", "").strip(),
        "tell": [told for told in Addressee if cells.get(f"tell_{told}")],
        "departments": [part.strip() for part in cells.get("departments", "").split("、") if part.strip()],
    }
    for name in LENGTHS:
        amount, unit = cells.get(f"{name}_amount", "").strip(), cells.get(f"{name}_unit", "")
        if amount or name != "arrive":
            row[name] = f"{amount} {unit}"
    return row
