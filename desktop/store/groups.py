"""How many rows of a list stand in each state, category, channel or day, for what is filtered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Integer, Select, func, select, type_coerce

from desktop.store.listing import LISTS, Filter, List, chosen_lines, list_of
from desktop.store.narrowing import answer
from desktop.store.reader import Reader
from desktop.store.stopping import interrupted, stoppable
from sync.records.errors import Refused

DAY_MICROS: Final = 86_400_000_000
_OFFSET_MICROS: Final = 8 * 3_600_000_000
"""Days are counted at +08:00."""


def ways(name: str) -> tuple[str, ...]:
    """Return by what the rows of a list can be counted: state, day, category, channel, purpose, the cheapest first."""
    each = LISTS[name]
    found = ["state"] if each.state is not None else []
    found += ["day"] if each.sorts else []
    return (*found, *(field for field in ("category", "channel", "purpose") if field in each.says))


def counts(reader: Reader, name: str, chosen: Filter, by: str, cancelled: Callable[[], bool] = bool) -> dict[str, int]:
    """Return how many rows that answer ``chosen`` stand in each value of ``by``, whatever ``chosen`` says of that.

    A day is named by its number since 1970. States and days are counted in the index; a channel or a category is
    read from the records themselves, five seconds for a million. Refused("lists.cancelled").
    """
    each = list_of(reader, name)
    statement, check = chosen_lines(reader, each, _open(chosen, by))
    if cancelled():
        raise Refused("lists.cancelled")
    try:
        with stoppable(reader.conn, cancelled):
            if check is not None:
                return _checked(reader, each, statement, by, check)
            value = _value(each, by).label("value")
            rows = statement.order_by(None).with_only_columns(value).select_from(each.source).subquery()
            asked = select(rows.c.value, func.count()).group_by(rows.c.value)
            return {str(row[0]): row[1] for row in reader.conn.execute(asked) if row[0] is not None}
    except Exception as error:
        if interrupted(error):
            raise Refused("lists.cancelled") from error
        raise


def _open(chosen: Filter, by: str) -> Filter:
    none: frozenset[str] = frozenset()
    if by == "state":
        return replace(chosen, states=none)
    if by == "category":
        return replace(chosen, categories=none)
    if by == "purpose":
        return replace(chosen, purposes=none)
    return replace(chosen, channels=none) if by == "channel" else chosen


def _value(each: List, by: str) -> Any:
    if by == "state":
        return each.state
    if by == "day":
        return (type_coerce(next(iter(each.sorts.values())), Integer) + _OFFSET_MICROS) // DAY_MICROS
    return answer(each.source, each.says[by])


def _checked(reader: Reader, each: List, statement: Select[Any], by: str, check: Any) -> dict[str, int]:
    asked = statement.order_by(None).with_only_columns(each.source.c.line, _value(each, by).label("value"))
    told = {row[0]: str(row[1]) for row in reader.conn.execute(asked) if row[1] is not None}
    found: dict[str, int] = {}
    for line, value in reader.at_lines(told):
        if check(line, value):
            found[told[line]] = found.get(told[line], 0) + 1
    return found
