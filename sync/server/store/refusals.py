"""What was refused, and why: names only, never content; a record that is accepted later leaves the list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from sync.server.store.bulk import among
from sync.server.store.directory import clean
from sync.server.store.schema import refused


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused record: ``reason`` is a wording key of the area "protocol"."""

    id: str
    hash: bytes
    kind: str
    store: str
    unit: str
    reason: str
    at: datetime


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
    forget_refusals(conn, [name for name, _ in rows])
    if rows:
        conn.execute(refused.insert(), list(rows.values()))


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


def refusals(conn: Connection, limit: int = 200) -> list[Refusal]:
    """Return the newest refusals."""
    query = select(
        refused.c.id, refused.c.hash, refused.c.kind, refused.c.store, refused.c.unit, refused.c.reason, refused.c.at
    )
    return [Refusal(*row) for row in conn.execute(query.order_by(refused.c.at.desc()).limit(limit))]
