"""Blank forms that were given out: which of them nobody has entered or voided yet, and which were entered twice."""

from __future__ import annotations

from typing import Final, cast

from sqlalchemy import exists, func, select

from desktop.store.reader import Reader
from desktop.store.tables import link, names, of_kind, record
from sync.records.mediations import Agreement
from sync.records.papers import BlankForm
from sync.records.record import Fact

SETTLED_BY: Final = ("visit.blank", "agreement.blank", "number_void.blank")


def open_blanks(reader: Reader) -> list[BlankForm]:
    """Return the forms that are still out, the first given out first."""
    settled = exists().where(names(record.c.id), link.c.via.in_(SETTLED_BY))
    found = select(record.c.id).where(of_kind("blank_form"), record.c.readable == 1, ~settled)
    ids = reader.conn.execute(found.order_by(record.c.line)).scalars().all()
    return [cast("BlankForm", reader.get(one)) for one in ids]


def is_open(reader: Reader, blank: str) -> bool:
    """Whether nobody has entered or voided the form ``blank``."""
    return not any(reader.linked(blank, via) for via in SETTLED_BY)


def entered_twice(reader: Reader) -> list[tuple[BlankForm, list[Fact]]]:
    """Return the forms under whose number more than one thing stands, each with these: two desks that did not know of
    each other entered it both, or one entered what the other voided. Corrections and later versions are no second one.
    """
    entered = select(func.count()).select_from(link).where(names(record.c.id), link.c.via.in_(SETTLED_BY))
    some = select(record.c.id).where(of_kind("blank_form"), record.c.readable == 1, entered.scalar_subquery() > 1)
    ids = reader.conn.execute(some.order_by(record.c.line)).scalars().all()
    found = [(cast("BlankForm", reader.get(one)), _entries(reader, one)) for one in ids]
    return [(blank, entries) for blank, entries in found if len(entries) > 1]


def _entries(reader: Reader, blank: str) -> list[Fact]:
    first: dict[str, Fact] = {}
    for via in SETTLED_BY:
        for entry in reader.linked(blank, via):
            if isinstance(entry, Fact) and entry.amends is None:
                first.setdefault(entry.mediation if isinstance(entry, Agreement) else entry.id, entry)
    return sorted(first.values(), key=lambda entry: entry.made.at)
