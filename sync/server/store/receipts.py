"""Receipts that the district gave: the chain of each station's day ends."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, select

from sync.protocol.messages import Receipt
from sync.server.store.schema import counter, receipt
from sync.server.store.together import Question, say

_LAST: Final = select(counter.c.value).where(counter.c.name == "receipt").with_for_update()
_NUMBERED: Final = counter.update().where(counter.c.name == "receipt")
_PUT: Final = receipt.insert()

NEXT_NUMBER: Final = Question(_LAST, {}, lambda rows: int(rows[0][0]) + 1)
"""Ask for the number of the next signed receipt, and let nobody else give one until this transaction ends: each is
given once, in the order of commits. `put_receipt` says that it was given.
"""


def put_receipt(conn: Connection, given: Receipt, number: int | None = None) -> None:
    """Keep a receipt, with its number where it is signed; nothing is asked back (`together`)."""
    if number is not None:
        say(conn, _NUMBERED, {"value": number})
    say(
        conn,
        _PUT,
        {
            "id": given.id,
            "store": given.store,
            "unit": given.unit,
            "after": given.after,
            "upto": given.upto,
            "counts": json.dumps(given.counts, sort_keys=True),
            "digest": given.digest,
            "agreed": given.agreed,
            "chain": given.chain,
            "at": given.at,
            "number": number,
            "signed": given.signed or None,
        },
    )


def get_receipt(conn: Connection, receipt_id: str) -> Receipt | None:
    """Return one receipt; None where there is none of this id."""
    row = conn.execute(select(receipt).where(receipt.c.id == receipt_id)).one_or_none()
    return None if row is None else receipt_of(row._mapping)


def last_receipt(conn: Connection, store: str) -> Receipt | None:
    """Return the newest receipt that ``store`` got."""
    query = select(receipt).where(receipt.c.store == store).order_by(receipt.c.at.desc(), receipt.c.id.desc()).limit(1)
    row = conn.execute(query).first()
    return None if row is None else receipt_of(row._mapping)


def receipts(conn: Connection, store: str | None = None) -> Iterator[Receipt]:
    """Yield all receipts, or those that ``store`` got, the oldest first."""
    query = select(receipt).order_by(receipt.c.store, receipt.c.at, receipt.c.id)
    for row in conn.execute(query if store is None else query.where(receipt.c.store == store)):
        yield receipt_of(row._mapping)


def receipt_of(row: Mapping[str, Any] | RowMapping) -> Receipt:
    """Return the receipt that the columns of `receipt` spell."""
    return Receipt(
        id=row["id"],
        store=row["store"],
        unit=row["unit"],
        after=row["after"],
        upto=row["upto"],
        counts=json.loads(row["counts"]),
        digest=row["digest"],
        agreed=row["agreed"],
        chain=row["chain"],
        at=row["at"],
        signed=row["signed"] or b"",
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
