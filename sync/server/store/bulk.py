"""The fast ways: many records in by one statement, and many ids asked for by one parameter."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import ARRAY, BigInteger, Column, ColumnElement, Connection, Text, any_, func, literal, select

from sync.server.store.months import part_of
from sync.server.store.together import at_driver

T = TypeVar("T", str, int)
_RECORD: Final = (
    *("id", "kind", "hash", "seq", "scope", "origin", "unit", "received_at", "readable", "month", "size"),
    "also",
)
_RECORD_TYPES: Final = (
    *("text", "text", "bytea", "int8", "text", "text", "text", "int8", "bool", "int4", "int4"),
    "text",
)
_CONTENT: Final = ("month", "seq", "id", "salt", "body")
_CONTENT_TYPES: Final = ("int4", "int8", "text", "bytea", "bytea")

RecordRow = tuple[str, str, bytes, int, str, str, str, int, bool, int, int, str | None]
"""One row of `record`, in the order of its columns."""

ContentRow = tuple[int, int, str, bytes, bytes]
"""One row of `content`: month, number, id, salt, body."""


def insert_records(conn: Connection, rows: Sequence[RecordRow], contents: Sequence[ContentRow]) -> None:
    """Insert records and their contents, of one month; all or none, as the caller's transaction goes."""
    if rows:
        _insert(conn, "record", _RECORD, _RECORD_TYPES, rows)
        into = part_of(contents[0][0]) if conn.dialect.name == "postgresql" else "content"
        _insert(conn, into, _CONTENT, _CONTENT_TYPES, contents)


def _insert(
    conn: Connection, into: str, columns: Sequence[str], types: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    names = ", ".join(columns)
    if conn.dialect.name == "postgresql":
        copying = f"COPY {into} ({names}) FROM STDIN (FORMAT BINARY)"
        with at_driver(conn) as driver, driver.cursor() as cursor, cursor.copy(copying) as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)
        return
    places = ", ".join("?" * len(columns))
    conn.exec_driver_sql(f"INSERT INTO {into} ({names}) VALUES ({places})", list(rows))  # noqa: S608


def among(conn: Connection, column: Column[T], values: Collection[T]) -> ColumnElement[bool]:
    """Return the condition that ``column`` is one of ``values``, sent as one array or one JSON text.

    A page asks for thousands of ids or numbers: a parameter for each costs more than the rows that come back.
    """
    wanted = sorted(set(values))
    if conn.dialect.name == "postgresql":
        item = Text if column.type.python_type is str else BigInteger
        return column == any_(literal(wanted, ARRAY(item)))
    return column.in_(select(func.json_each(json.dumps(wanted)).table_valued("value").c.value))
