"""Short spellings for declaring forms: questions with their wording keys, choices of an enumeration, conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from desktop.forms.form import Choice, Condition, Draft, Field, Form, Section, Shape
from sync.records.times import BEIJING

LONG_TEXT = 20_000
"""The longest text that a form takes: a ledger's cell holds 32,767 characters, a clerk's paragraph never that much."""


def ask(name: str, shape: Shape, label: str = "", **more: Any) -> Field:
    """Return a question whose label is ``forms.field_<name>`` unless ``label`` names another key of the area."""
    if shape is Shape.TEXT:
        more.setdefault("max_length", LONG_TEXT)
    return Field(name, shape, f"forms.{label or 'field_' + name}", **more)


def section(name: str, *fields: Field) -> Section:
    """Return a section whose heading is ``forms.section_<name>``."""
    return Section(name, f"forms.section_{name}", fields)


def folded(name: str, *fields: Field, tells: tuple[str, ...] = ()) -> Section:
    """Return a section that opens as it is needed; folded, it says what it holds (form.Section)."""
    return Section(name, f"forms.section_{name}", fields, open_at_first=False, tells=tells)


def form(name: str, version: int, *sections: Section, files: bool = False, sealed: bool = False) -> Form:
    """Return a form whose title is ``forms.<name>_title`` and whose button says ``forms.<name>_verb``."""
    return Form(name, version, f"forms.{name}_title", f"forms.{name}_verb", sections, files, sealed)


def choices(values: Iterable[StrEnum]) -> tuple[Choice, ...]:
    """Return the values of an enumeration as choices: the records' wording has a label for each."""
    return tuple(Choice(v.value, f"records.{type(v).__name__.lower()}_{v.value}") for v in values)


def own_choices(prefix: str, *values: str) -> tuple[Choice, ...]:
    """Return choices that only the forms know, with the labels ``forms.<prefix>_<value>``."""
    return tuple(Choice(v, f"forms.{prefix}_{v}") for v in values)


def where(name: str, *values: object) -> Condition:
    """A condition: the draft's ``name`` has one of ``values``."""
    wanted = {str(v) for v in values}
    return lambda draft: str(draft.get(name) or "") in wanted


def either(*conditions: Condition) -> Condition:
    """A condition: one of ``conditions`` holds."""
    return lambda draft: any(holds(draft) for holds in conditions)


def both(*conditions: Condition) -> Condition:
    """A condition: all of ``conditions`` hold."""
    return lambda draft: all(holds(draft) for holds in conditions)


def ticked(name: str) -> Condition:
    """A condition: the YES_NO field ``name`` was answered with yes."""
    return lambda draft: bool(draft.get(name))


def filled(name: str) -> Condition:
    """A condition: something was entered in ``name``."""
    return lambda draft: bool(draft.get(name))


def this_moment() -> str:
    """The default of a MOMENT field: now, to the minute, at +08:00."""
    return datetime.now(BEIJING).replace(second=0, microsecond=0).isoformat()


def today() -> str:
    """The default of a DATE field."""
    return datetime.now(BEIJING).date().isoformat()


def blank_document() -> dict[str, Any]:
    """The default of a DOCUMENT field: nobody was asked yet."""
    from sync.records.persons import Answer  # the gate's own forms are there before the records

    return {"answer": Answer.NOT_ASKED.value, "type": "", "number": "", "doubt": ""}


def fresh(declared: Form, kind: str, given: Mapping[str, Any] | None = None) -> Draft:
    """Open ``declared``: its blank draft with the id of the record of ``kind`` that it will make, and ``given`` values.

    The id is made here, once, so that a form handed in twice (a double click, a retry) makes one record.
    """
    from sync.records.kinds import new_id  # as above: it is the list of all kinds

    return {**declared.blank(), **(given or {}), "_id": new_id(kind)}
