"""What was refused, and why: names only, never content; a record that is accepted later leaves the list.

One that another record replaces stays, for its journal names it, and is no longer open.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from sync.server.store.bulk import among
from sync.server.store.directory import clean
from sync.server.store.schema import refused, station_store


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused record: ``reason`` is a wording key of "protocol", ``replaced_by`` what stands in its place."""

    id: str
    hash: bytes
    kind: str
    store: str
    unit: str
    reason: str
    at: datetime
    replaced_by: str | None = None


_COLUMNS = (
    *(refused.c.id, refused.c.hash, refused.c.kind, refused.c.store, refused.c.unit),
    *(refused.c.reason, refused.c.at, refused.c.replaced_by),
)


def put_refusals(conn: Connection, found: Sequence[Refusal]) -> None:
    """List ``found``; one that was said before keeps its place with the new reason and time."""
    rows: dict[tuple[str, bytes], dict[str, object]] = {}
    for item in found:
        name = (clean(item.id)[:64], item.hash[:32])
        rows[name] = {
            "id": name[0],
            "hash": name[1],
            "kind": clean(item.kind)[:40],
            "store": item.store,
            "unit": item.unit,
            "reason": item.reason,
            "at": item.at,
        }
    replaced = _replaced(conn, [name for name, _ in rows])
    forget_refusals(conn, [name for name, _ in rows])
    if rows:
        conn.execute(refused.insert(), [{**row, "replaced_by": replaced.get(name)} for name, row in rows.items()])


def forget_refusals(conn: Connection, ids: Collection[str]) -> None:
    """Take records off the list."""
    if ids:
        conn.execute(refused.delete().where(among(conn, refused.c.id, ids)))


def refused_among(conn: Connection, ids: Collection[str]) -> set[tuple[str, bytes]]:
    """Return id and hash of those of ``ids`` that are on the list."""
    if not ids:
        return set()
    query = select(refused.c.id, refused.c.hash).where(among(conn, refused.c.id, ids))
    return {(row.id, row.hash) for row in conn.execute(query)}


def replace_refusals(conn: Connection, unit: str, places: Mapping[str, str]) -> None:
    """Note what took the place of refused records of ``unit``: old id to new id."""
    for old, new in places.items():
        conn.execute(refused.update().where(refused.c.id == old, refused.c.unit == unit).values(replaced_by=new))


def open_refusals(conn: Connection) -> dict[str, int]:
    """Return how many refused records of each device's stores have nothing in their place."""
    query = (
        select(station_store.c.device, func.count().label("open"))
        .join_from(refused, station_store, station_store.c.store == refused.c.store)
        .where(refused.c.replaced_by.is_(None))
        .group_by(station_store.c.device)
    )
    return {row.device: row.open for row in conn.execute(query)}


def refusals_of(conn: Connection, stores: Collection[str], limit: int) -> list[Refusal]:
    """Return the refusals of these stores, open ones first and the newest first among them, ``limit`` at most."""
    if not stores:
        return []
    query = select(*_COLUMNS).where(among(conn, refused.c.store, stores))
    ordered = query.order_by(refused.c.replaced_by.is_not(None), refused.c.at.desc(), refused.c.id)
    return [Refusal(*row) for row in conn.execute(ordered.limit(limit))]


def refusals(conn: Connection, limit: int = 200) -> list[Refusal]:
    """Return the newest refusals."""
    query = select(*_COLUMNS).order_by(refused.c.at.desc()).limit(limit)
    return [Refusal(*row) for row in conn.execute(query)]


def _replaced(conn: Connection, ids: Collection[str]) -> dict[tuple[str, bytes], str]:
    """What is noted already: a record that is refused once more is no more open than it was."""
    if not ids:
        return {}
    query = select(refused.c.id, refused.c.hash, refused.c.replaced_by)
    found = conn.execute(query.where(among(conn, refused.c.id, ids), refused.c.replaced_by.is_not(None)))
    return {(row.id, row.hash): row.replaced_by for row in found}
