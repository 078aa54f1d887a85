"""What is wrong with a table, and its rows, as people say it: on the pages and on the command line."""

from __future__ import annotations

from resources import Wording
from sync.records.artefacts import ORDER, Artefact
from sync.records.deadline_rules import SETTABLE
from sync.records.dispatch_rules import ANY, GRADES
from sync.records.errors import RuleBroken


def in_words(fault: RuleBroken, words: Wording) -> RuleBroken:
    """Return ``fault`` with what it names by its parts (records/publish_checks.py) said in words."""
    values = fault.values
    row = values.get("row")
    if isinstance(row, tuple):
        said = kind_words(row[0], words) if len(row) == 1 else place_words(row[0], row[1], words)
        values = {**values, "row": said}
    elif isinstance(row, str) and row in SETTABLE:
        values = {**values, "row": words(f"deadlines.kind_{row.replace('-', '_')}")}
    if fault.key == "tables.ladder_gap":
        values = {**values, "clock": words(f"records.awaited_{values['clock']}")}
    for name in ("need", "other"):
        if isinstance(need := values.get(name), tuple):
            values = {**values, name: need_words(need, words)}
    return RuleBroken(fault.key, field=fault.field, **values)


def place_words(category: str, grade: str, words: Wording) -> str:
    """Return the category and grade of a row as people say them."""
    said = words("web.every_category") if category == ANY else _known(f"records.category_{category}", category, words)
    asked = f"forms.grade_{grade}" if grade in GRADES else ""
    return f"{said} · {words('web.every_grade') if grade == ANY else _known(asked, grade, words)}"


def _known(key: str, said: str, words: Wording) -> str:
    return words(key) if key and words.has(key) else said[:40]


def kind_words(kind: str, words: Wording) -> str:
    """Return what people call what is closed."""
    return words("web.closing_order" if kind == ORDER else f"records.nature_{kind}")


def need_words(need: tuple[Artefact, ...], words: Wording) -> str:
    """Return one need with its alternatives in words."""
    return words("web.closing_or").join(words(f"records.artefact_{one}") for one in need)
