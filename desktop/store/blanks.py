"""Blank forms that were given out: which of them nobody has entered or voided yet."""

from __future__ import annotations

from typing import Final, cast

from sqlalchemy import exists, select

from desktop.store.reader import Reader
from desktop.store.tables import link, names, of_kind, record
from sync.records.papers import BlankForm

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
