"""What stands under the ids that a page names, by one statement: records, erasures that name them, refusals."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    Text,
    any_,
    bindparam,
    func,
    literal_column,
    null,
    select,
    union_all,
)

from sync.server.store.records import KEPT, Kept
from sync.server.store.schema import erased, record, refused
from sync.server.store.together import Question

_KEPT, _ERASED, _REFUSED = range(3)
_NOTHING: Final = tuple(null().label(column.name) for column in KEPT[1:])


@dataclass(frozen=True, slots=True)
class Standing:
    """The records that are kept, by id; the ids that an erasure of the unit names; those on the list of refusals."""

    kept: dict[str, Kept] = field(default_factory=dict)
    erased: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()


def standing(conn: Connection, ids: Collection[str], unit: str) -> Question[Standing]:
    """Ask what stands under ``ids``, each one that `prefix_of` knows; no other unit's erasure reaches a record of
    ``unit``.
    """
    postgres, wanted = conn.dialect.name == "postgresql", sorted(ids)
    said = " ".join(wanted) if postgres else json.dumps(wanted)
    return Question(_asked(postgres), {"ids": said, "of_unit": unit}, _read)


def _read(rows: Sequence[Sequence[Any]]) -> Standing:
    return Standing(
        {row[1]: Kept(*row[1:]) for row in rows if row[0] == _KEPT},
        frozenset(row[1] for row in rows if row[0] == _ERASED),
        frozenset(row[1] for row in rows if row[0] == _REFUSED),
    )


@cache
def _asked(postgres: bool) -> CompoundSelect[Any]:
    """The statement for a database, made once; its ids are one text, for the driver spells a list value by value: JSON,
    or with blanks between them, for no id holds one.
    """
    mine = erased.c.unit == bindparam("of_unit")

    def among(column: Column[str]) -> ColumnElement[bool]:
        if postgres:
            return column == any_(func.string_to_array(bindparam("ids"), " ", type_=ARRAY(Text)))
        return column.in_(select(func.json_each(bindparam("ids")).table_valued("value").c.value))

    return union_all(
        select(literal_column(str(_KEPT)).label("what"), *KEPT).where(among(record.c.id)),
        select(literal_column(str(_ERASED)), erased.c.target, *_NOTHING).where(mine, among(erased.c.target)),
        select(literal_column(str(_REFUSED)), refused.c.id, *_NOTHING).where(among(refused.c.id)),
    )
