"""Receipts that the district gave: the chain of each station's day ends."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, select

from sync.protocol.messages import Receipt
from sync.server.store.schema import receipt


def put_receipt(conn: Connection, given: Receipt) -> None:
    """Keep a receipt."""
    conn.execute(
        receipt.insert().values(
            id=given.id,
            store=given.store,
            unit=given.unit,
            after=given.after,
            upto=given.upto,
            counts=json.dumps(given.counts, sort_keys=True),
            digest=given.digest,
            agreed=given.agreed,
            chain=given.chain,
            at=given.at,
        )
    )


def get_receipt(conn: Connection, receipt_id: str) -> Receipt | None:
    """Return one receipt; None where there is none of this id."""
    row = conn.execute(select(receipt).where(receipt.c.id == receipt_id)).one_or_none()
    return None if row is None else _receipt(row)


def last_receipt(conn: Connection, store: str) -> Receipt | None:
    """Return the newest receipt that ``store`` got."""
    query = select(receipt).where(receipt.c.store == store).order_by(receipt.c.at.desc(), receipt.c.id.desc()).limit(1)
    row = conn.execute(query).first()
    return None if row is None else _receipt(row)


def _receipt(row: Row[Any]) -> Receipt:
    return Receipt(
        id=row.id,
        store=row.store,
        unit=row.unit,
        after=row.after,
        upto=row.upto,
        counts=json.loads(row.counts),
        digest=row.digest,
        agreed=row.agreed,
        chain=row.chain,
        at=row.at,
    )


def is_link(conn: Connection, stores: frozenset[str], upto: int, chain: str) -> bool:
    """Whether a receipt up to ``upto`` with ``chain`` was agreed with one of ``stores`` (a device's, old ones too)."""
    query = select(receipt.c.id).where(
        receipt.c.store.in_(sorted(stores)),
        receipt.c.upto == upto,
        receipt.c.chain == chain,
        receipt.c.agreed,
    )
    return conn.execute(query.limit(1)).scalar() is not None
