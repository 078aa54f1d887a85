"""What a verified receipt proves of this store's journal, and what of today's records it does not cover yet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import msgspec

from desktop.store import chain
from desktop.store.identity import AGAIN_FROM, NEXT_ID, PLACE
from desktop.store.identity import CURSOR as CURSOR
from desktop.store.projections import UNSENT
from desktop.store.reader import Reader
from desktop.store.replaced import out_of_place
from desktop.store.work import Work
from sync.protocol.receipts import Statement
from sync.records.kinds import STORE_PREFIX, new_identity

PROVED: Final = "proved"
RECEIPT_UPTO: Final = "receipt_upto"
_PLACE: Final = "SELECT line, link FROM record WHERE line BETWEEN ? AND ? AND ordinal = ? ORDER BY line DESC LIMIT 1"
_LAST: Final = "SELECT coalesce(max(line), 0) FROM record"
_FIRST: Final = """
    SELECT line, ordinal FROM record INDEXED BY record_id
    WHERE substr(id, 5) >= ? AND substr(id, 5) < ? AND substr(id, 17, 1) = '7' AND ordinal IS NOT NULL
    ORDER BY substr(id, 5) LIMIT 1
"""
_WAITING: Final = f"""
    SELECT kind, state, count(*), sum(ordinal <= ?2) FROM {UNSENT} AS unsent
    CROSS JOIN record ON record.line = unsent.line
    WHERE unsent.line >= ?1 AND ordinal IS NOT NULL GROUP BY kind
    UNION ALL
    SELECT kind, state, count(*), sum(ordinal <= ?2) FROM record INDEXED BY record_held
    WHERE state = 'held' AND line >= ?1 AND ordinal IS NOT NULL GROUP BY kind
"""  # noqa: S608 our own words
_AFTER: Final = """
    SELECT kind, 'uncovered', count(*), 0 FROM record
    WHERE line >= ? AND line <= ? AND ordinal > ? AND state NOT IN ('unsent', 'held') GROUP BY kind
"""
"""Between two lines, what was written after the ordinal up to which the proof is whole, and does not wait."""
_BEYOND: Final = """
    SELECT kind, 'uncovered', count(*), count(*) FROM record INDEXED BY record_district_seq
    WHERE district_seq > ? AND line >= ? AND line <= ? AND ordinal <= ? AND state NOT IN ('unsent', 'held')
    GROUP BY kind
"""
"""Between two lines, what the proof's ordinals cover and its numbers do not."""


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
    ``line`` is the last one here that it may cover (0: not noted), what was pulled with it included.
    """

    id: str
    store: str
    number: int
    upto: int
    ordinal: int
    at: datetime
    missing: tuple[tuple[int, int], ...] = ()
    differs: bool = False
    line: int = 0


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
    head = chain.head(work.sql, work.store)
    line, link = _place(work, head, told.upto)
    differs = told.forked > 0 or (told.upto > 0 and link.hex() != told.link)
    if not statement.agreed and not differs:
        return False
    last = last_proof(work)
    if last is not None and not differs and statement.number < last.number and statement.at < last.at:
        return not told.missing  # an answer by stick, which was overtaken by a day end
    if told.upto == head.ordinal:
        line = work.sql(_LAST).fetchone()[0]
    ordinal, line = (0, 0) if differs else (told.upto, line)
    proof = Proof(
        statement.id, work.store, statement.number, statement.upto, ordinal, statement.at, told.missing, differs, line
    )
    work.set_meta(PROVED, msgspec.json.encode(proof).decode())
    if differs:
        _take_another_id(work)
    return not differs and not told.missing


def _take_another_id(work: Work) -> None:
    """This file is an older copy: from now on it gives out no number that the other one may have given out."""
    work.set_meta(PLACE, "")
    if work.meta(NEXT_ID) is None:
        work.set_meta(NEXT_ID, new_identity(STORE_PREFIX))
        work.set_meta(AGAIN_FROM, work.meta(RECEIPT_UPTO) or "0")
        work.sql("DELETE FROM lease")
        work.remembered.numbers = None


def link_at(reader: Reader, ordinal: int) -> bytes:
    """Return the link of this journal at ``ordinal``; empty where it has none."""
    return _place(reader, chain.head(reader.sql, reader.store), ordinal)[1]


def _place(reader: Reader, head: chain.Head, ordinal: int) -> tuple[int, bytes]:
    """Line and link of an ordinal; what was pulled behind the ``head`` of the journal is not looked through."""
    if ordinal == head.ordinal:
        return head.line, head.link if ordinal else b""
    row = reader.sql(_PLACE, (chain.journal_from(reader.sql), head.line, ordinal)).fetchone() if ordinal else None
    return (0, b"") if row is None else (int(row[0]), bytes(row[1]))


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

    The journal's ordinals count without looking at the records: what is signed for costs nothing. The ids of ledger
    rows say no time (ids.py): whoever imports has signed in before, and that was written down.
    """
    found = reader.sql(_FIRST, (_time(start), _time(end))).fetchone()
    proof = last_proof(reader)
    if found is None:
        return replace(NOTHING, proof=proof)
    begins = chain.journal_from(reader.sql)
    first, ordinal = found if found[0] >= begins else (begins, 1)
    head = chain.head(reader.sql, reader.store)
    covered, upto, line = (proof.ordinal, proof.upto, proof.line) if proof else (0, 0, 0)
    said = reader.sql(_WAITING, (first, covered)).fetchall()
    if head.ordinal - max(covered, ordinal - 1) > sum(row[2] - row[3] for row in said):
        said += reader.sql(_AFTER, (max(first, line + 1), head.line, covered)).fetchall()
    if proof is not None and first <= (line or head.line):
        said += reader.sql(_BEYOND, (upto, first, line or head.line, covered)).fetchall()
    inside = sum(row[3] for row in said)
    lacks = _merged(_in_place(reader, [row[:3] for row in said], first))
    gone = sum(row[2] for row in said) - sum(row.count for row in lacks)
    written = head.ordinal - ordinal + 1 - gone
    return Today(written, max(0, covered - ordinal + 1 - inside), lacks, proof)


def _merged(rows: list[Lack]) -> tuple[Lack, ...]:
    """One line for each kind and standing."""
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        found[row.kind, row.standing] += row.count
    return tuple(Lack(kind, standing, count) for (kind, standing), count in sorted(found.items()))


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
