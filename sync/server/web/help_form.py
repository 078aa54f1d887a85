"""The form of whom a desk calls when somebody threatens there: rows in their order, the program's own by its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from resources import Wording
from sync.records.errors import RuleBroken
from sync.records.help_numbers import MOST, OWN_NAMES, HelpNumber, numbers_text, read_numbers
from sync.records.telephones import normal_phone, written_phone
from sync.server.web.publishing import Difference

SPARE: Final = 2
"""So many empty rows stand below the numbers."""
Table = Mapping[str, Any]
Fields = Mapping[str, str]


def help_fields(table: Table) -> dict[str, str]:
    """Return the list as fields: ``h0_name`` (a word of the program's), ``h0_label``, ``h0_number``."""
    found: dict[str, str] = {}
    for number, one in enumerate(read_numbers(table)):
        said = {"name": one.name, "label": one.label, "number": written_phone(one.number)}
        found |= {f"h{number}_{key}": value for key, value in said.items()}
    return found


def help_rows(form: Fields, words: Wording) -> list[tuple[int, Fields]]:
    """Return the rows of which something is filled in, and spare ones; a program's row is shown by its word."""
    rows: list[tuple[int, Fields]] = []
    for number in range(MOST + SPARE):
        cells = {key: form.get(f"h{number}_{key}", "").strip() for key in ("name", "label", "number")}
        if cells["number"] and not cells["label"]:
            cells["label"] = _own_word(cells["name"], words)
        rows.append((number, cells))
    filled = [number for number, cells in rows if cells["label"] or cells["number"]]
    return [rows[number] for number in filled] + rows[max(filled, default=-1) + 1 :][:SPARE]


def _own_word(name: str, words: Wording) -> str:
    """The program's word for one of its own numbers; "" for any other name."""
    return words(f"threats.number_{name}") if name in OWN_NAMES else ""


def spelled_help(form: Fields, words: Wording) -> str:
    """Return the table that a form spells: rows without a number and a label are left out.

    RuleBroken("tables.help_row") names a row of which one of the two is missing, or the number is none.
    """
    found = []
    for at, (_, cells) in enumerate(help_rows(form, words), 1):
        if not (cells["label"] or cells["number"]):
            continue
        try:
            number = normal_phone(cells["number"], field="text")
        except RuleBroken:
            number = ""
        if not cells["label"] or not number:
            raise RuleBroken("tables.help_row", field="text", row=cells["label"] or at)
        own = cells["label"] == _own_word(cells["name"], words)
        found.append(HelpNumber(number, cells["name"] if own else "", "" if own else cells["label"]))
    return numbers_text(found)


def help_differences(before: Table, after: Table, words: Wording) -> list[Difference]:
    """Say what the list was and what it becomes, in its order."""
    was, now = (_said(read_numbers(table), words) for table in (before, after))
    return [Difference(words("tables.name_threat"), words("web.cell_numbers"), was, now)] if was != now else []


def _said(numbers: tuple[HelpNumber, ...], words: Wording) -> str:
    named = (f"{one.label or words(f'threats.number_{one.name}')} {written_phone(one.number)}" for one in numbers)
    return words("web.list_comma").join(named)
