"""Schema versions: a store of this program's version is opened without loading Alembic."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text

from sync.records.errors import Refused
from sync.server.store.engine import WRITE
from sync.server.store.locks import Lock, hold

HEAD: Final = "0014"
"""The newest file in migrations/versions."""


def create(engine: Engine) -> None:
    """Make the tables in a database that has none of them."""
    with _alone(engine) as connection:
        if _version(connection) is not None:
            raise Refused("district.exists")
        _upgrade(connection)


def bring_up(engine: Engine) -> None:
    """Upgrade an older schema; refuse a newer one untouched."""
    with engine.connect() as connection:
        version = _version(connection)
    if version == HEAD:
        return
    if version is None:
        raise Refused("district.no_store")
    if version > HEAD:
        raise Refused("district.newer_store")
    with _alone(engine) as connection:
        _upgrade(connection)
        if version < "0006":
            _list_edits(connection)
        if version < "0009":
            _list_matters(connection)
        if version < "0011":
            _list_order_requests(connection)
        if version < "0012":
            _readdress(connection)
        if version < "0013":
            _list_mediations(connection)


def _list_edits(connection: Connection) -> None:
    """Fold the cards of a store of before 0003 once its schema is ours: no migration calls what may change."""
    from sync.server.store.cards import list_edits

    if connection.execute(text("SELECT 1 FROM card_edit LIMIT 1")).first() is None:
        list_edits(connection)


def _list_matters(connection: Connection) -> None:
    """List what belongs to matters, and which requests orders answer, of a store of before 0009."""
    from sync.server.store.matters import list_facts
    from sync.server.store.orders import list_requests

    list_facts(connection)
    list_requests(connection)


def _list_order_requests(connection: Connection) -> None:
    """List the requests for orders of a store of before 0011."""
    from sync.server.store.order_requests import list_requests_of_before

    list_requests_of_before(connection)


def _readdress(connection: Connection) -> None:
    """Give requests for orders that a unit could not pull to that unit, in a store of before 0012."""
    from sync.server.store.readdressing import readdress_requests

    readdress_requests(connection)


def _list_mediations(connection: Connection) -> None:
    """List the mediations of a store of before 0013, with what belongs to them."""
    from sync.server.store.mediations import list_mediations_of_before

    list_mediations_of_before(connection)


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """One process changes the schema, the others wait and then see what it did: READ COMMITTED, not a snapshot."""
    options = {"isolation_level": "READ COMMITTED"} if engine.dialect.name == "postgresql" else {WRITE: True}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        hold(connection, Lock.SCHEMA)
        yield connection


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def _upgrade(connection: Connection, upto: str = "head") -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, upto)
