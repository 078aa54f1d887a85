"""A list leaf by leaf: the rows between two of its keys, and where every leaf of the list ends.

A key is what a row is sorted by together with its line, so that a leaf is found by the index at once, however far down
the list it lies, and rows that come or go meanwhile make one leaf longer or shorter and move no other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Text, func, literal, select, tuple_, type_coerce

from desktop.store.listing import Filter, List, chosen_lines, lines_of, list_of, order_of, rows_at, sorted_by
from desktop.store.reader import CHUNK, Reader
from desktop.store.stopping import interrupted, stoppable
from desktop.store.tables import record, with_ids
from sync.records.errors import Refused

LEAF = 100
"""So many rows a leaf has when it is first cut."""
Key = tuple[int | str, int]
"""What a row is sorted by (a moment in microseconds, a state, its line) and its line."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """Rows in their order, the key of the last line that was looked at, and whether more lie behind it."""

    rows: Sequence[Any]
    end: Key | None
    more: bool


@dataclass(frozen=True, slots=True)
class Spine:
    """The key at which each leaf ends, and how many rows the last one has; the others have `LEAF`."""

    ends: list[Key]
    last: int


def leaf(
    reader: Reader,
    name: str,
    chosen: Filter,
    after: Key | None = None,
    upto: Key | None = None,
    limit: int = LEAF,
) -> Leaf:
    """Return the rows behind ``after`` (from the top for None) up to and with ``upto``, at most ``limit``."""
    each = list_of(reader, name)
    statement, check = chosen_lines(reader, each, chosen)
    statement = _bounded(each, chosen, statement, after, upto).with_only_columns(*_columns(each, chosen))
    found: list[Key] = []
    with reader.conn.execute(
        statement if check else statement.limit(limit + 1), execution_options={"yield_per": CHUNK}
    ) as rows:
        for some in rows.partitions():
            keys: list[Key] = [(row[0], row[1]) for row in some]
            if check is not None:
                kept = {line for line, value in reader.at_lines(line for _, line in keys) if check(line, value)}
                keys = [key for key in keys if key[1] in kept]
            found += keys
            if len(found) > limit:
                break
    shown = found[:limit]
    return Leaf(rows_at(reader, name, [line for _, line in shown]), shown[-1] if shown else None, len(found) > limit)


def spine(reader: Reader, name: str, chosen: Filter, after: Key | None, cancelled: Callable[[], bool] = bool) -> Spine:
    """Return where each leaf behind ``after`` ends. Reads the whole list once, its index only where that suffices.

    Refused("lists.cancelled") where ``cancelled`` says so.
    """
    each = list_of(reader, name)
    statement, check = chosen_lines(reader, each, chosen)
    if cancelled():
        raise Refused("lists.cancelled")
    try:
        with stoppable(reader.conn, cancelled):
            if check is None:
                return _spine(reader, each, chosen, after, statement)
            return _checked_spine(reader, name, chosen, after, cancelled)
    except Exception as error:
        if interrupted(error) or cancelled():
            raise Refused("lists.cancelled") from error
        raise


def keys_at(reader: Reader, name: str, chosen: Filter, lines: Sequence[int]) -> list[Key]:
    """Return the keys of ``lines``, in their order; lines that are not in the list any more are left out."""
    each = list_of(reader, name)
    found: dict[int, Key] = {}
    for start in range(0, len(lines), CHUNK):
        some = list(lines[start : start + CHUNK])
        asked = select(*_columns(each, chosen)).where(each.source.c.line.in_(some))
        found |= {row[1]: (row[0], row[1]) for row in reader.conn.execute(asked)}
    return [found[line] for line in lines if line in found]


def key_of(reader: Reader, name: str, chosen: Filter, record_id: str) -> Key | None:
    """Return the key at which a record would stand in the list; None where it is not of the list's kind."""
    line = reader.conn.scalar(select(record.c.line).where(with_ids([record_id])))
    return next(iter(keys_at(reader, name, chosen, [line])), None) if line is not None else None


