"""The form of one item of the responsibility list: added, changed or ended, and the whole list is the next version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from resources import Wording
from sync.records.duties import COLUMNS, Duty, read_duties, table_text
from sync.records.errors import RuleBroken
from sync.server.duties import duty_from
from sync.server.web.publishing import Difference

NEW: Final = "new"
"""Instead of an item's place in the list: one that is not in it yet."""
CELLS: Final = ("item", "department", "helpers", "category", "code", "group", "words")
"""The fields in the order of the form."""
LEAST: Final = ("item", "department")
Table = Mapping[str, Any]
Fields = Mapping[str, str]


def known(table: Table) -> tuple[Duty, ...]:
    """Return the items of a list; none where nobody has published one."""
    return read_duties(table) if table.get("rows") else ()


def cells_of(duty: Duty) -> dict[str, str]:
    """Return an item as the form's fields."""
    return {name: getattr(duty, name) for name in COLUMNS if name != "helpers"} | {"helpers": "、".join(duty.helpers)}


def item_fields(table: Table, place: str) -> dict[str, str]:
    """Return the fields of the item at a place, counted from 0, or of a `NEW` one; RuleBroken for no such place."""
    return {"item": place} | ({} if place == NEW else _prefixed(_at(known(table), place)))


def _prefixed(duty: Duty) -> dict[str, str]:
    return {f"d_{name}": value for name, value in cells_of(duty).items()}


def _at(duties: tuple[Duty, ...], place: str) -> Duty:
    if not (place.isascii() and place.isdecimal() and len(place) < 7 and int(place) < len(duties)):
        raise RuleBroken("tables.published_meanwhile")
    return duties[int(place)]


def typed(form: Fields) -> Duty:
    """Return the item that a form spells, by the rules of the spreadsheet."""
    return duty_from({name: form.get(f"d_{name}", "") for name in CELLS})


def entry_of(form: Fields) -> str | None:
    """Return how sentences call the row that a form is about; "" where it is ended."""
    return "" if form.get("ended") else typed(form).item[:40]


def spelled_item(form: Fields, table: Table) -> str:
    """Return the table with the form's item in it, or without it where it is ended.

    RuleBroken("tables.duty_needs") where it says no item or no department, ("tables.published_meanwhile") where the
    list is another one by now.
    """
    duties, place, one = known(table), form.get("item", NEW), typed(form)
    if place != NEW:
        _at(duties, place)
    elif form.get("ended"):
        raise RuleBroken("tables.published_meanwhile")
    if not form.get("ended") and not all(getattr(one, name) for name in LEAST):
        raise RuleBroken("tables.duty_needs", field="text")
    at = len(duties) if place == NEW else int(place)
    return table_text((*duties[:at], *(() if form.get("ended") else (one,)), *duties[at + 1 :]))


def item_differences(before: Table, after: Table, form: Fields, words: Wording) -> list[Difference]:
    """Say which cells of the item become what, that it is new, or that it ends."""
    old, new, place = known(before), known(after), form.get("item", NEW)
    if place == NEW:
        added = new[-1]
        return [Difference(added.item, words("web.cell_new_row"), "", _told(added, words))]
    was = _at(old, place)
    if len(new) < len(old):
        return [Difference(was.item, words("web.cell_gone_row"), _told(was, words), "")]
    pairs = zip(_said(was, words).items(), _said(new[int(place)], words).values(), strict=True)
    return [Difference(was.item, words(f"web.duty_{name}"), value, now) for (name, value), now in pairs if value != now]


def _said(duty: Duty, words: Wording) -> dict[str, str]:
    category = words(f"records.category_{duty.category}") if duty.category else ""
    return {**cells_of(duty), "category": category}


def _told(duty: Duty, words: Wording) -> str:
    return words("web.list_comma").join(value for value in _said(duty, words).values() if value)
