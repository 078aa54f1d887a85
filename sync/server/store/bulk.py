"""The fast ways: many records in by one statement, and many ids asked for by one parameter."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import ARRAY, BigInteger, Column, ColumnElement, Connection, Text, any_, func, literal, select

RECORD_COLUMNS: Final = (
    "id",
    "kind",
    "hash",
    "salt",
    "body",
    "seq",
    "scope",
    "origin",
    "unit",
    "received_at",
    "readable",
)
_TYPES: Final = ("text", "text", "bytea", "bytea", "bytea", "int8", "text", "text", "text", "int8", "bool")

T = TypeVar("T", str, int)
RecordRow = tuple[str, str, bytes, bytes, bytes, int, str, str, str, int, bool]
"""One row in the order of ``RECORD_COLUMNS``."""


def insert_records(conn: Connection, rows: Sequence[RecordRow]) -> None:
    """Insert ``rows``; all or none, as the caller's transaction goes."""
    if not rows:
        return
    names = ", ".join(RECORD_COLUMNS)
    if conn.dialect.name == "postgresql":
        driver: Any = conn.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY record ({names}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(_TYPES)
            for row in rows:
                copy.write_row(row)
        return
    places = ", ".join("?" * len(RECORD_COLUMNS))
    conn.exec_driver_sql(f"INSERT INTO record ({names}) VALUES ({places})", list(rows))  # noqa: S608


def among(conn: Connection, column: Column[T], values: Collection[T]) -> ColumnElement[bool]:
    """Return the condition that ``column`` is one of ``values``, sent as one array or one JSON text.

    A page asks for thousands of ids or numbers: a parameter for each costs more than the rows that come back.
    """
    wanted = sorted(set(values))
    if conn.dialect.name == "postgresql":
        item = Text if column.type.python_type is str else BigInteger
        return column == any_(literal(wanted, ARRAY(item)))
    return column.in_(select(func.json_each(json.dumps(wanted)).table_valued("value").c.value))