def _spine(reader: Reader, each: List, chosen: Filter, after: Key | None, statement: Select[Any]) -> Spine:
    value, line = _columns(each, chosen)
    number = func.row_number().over(order_by=order_of(each, chosen)).label("number")
    behind = _bounded(each, chosen, statement, after, None).order_by(None)
    c = behind.with_only_columns(value, line, number).select_from(each.source).subquery().c
    asked = select(c.value, c.line).where(c.number % LEAF == 0).order_by(c.number)
    ends: list[Key] = [(row.value, row.line) for row in reader.conn.execute(asked)]
    rest = _bounded(each, chosen, statement, ends[-1] if ends else after, None).with_only_columns(value, line)
    left = reader.conn.execute(rest.limit(LEAF)).all()  # fewer than a leaf, but for rows that came meanwhile
    if not left:
        return Spine(ends, LEAF if ends else 0)
    return Spine([*ends, (left[-1][0], left[-1][1])], len(left))


def _checked_spine(
    reader: Reader, name: str, chosen: Filter, after: Key | None, cancelled: Callable[[], bool]
) -> Spine:
    lines = lines_of(reader, name, chosen, cancelled)
    if cancelled():
        raise Refused("lists.cancelled")
    start = lines.index(after[1]) + 1 if after is not None and after[1] in lines else 0
    rest = lines[start:]
    ends = [*rest[LEAF - 1 :: LEAF], *([rest[-1]] if len(rest) % LEAF else [])]
    return Spine(keys_at(reader, name, chosen, ends), len(rest) % LEAF or min(len(rest), LEAF))


def _columns(each: List, chosen: Filter) -> tuple[Any, Any]:
    first, line = sorted_by(each, chosen), each.source.c.line
    if first is None:
        return line.label("value"), line
    return type_coerce(first, Text if first is each.state else Integer).label("value"), line


def _bounded(each: List, chosen: Filter, statement: Select[Any], after: Key | None, upto: Key | None) -> Select[Any]:
    first, line = sorted_by(each, chosen), each.source.c.line
    left: ColumnElement[Any]
    right: ColumnElement[Any]
    for key, beyond in ((after, True), (upto, False)):
        if key is None:
            continue
        if first is None:
            left, right = line, literal(key[1])
        else:
            kind = Text if first is each.state else Integer
            left = tuple_(type_coerce(first, kind), line)
            right = tuple_(literal(key[0], kind), literal(key[1]))
        if beyond:
            statement = statement.where(left > right if chosen.rising else left < right)
        else:
            statement = statement.where(left <= right if chosen.rising else left >= right)
    return statement


def ids_behind(reader: Reader, name: str, chosen: Filter, after: Key | None, skipped: int, count: int) -> list[str]:
    """Return the ids of up to ``count`` rows, in their order; the first is ``skipped`` rows behind ``after``."""
    each = list_of(reader, name)
    statement, check = chosen_lines(reader, each, chosen)
    statement = _bounded(each, chosen, statement, after, None)
    if check is None:
        lines = list(reader.conn.scalars(statement.limit(count).offset(skipped)))
    else:
        lines = list(lines_of(reader, name, chosen))
        start = lines.index(after[1]) + 1 if after is not None and after[1] in lines else 0
        lines = lines[start + skipped : start + skipped + count]
    found: dict[int, str] = {}
    for begin in range(0, len(lines), CHUNK):
        asked = select(record.c.line, record.c.id).where(record.c.line.in_(lines[begin : begin + CHUNK]))
        found |= {row.line: row.id for row in reader.conn.execute(asked)}
    return [found[line] for line in lines if line in found]


def some_count(reader: Reader, name: str, chosen: Filter, most: int, cancelled: Callable[[], bool] = bool) -> int:
    """Return how many rows answer ``chosen``, ``most`` where there are as many or more; Refused("lists.cancelled")."""
    each = list_of(reader, name)
    statement, check = chosen_lines(reader, each, chosen)
    try:
        with stoppable(reader.conn, cancelled):
            if check is not None:
                return min(len(lines_of(reader, name, chosen, cancelled)), most)
            some = statement.order_by(None).limit(most).subquery()
            return reader.conn.scalar(select(func.count()).select_from(some)) or 0
    except Exception as error:
        if interrupted(error):
            raise Refused("lists.cancelled") from error
        raise
