"""The district's store: one promise on two databases. Only this package speaks SQL.

`read` gives one snapshot, `write` one transaction; both give a SQLAlchemy connection to the functions of the
modules beside this one. Whoever adds records calls `records.lock_numbers` first (docs/adr/0004).
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection as Connection
from sqlalchemy import Engine, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool

from sync.records.errors import Refused, Unavailable
from sync.server.sealing import Sealer
from sync.server.store import news
from sync.server.store.engine import POOL_MORE, POOL_SIZE, WRITE, open_engine, parse_url
from sync.server.store.schema import setting

PUBLIC_URL: Final = "public_url"
"""Setting: the address under which browsers reach the pages, where `init --url` said so."""

SERVED_AT: Final = "served_at"
"""Setting: where the server last listened."""

StoreBusy = OperationalError
"""What a connection raises where the database is away or stays locked: to be tried again."""

_NO_DISK: Final = frozenset({"53100", "58030"})
"""What PostgreSQL says where its disk is full, or cannot be written to."""


@dataclass(frozen=True, slots=True)
class District:
    """Who this district is: its root unit, its own store id, its name."""

    unit: str
    store: str
    name: str


@dataclass(frozen=True, slots=True)
class PoolState:
    """Connections in use and idle; ``most`` is how many there may be."""

    in_use: int
    idle: int
    most: int


def disk_is_full(error: StoreBusy) -> bool:
    """Whether the database's disk took no more, or could not be written to: to try again helps once it can."""
    said = str(error.orig)
    return getattr(error.orig, "sqlstate", "") in _NO_DISK or "disk is full" in said or "disk I/O error" in said


class DistrictStore:
    """Opened once per process; safe for threads."""

    def __init__(self, engine: Engine, key: bytes | None) -> None:
        self._engine = engine
        self._sealer = Sealer(key) if key else None
        self.postgres = engine.dialect.name == "postgresql"
        # SQLite has one writer: waiting in line here is fair, polling the file's lock is not.
        self._one_writer = threading.Lock()
        self._counting = threading.Lock()
        self.writers_waiting = 0
        self._committed = threading.Event()

    @classmethod
    def open(cls, url: str, key: bytes | None) -> DistrictStore:
        """Open a store that `create` made, bringing an older schema up to this program's.

        ``key`` is SQLCipher's, and files are sealed under what is derived from it; on PostgreSQL it is for files alone.
        Refused ("district.no_store", "district.newer_store"), Damaged ("district.wrong_key").
        """
        from sync.server.store.migrate import bring_up

        return cls._open(url, key, bring_up)

    @classmethod
    def create(cls, url: str, key: bytes | None) -> DistrictStore:
        """Make the tables in an empty database; Refused ("district.exists") where there are some already."""
        from sync.server.store.migrate import create

        parsed = parse_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).touch(mode=0o600)
        return cls._open(url, key, create)

    @classmethod
    def _open(cls, url: str, key: bytes | None, prepare: Callable[[Engine], None]) -> DistrictStore:
        parsed = parse_url(url)
        if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").exists():
            raise Refused("district.no_store")
        engine = open_engine(parsed, key)
        try:
            prepare(engine)
        except OperationalError as error:
            engine.dispose()
            raise Unavailable("district.no_database") from error
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, key)

    @property
    def sealer(self) -> Sealer:
        """What seals and opens files; Unavailable ("district.no_files_key") where a PostgreSQL's key is not here."""
        if self._sealer is None:
            raise Unavailable("district.no_files_key")
        return self._sealer

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot of committed data; nothing that is written here is kept."""
        with self._engine.connect() as connection:
            yield connection
            connection.rollback()

    @contextlib.contextmanager
    def look(self) -> Iterator[Connection]:
        """One statement alone, which sees one snapshot: on PostgreSQL no transaction is begun and ended around it."""
        if not self.postgres:
            with self.read() as connection:
                yield connection
            return
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: committed at the end, nothing of it kept after an exception."""
        if self.postgres:
            writer = self._engine.connect().execution_options(isolation_level="READ COMMITTED")
            with writer as connection, connection.begin():
                yield connection
            return
        with self._in_line():
            writer = self._engine.connect().execution_options(**{WRITE: True})
            with writer as connection, connection.begin():
                yield connection
        self._committed.set()

    def watch(self) -> contextlib.AbstractContextManager[news.Watch]:
        """Wait for what is committed here, or by another process at the same database. One at a time."""
        return news.watch(self._engine, self._committed)

    @contextlib.contextmanager
    def _in_line(self) -> Iterator[None]:
        with self._counting:
            self.writers_waiting += 1
        try:
            self._one_writer.acquire()
        finally:
            with self._counting:
                self.writers_waiting -= 1
        try:
            yield
        finally:
            self._one_writer.release()

    def pool(self) -> PoolState:
        """Return how the connections of this process stand."""
        pool = self._engine.pool
        assert isinstance(pool, QueuePool)  # noqa: S101 - engine.py makes no other
        return PoolState(pool.checkedout(), pool.checkedin(), POOL_SIZE + POOL_MORE)

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()


def get_setting(conn: Connection, name: str) -> str | None:
    """Return the district's setting ``name``."""
    return conn.execute(select(setting.c.value).where(setting.c.name == name)).scalar()


def set_setting(conn: Connection, name: str, value: str) -> None:
    """Set the district's setting ``name``."""
    insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    given = insert(setting).values(name=name, value=value)  # two servers that start at once both say where they are
    conn.execute(given.on_conflict_do_update(index_elements=[setting.c.name], set_={"value": value}))


def district(conn: Connection) -> District:
    """Return who this district is; Refused ("district.no_store") before `init` has said so."""
    rows = conn.execute(select(setting).where(setting.c.name.in_(("unit", "store", "name"))))
    found = {row.name: row.value for row in rows}
    if len(found) < 3:
        raise Refused("district.no_store")
    return District(found["unit"], found["store"], found["name"])
