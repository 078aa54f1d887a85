"""Looks again at every receipt that this district gave and every journal that it took: what does not fit is named."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sync.protocol.messages import Receipt
from sync.protocol.receipts import Statement, of_receipt
from sync.records.chain import first_link, next_link
from sync.records.errors import QianshaoError
from sync.server.receipt_keys import known_keys
from sync.server.store import records
from sync.server.store.journals import Came, all_came, lines, missing
from sync.server.store.receipts import receipts
from sync.server.store.records import EVERYONE
from sync.server.store.refusals import refused_among
from sync.server.store.store import Connection, DistrictStore

_AT_ONCE = 1000
_KEYED = "8"


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not fit: ``key`` is a wording key of the area "district" with ``values``."""

    key: str
    values: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Verified:
    """How many receipts, signed ones among them, and journals were looked at, with how many lines."""

    receipts: int
    signed: int
    journals: int
    lines: int
    faults: tuple[Fault, ...]


def verify(store: DistrictStore) -> Verified:
    """Recompute all: journals without gaps, their lines kept or named as refused, digests, chains, signatures."""
    faults: list[Fault] = []
    with store.read() as conn:
        journals = all_came(conn)
        told = _told(conn)
        counted = sum(_follow(conn, now, told.get(now.store, {}), faults) for now in journals)
        given = list(receipts(conn))
        links: dict[tuple[str, int], set[str]] = {}
        for one in given:
            if one.agreed:
                links.setdefault((one.unit, one.upto), set()).add(one.chain)
        for one in given:
            former = links.get((one.unit, one.after), set()) if one.after else {""}
            faults += _look(conn, one, former)
        signed = sum(bool(one.signed) for one in given)
    return Verified(len(given), signed, len(journals), counted, tuple(faults))


def _told(conn: Connection) -> dict[str, dict[int, str]]:
    """Return which links the receipts told of, by store and ordinal."""
    found: dict[str, dict[int, str]] = {}
    keys = known_keys(conn).publics
    for one in receipts(conn):
        for told in statement.journals if (statement := _statement(one, keys)) else ():
            found.setdefault(told.store, {})[told.upto] = told.link
    return found


def _statement(one: Receipt, keys: Collection[bytes]) -> Statement | None:
    try:
        return of_receipt(one, keys)
    except QianshaoError:
        return None


def _follow(conn: Connection, now: Came, told: dict[int, str], faults: list[Fault]) -> int:
    """Walk one journal from its first line; returns how many lines it has."""
    for first, last in missing(conn, now):
        faults.append(Fault("district.receipts_missing", {"store": now.store, "first": first, "last": last}))
    if now.forked:
        faults.append(Fault("district.receipts_forked", {"store": now.store, "count": now.forked}))
    link, upto, counted = first_link(now.store), 0, 0
    page: dict[str, bytes] = {}
    for line in lines(conn, now.store, 1):
        counted += 1
        page[line.id] = line.hash
        if line.ordinal == upto + 1:
            upto, link = line.ordinal, next_link(link, line.id, line.hash)
            if told.get(upto, link.hex()) != link.hex():
                faults.append(Fault("district.receipts_link", {"store": now.store, "ordinal": upto}))
        if len(page) == _AT_ONCE:
            faults += _kept(conn, now.store, page)
            page = {}
    faults += _kept(conn, now.store, page)
    if (upto, link) != (now.upto, now.link):
        faults.append(Fault("district.receipts_journal", {"store": now.store, "upto": now.upto}))
    return counted


def _kept(conn: Connection, store: str, page: dict[str, bytes]) -> Iterator[Fault]:
    """Name the lines whose record is neither here, nor merged into another, nor refused."""
    here = records.kept(conn, page)
    away = [record_id for record_id, hash_ in page.items() if not _stands(record_id, hash_, here)]
    refused = refused_among(conn, away)
    for record_id in away:
        if (record_id, page[record_id]) not in refused:
            yield Fault("district.receipts_lost", {"store": store, "id": record_id})


def _stands(record_id: str, hash_: bytes, here: dict[str, records.Kept]) -> bool:
    kept = here.get(record_id)
    return kept is not None and (kept.hash == hash_ or record_id[16:17] == _KEYED)


def _look(conn: Connection, one: Receipt, former: Collection[str]) -> Iterator[Fault]:
    """Look at one receipt; ``former`` are the chain values that it may hang on."""
    try:
        of_receipt(one, known_keys(conn).publics)
    except QianshaoError:
        yield Fault("district.receipts_signature", {"id": one.id})
    if not one.agreed:
        return
    counts, digest = records.tally(conn, {EVERYONE, one.unit, one.store}, one.after, one.upto)
    if (counts, digest) != (one.counts, one.digest):
        yield Fault("district.receipts_digest", {"id": one.id, "after": one.after, "upto": one.upto})
    if one.chain not in {hashlib.sha256((chain + one.digest).encode()).hexdigest() for chain in former}:
        yield Fault("district.receipts_chain", {"id": one.id})
