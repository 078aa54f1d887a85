"""Editions of papers' words: which one a paper gets, the district's newest in force or the program's own.

A print keeps the edition that it was made by. What a district published and this program cannot print by (a newer
program's places, for example) is left out and told by `editions`: a paper is never half in one wording.
"""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import resources
from desktop.printing.sheets import Sheet
from desktop.printing.template import Template
from desktop.store.editions import templates
from desktop.store.reader import Reader
from sync.records.errors import QianshaoError, Refused, RuleBroken
from sync.records.templates import (
    CASEFILE,
    FIRST,
    PaperTemplate,
    base_of,
    check_casefile,
    check_template,
    in_force,
)

S = TypeVar("S", bound=Sheet)


@dataclass(frozen=True, slots=True)
class Edition:
    """A published edition as this program sees it; ``fault`` says why it cannot be used here, None where it can."""

    edition: str
    starts_on: date
    fault: QianshaoError | None = None


def editions(reader: Reader) -> list[Edition]:
    """Return everything that the district published, by name and number, with what this program finds wrong."""
    found = sorted(templates(reader), key=lambda t: (t.name, t.number, t.id))
    return [Edition(t.edition, t.starts_on, _fault(t)) for t in found]


def newest(reader: Reader, name: str, on: date) -> str:
    """Return the district's newest usable edition of ``name`` on a day, for example ``agreement-1001``; "" for none."""
    return next((t.edition for t in in_force(templates(reader, name), name, on) if _fault(t) is None), "")


def words_for(reader: Reader, edition: str) -> Template | None:
    """Return the words of a district's edition; None where the program's own are meant.

    Refused("printing.no_template") where it has not come here yet, RuleBroken where this program cannot use it.
    """
    name, _, number = edition.rpartition("-")
    if not number.isdecimal() or int(number) < FIRST:
        return None
    for record in sorted(templates(reader, name), key=lambda t: t.id):
        if record.edition == edition:
            return Template(edition, _words(record))
    raise Refused("printing.no_template", template=edition)


def dressed(reader: Reader, sheet: S, on: date, keep: str = "") -> S:
    """Return ``sheet`` with the newest words of its paper on a day, or with those of the edition ``keep``."""
    edition = keep or newest(reader, sheet.template.rpartition("-")[0], on) or sheet.template
    return dataclasses.replace(sheet, template=edition, words=words_for(reader, edition))


def casefile_rows(reader: Reader, on: date) -> tuple[tuple[str, str], ...]:
    """Return name and need of each document by the district's newest list on a day; empty where there is none."""
    for record in in_force(templates(reader, CASEFILE), CASEFILE, on):
        if _fault(record) is None:
            return _rows(record)
    return ()


def _fault(record: PaperTemplate) -> QianshaoError | None:
    try:
        if record.name == CASEFILE:
            _rows(record)
        else:
            _words(record)
    except RuleBroken as fault:
        return fault
    return None


def _words(record: PaperTemplate) -> dict[str, str | list[str]]:
    base = base_of(record)
    return check_template(record, resources.template_words(base) if base else None)


def _rows(record: PaperTemplate) -> tuple[tuple[str, str], ...]:
    return check_casefile(record, tomllib.loads(resources.read_text("print", "casefile.toml"))["document"])
