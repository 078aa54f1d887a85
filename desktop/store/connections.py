"""SQLAlchemy's engines over the connections of raw.py: one that writes, a few that read, and fresh ones."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import NullPool, Pool, QueuePool, StaticPool
from sqlcipher3 import dbapi2 as sqlcipher

from desktop.store.raw import working_connection


def _engine(path: Path, key: bytes, begin: str, pool: type[Pool], **options: Any) -> Engine:
    engine = create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=partial(working_connection, path, key),
        poolclass=pool,
        hide_parameters=True,
        **options,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def write_engine(path: Path, key: bytes) -> Engine:
    """One connection whose every transaction is BEGIN IMMEDIATE; the store's lock guards it."""
    return _engine(path, key, "BEGIN IMMEDIATE", StaticPool)


def read_engine(path: Path, key: bytes) -> Engine:
    """A few connections whose transactions each read one snapshot."""
    return _engine(path, key, "BEGIN DEFERRED", QueuePool, pool_size=3, max_overflow=5)


def fresh_engine(path: Path, key: bytes) -> Engine:
    """A new connection each time: a full-text index looks broken to one that saw it before others rebuilt it."""
    return _engine(path, key, "BEGIN DEFERRED", NullPool)
