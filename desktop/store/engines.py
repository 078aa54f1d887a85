"""SQLAlchemy over the connections of raw.py: laid over one in use, or an engine for whoever makes a file."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2 as sqlcipher

from desktop.store.raw import working_connection


class _Within(SQLiteDialect_pysqlite):
    """The dialect of SQLCipher within a transaction of ours: it ends nothing and closes nothing."""

    supports_statement_cache = True

    def do_commit(self, dbapi_connection: Any) -> None:
        """Leave it to whoever began."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Leave it to whoever began."""

    def do_close(self, dbapi_connection: Any) -> None:
        """Leave it to whoever opened."""


_within = _Within(dbapi=sqlcipher)
_compiled: dict[Any, Any] = {}
"""Statements that were compiled once, for all connections."""


def laid_over(driver: Any) -> Connection:
    """Return SQLAlchemy's connection over a connection of the driver."""
    pool = StaticPool(lambda: driver, reset_on_return=None, dialect=_within)
    engine = Engine(pool, _within, make_url("sqlite://"), hide_parameters=True)
    return engine.connect().execution_options(compiled_cache=_compiled)


def write_engine(path: Path, key: bytes) -> Engine:
    """One connection whose every transaction is BEGIN IMMEDIATE: for whoever makes a file or changes its schema."""
    engine = create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=partial(working_connection, path, key),
        poolclass=StaticPool,
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
