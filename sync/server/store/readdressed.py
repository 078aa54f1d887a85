"""Whether anything was addressed to a unit after it had its number (readdressing.py), and which unit a request asks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select

from sync.server.store.bulk import among
from sync.server.store.schema import order_request, readdressed

_ANY: Final[WeakKeyDictionary[Engine, bool]] = WeakKeyDictionary()


def any_readdressed(conn: Connection) -> bool:
    """Whether anything was ever readdressed here: asked once, for it is done before a server answers anybody."""
    if (known := _ANY.get(conn.engine)) is None:
        known = _ANY[conn.engine] = conn.execute(select(readdressed.c.seq).limit(1)).first() is not None
    return known


def forget_readdressed(conn: Connection) -> None:
    """Have it asked again."""
    _ANY.pop(conn.engine, None)


def asked_units(conn: Connection, requests: Collection[str]) -> dict[str, str]:
    """Return which unit each of ``requests`` asks: of those that an older program kept their scope does not say it."""
    if not requests:
        return {}
    query = select(order_request.c.record, order_request.c.to_unit)
    found = conn.execute(query.where(among(conn, order_request.c.record, requests)))
    return {row.record: row.to_unit for row in found}
