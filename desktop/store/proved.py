"""What a verified receipt proves of this store's journal, and what of today's records it does not cover yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import msgspec

from desktop.store import chain
from desktop.store.identity import PLACE
from desktop.store.reader import Reader
from desktop.store.replaced import out_of_place
from desktop.store.work import Work
from sync.protocol.receipts import Statement

PROVED: Final = "proved"
CURSOR: Final = "cursor"
RECEIPT_UPTO: Final = "receipt_upto"
_LINK: Final = "SELECT link FROM record WHERE line >= ? AND ordinal = ? ORDER BY line DESC LIMIT 1"
_FIRST: Final = """
    SELECT line FROM record INDEXED BY record_id
    WHERE substr(id, 5) >= ? AND substr(id, 5) < ? AND substr(id, 17, 1) = '7' AND ordinal IS NOT NULL
    ORDER BY substr(id, 5) LIMIT 1
"""
_TODAY: Final = """
    SELECT kind, CASE
        WHEN state = 'held' THEN 'held' WHEN state = 'unsent' THEN 'unsent'
        WHEN ordinal <= ? AND district_seq <= ? THEN 'signed' ELSE 'uncovered' END AS standing, count(*)
    FROM record WHERE line >= ? AND ordinal IS NOT NULL GROUP BY kind, standing ORDER BY kind, standing
"""


_ALL: Final = """
    SELECT kind, CASE
        WHEN state = 'held' THEN 'held' WHEN state = 'unsent' THEN 'unsent'
        WHEN ordinal IS NULL OR line < ? THEN iif(district_seq <= ?, 'earlier', 'uncovered')
        WHEN ordinal <= ? AND district_seq <= ? THEN 'signed' ELSE 'uncovered' END AS standing, count(*)
    FROM record WHERE origin = 'own' AND state <> 'none' GROUP BY kind, standing ORDER BY kind, standing
"""


class Proof(msgspec.Struct, frozen=True):
    """The last receipt that was verified here: whole up to ``ordinal`` of this journal and ``upto`` of the district's
    numbers. ``missing`` are ordinals before it that the district names, ``differs`` that its chain is not ours.
    """

    id: str
    store: str
    number: int
    upto: int
    ordinal: int
    at: datetime
    missing: tuple[tuple[int, int], ...] = ()
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Lack:
    """Records of today that no verified receipt covers: ``standing`` is unsent, held or uncovered."""

    kind: str
    standing: str
    count: int


@dataclass(frozen=True, slots=True)
class Today:
    """How many records were written here today, and for how many of them the district has signed; a refused one whose
    place another has taken is none of them.
    """

    written: int
    signed: int
    lacks: tuple[Lack, ...]
    proof: Proof | None


NOTHING: Final = Today(0, 0, (), None)


def note(work: Work, statement: Statement) -> bool:
    """Note what a verified receipt proves; returns whether it proves this journal up to what it tells.

    Where the district's chain is not ours, or the store was written on twice, the file is an older copy: it takes a
    new id when it is opened next, begins a journal of its own, and pulls what it wrote itself after the last receipt.
    """
    told = statement.journal(work.store)
    if told is None or statement.store != work.store:
        return False
    differs = told.forked > 0 or (told.upto > 0 and link_at(work, told.upto).hex() != told.link)
    if not statement.agreed and not differs:
        return False
    ordinal = 0 if differs else told.upto
    proof = Proof(
        statement.id, work.store, statement.number, statement.upto, ordinal, statement.at, told.missing, differs
    )
    work.set_meta(PROVED, msgspec.json.encode(proof).decode())
    if differs:
        work.set_meta(PLACE, "")
        work.set_meta(CURSOR, work.meta(RECEIPT_UPTO) or "0")
    return not differs and not told.missing


def link_at(reader: Reader, ordinal: int) -> bytes:
    """Return the link of this journal at ``ordinal``; empty where it has none."""
    row = reader.sql(_LINK, (chain.journal_from(reader.sql), ordinal)).fetchone()
    return b"" if row is None else bytes(row[0])


def last_proof(reader: Reader) -> Proof | None:
    """Return the last receipt that was verified for this store's present id."""
    said = reader.meta(PROVED)
    proof = msgspec.json.decode(said, type=Proof) if said else None
    return proof if proof and proof.store == reader.store else None


def standings(reader: Reader) -> list[Lack]:
    """Count all that was written here by how it stands: signed, earlier (before ordinals, in a receipt), or lacking."""
    proof = last_proof(reader)
    covered = (proof.ordinal, proof.upto) if proof else (0, 0)
    first, upto = chain.journal_from(reader.sql), int(reader.meta(RECEIPT_UPTO) or 0)
    return _in_place(reader, reader.sql(_ALL, (first, upto, *covered)).fetchall())


def today(reader: Reader, start: datetime, end: datetime) -> Today:
    """Count what was written here from the first record of [start, end) on, by what the last proof says of it.

    The ids of ledger rows say no time (ids.py): whoever imports has signed in before, and that was written down.
    """
    found = reader.sql(_FIRST, (_time(start), _time(end))).fetchone()
    proof = last_proof(reader)
    if found is None:
        return replace(NOTHING, proof=proof)
    first = max(found[0], chain.journal_from(reader.sql))
    covered = (proof.ordinal, proof.upto) if proof else (0, 0)
    rows = _in_place(reader, reader.sql(_TODAY, (*covered, first)).fetchall(), first)
    signed = sum(row.count for row in rows if row.standing == "signed")
    lacks = tuple(row for row in rows if row.standing != "signed")
    return Today(sum(row.count for row in rows), signed, lacks, proof)


def _in_place(reader: Reader, rows: list[tuple[str, str, int]], first: int = 0) -> list[Lack]:
    """The rows without those held records whose place another has taken."""
    found = [Lack(*row) for row in rows]
    if not any(row.standing == "held" for row in found):
        return found
    gone = out_of_place(reader, first)
    found = [replace(row, count=row.count - gone[row.kind]) if row.standing == "held" else row for row in found]
    return [row for row in found if row.count]


def _time(moment: datetime) -> str:
    """Return how a UUIDv7 of this moment begins (RFC 9562, 5.7): milliseconds in hex."""
    return f"{int(moment.timestamp() * 1000):012x}"
