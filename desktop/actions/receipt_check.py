"""Receipts looked at again, offline: signatures, their chain, this store's journal, and what covers each record."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from desktop.actions.desk import Done
from desktop.store import chain, district_keys, proved
from desktop.store.journal import RECEIPT_CHAIN
from desktop.store.proved import RECEIPT_UPTO
from desktop.store.receipts import list_receipts
from desktop.store.store import Reader, Store
from desktop.store.tally import numbered
from sync.protocol.messages import Receipt
from sync.protocol.receipts import Statement, of_receipt, verified
from sync.protocol.signed import MAX_BYTES, fingerprint
from sync.records.canonical import digest
from sync.records.errors import QianshaoError, RuleBroken, Unavailable

ALL: Final = 1_000_000
FINGERPRINT_DIGITS: Final = 32


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not fit: ``key`` is a wording key of the area "receipts" with ``values``."""

    key: str
    values: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found. ``covered`` records of this store's own journal are signed for; the others are named by kind and
    why (``lacks``); ``earlier`` were written by an older program and are covered by the receipts' own chain.
    """

    receipts: int
    signed: int
    written: int
    covered: int
    earlier: int
    lacks: tuple[proved.Lack, ...]
    faults: tuple[Fault, ...]


def check(store: Store) -> Checked:
    """Check every receipt and every record of this store; nothing is asked of the district."""
    with store.read() as reader:
        given = sorted(list_receipts(reader, ALL), key=lambda r: (r.after, r.at, r.id))
        keys = district_keys.trusted(reader)
        statements = {one.id: _statement(one, keys) for one in given}
        faults = [found for one in given if isinstance(found := statements[one.id], Fault)]
        faults += _hang_together(reader, given)
        faults += _journal(reader, [said for said in statements.values() if isinstance(said, Statement)])
        rows = proved.standings(reader)
    counted = Counter[str]()
    for row in rows:
        counted[row.standing] += row.count
    return Checked(
        receipts=len(given),
        signed=sum(isinstance(said, Statement) for said in statements.values()),
        written=sum(counted.values()) - counted["earlier"],
        covered=counted["signed"],
        earlier=counted["earlier"],
        lacks=tuple(row for row in rows if row.standing not in ("signed", "earlier")),
        faults=tuple(faults),
    )


def _statement(one: Receipt, keys: Sequence[bytes]) -> Statement | Fault | None:
    try:
        return of_receipt(one, keys)
    except QianshaoError as error:
        return Fault(error.key, {**{name: str(value) for name, value in error.values.items()}, "id": one.id})


def _hang_together(reader: Reader, given: Sequence[Receipt]) -> list[Fault]:
    """Walk the agreed receipts from the last one back to the first: each digest is the store's, each chain value fits.

    The last value is proved by its signature, and hangs on all digests before it.
    """
    agreed = {(one.upto, one.chain): one for one in given if one.agreed}
    upto, value = int(reader.meta(RECEIPT_UPTO) or 0), reader.meta(RECEIPT_CHAIN) or ""
    faults: list[Fault] = []
    while upto or value:
        one = agreed.pop((upto, value), None)
        if one is None:
            return [*faults, Fault("receipts.gone", {"upto": upto})]
        lines = numbered(reader, one.after, one.upto)
        if (Counter(line[0] for line in lines), digest(lines)) != (one.counts, one.digest):
            faults.append(Fault("receipts.digest", {"id": one.id, "after": one.after, "upto": one.upto}))
        before = _former(agreed, one)
        if before is None:
            return [*faults, Fault("receipts.chain", {"id": one.id})]
        upto, value = before
    return faults


def _former(agreed: dict[tuple[int, str], Receipt], one: Receipt) -> tuple[int, str] | None:
    """Return what ``one`` hangs on; None where nothing here gives its chain value."""
    told = [(0, "")] if not one.after else []
    told += [place for place in agreed if place[0] == one.after]
    return next(
        (place for place in told if hashlib.sha256((place[1] + one.digest).encode()).hexdigest() == one.chain), None
    )


def _journal(reader: Reader, statements: Sequence[Statement]) -> list[Fault]:
    """Compute the chain of this store's journal anew, and compare it with what the district signed for."""
    found = chain.verify(reader.sql, reader.store)
    faults = [Fault("receipts.broken", {"ordinal": ordinal}) for ordinal in found.broken]
    last: dict[str, str | int] = {}
    for said in statements:
        told = said.journal(reader.store)
        if told and told.upto and proved.link_at(reader, told.upto).hex() != told.link:
            last = {"id": said.id, "ordinal": told.upto}
    if last:
        faults.append(Fault("receipts.differs", last))
    proof = proved.last_proof(reader)
    for first, upto in proof.missing if proof else ():
        faults.append(Fault("receipts.missing", {"first": first, "last": upto}))
    return faults


def check_file(store: Store, path: Path) -> Statement:
    """Check one signed receipt in a file; Unavailable where it cannot be read, Damaged or Refused where it is none."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Unavailable("receipts.no_file", file=path.name) from error
    with store.read() as reader:
        return verified(content, district_keys.trusted(reader))


def expect_key(store: Store, said: str) -> Done:
    """Note the fingerprint of the district's new key, as its administrator told it; the next exchange looks at it."""
    plain = district_keys.plain(said)
    if len(plain) != FINGERPRINT_DIGITS or set(plain) - set("0123456789abcdef"):
        raise RuleBroken("receipts.bad_fingerprint", field="fingerprint")
    with store.write() as work:
        district_keys.expect(work, plain)
        work.changed("exchange")
    return Done("", changes=work.changes)


def fingerprint_of(store: Store) -> str:
    """Return the fingerprint of the district's key that is believed here; empty before any."""
    with store.read() as reader:
        keys = district_keys.trusted(reader)
    return fingerprint(keys[-1]) if keys else ""
