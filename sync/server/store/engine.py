"""Connections of the district's store: SQLCipher through sqlcipher3, or PostgreSQL through psycopg 3."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from sync.records.errors import Damaged, Refused

BUSY_SECONDS: Final = 30
POOL_SIZE: Final = 10
POOL_MORE: Final = 40
"""Connections that a process keeps, and those beyond them that it gives back: more than its threads use at once."""

WRITE: Final = "qianshao_write"
"""Execution option of a connection that is about to write: BEGIN IMMEDIATE on SQLite."""


def parse_url(text: str) -> URL:
    """Return the URL of a store; Refused where it holds a password or names another kind of database.

    A password in a URL is seen in the process list and in shell histories: PGPASSFILE or PGSERVICEFILE keep it.
    """
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise Refused("district.bad_db_url") from error
    if url.password is not None or any("password" in name.lower() for name in url.query):
        raise Refused("district.password_in_db_url")
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        return url
    raise Refused("district.bad_db_url")


def open_engine(url: URL, key: bytes | None) -> Engine:
    """Return an engine for ``url``; ``key`` (32 bytes) is SQLCipher's raw key, unused on PostgreSQL."""
    if url.get_backend_name() == "postgresql":
        # REPEATABLE READ gives a reader one snapshot; writers ask for READ COMMITTED (store.py).
        return create_engine(
            url, hide_parameters=True, pool_size=POOL_SIZE, max_overflow=POOL_MORE, isolation_level="REPEATABLE READ"
        )
    if key is None or len(key) != 32:
        raise Refused("district.no_key")
    return _sqlcipher(Path(url.database or ""), key)


def _sqlcipher(path: Path, key: bytes) -> Engine:
    import sqlcipher3.dbapi2 as sqlcipher

    def connect() -> Any:
        connection = sqlcipher.connect(
            str(path), timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        cursor = connection.cursor()
        cursor.execute("PRAGMA cipher_log_level = NONE")
        cursor.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlcipher.DatabaseError as error:
            connection.close()
            raise Damaged("district.wrong_key") from error
        for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON", "temp_store = MEMORY"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        return connection

    engine = create_engine(
        "sqlite+pysqlite://",
        module=sqlcipher,
        creator=connect,
        hide_parameters=True,
        poolclass=QueuePool,
        pool_size=POOL_SIZE,
        max_overflow=POOL_MORE,
    )
    _begin_explicitly(engine)
    return engine


def _begin_explicitly(engine: Engine) -> None:
    """Take BEGIN out of the driver's hands: two default BEGINs that read, then write, lose updates or fail."""

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        mode = "IMMEDIATE" if connection.get_execution_options().get(WRITE) else "DEFERRED"
        connection.exec_driver_sql(f"BEGIN {mode}")
