"""What an exchange would destroy or rewrite of what is settled here: counted before it is sent or applied.

A question that is open, and a person's answer, are notes of the store: they stand until a receipt ends the exchange,
and those about what is to be sent until it has gone. What was agreed to is what was unsent when it was asked; what is
written later is counted anew, for a stick may be away for days.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from desktop.store.projections import AMONG_IDS, UNSENT
from desktop.store.proved import RECEIPT_UPTO
from desktop.store.reader import Reader, listed
from desktop.store.work import Work
from sync.protocol.codec import fields_of
from sync.protocol.messages import Numbered
from sync.records.errors import Damaged

SENT, RECEIVED = "sent", "received"
"""The two directions; also the ends of the wording keys."""
CHANGING: Final = frozenset({"erasure", "revision"})
"""The kinds that erase or rewrite what is here."""
LISTED: Final = 200
"""So many of the records that would change are named to the person who is asked."""
_LAST: Final = "SELECT coalesce(max(line), 0) FROM record"
_ERASURES: Final = f"""
    SELECT json_extract(CAST(body AS TEXT), '$.target') FROM {UNSENT} AS unsent
    CROSS JOIN record ON record.line = unsent.line WHERE kind = 'erasure' AND readable = 1 AND record.line > ?
"""  # noqa: S608 our own words
_REVISED: Final = f"""
    SELECT DISTINCT card.id FROM (
        SELECT json_extract(CAST(body AS TEXT), '$.card') AS id FROM {UNSENT} AS unsent
        CROSS JOIN record ON record.line = unsent.line
        WHERE kind = 'revision' AND readable = 1 AND record.line > ?
    ) AS edit CROSS JOIN record AS card ON substr(card.id, 5) = substr(edit.id, 5) AND card.id = edit.id
    WHERE card.state = 'settled'
"""  # noqa: S608 our own words
_HERE: Final = f"SELECT id FROM record WHERE {AMONG_IDS} AND district_seq <= ? AND body <> x''"  # noqa: S608 our own words


@dataclass(frozen=True, slots=True)
class Limit:
    """More than ``percent`` of the records that are here, and more than ``least`` of them, stop an exchange."""

    percent: int = 10
    least: int = 50

    def exceeded(self, changed: Changed, agreed: int = 0) -> bool:
        """Whether a person is to be asked first, who has agreed to so many already."""
        return changed.count - agreed > max(self.least, changed.stored * self.percent // 100)


@dataclass(frozen=True, slots=True)
class Changed:
    """What would be erased and which cards rewritten, of ``stored`` records that were here before."""

    stored: int
    erased: tuple[str, ...] = ()
    rewritten: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many records that would be."""
        return len(self.erased) + len(self.rewritten)


@dataclass(frozen=True, slots=True)
class Question:
    """What a person was asked: direction, counts, the first of the records; ``declined`` once somebody said no."""

    direction: str
    stored: int
    erased: int
    rewritten: int
    named: list[str] = field(default_factory=list)
    declined: bool = False


def outgoing(reader: Reader, after: int = 0) -> Changed:
    """Return what the unsent records behind line ``after`` would erase or rewrite at the district and other desks."""
    erased = tuple(row[0] for row in reader.sql(_ERASURES, (after,)).fetchall() if row[0])
    rewritten = tuple(row[0] for row in reader.sql(_REVISED, (after,)).fetchall())
    return Changed(_stored(reader), erased, rewritten)


def incoming(work: Work, records: Sequence[Numbered]) -> Changed:
    """Return what this exchange has pulled, with ``records``, that erases or rewrites what was here before it.

    Here before it is what the last receipt spoke of: a new desk that takes a whole unit rewrites nothing. Nor does what
    the store holds already: by stick the same may come again.
    """
    before = _so_far(work)
    known = work.known([n.record.id for n in records if n.record.kind in CHANGING])
    records = [n for n in records if n.record.id not in known]
    targets = _named(records, "erasure", "target")
    cards = _named(records, "revision", "card")
    here = _here(work, targets | cards)
    erased, rewritten = set(before.erased) | (targets & here), set(before.rewritten) | (cards & here)
    return Changed(before.stored, tuple(sorted(erased)), tuple(sorted(rewritten - erased)))


def note_incoming(work: Work, changed: Changed) -> None:
    """Note what was pulled so far, so that an exchange that stops and goes on is counted as one."""
    work.set_meta(_key("counted", RECEIVED), json.dumps(asdict(changed)))


def question(reader: Reader) -> Question | None:
    """Return the question that is open, None where none is."""
    for direction in (SENT, RECEIVED):
        said = reader.meta(_key("asked", direction))
        if said is not None:
            return Question(**json.loads(said))
    return None


def ask(work: Work, direction: str, changed: Changed) -> Question:
    """Note that a person is asked."""
    named = [*changed.erased, *changed.rewritten][:LISTED]
    asked = Question(direction, changed.stored, len(changed.erased), len(changed.rewritten), named)
    before = question(work)
    if before is not None and before.declined and before.direction == direction:
        asked = Question(**{**asdict(asked), "declined": True})
    work.set_meta(_key("asked", direction), json.dumps(asdict(asked)))
    work.changed("exchange")
    return asked


def answer(work: Work, asked: Question, *, go_on: bool) -> None:
    """Note a person's answer: allowed, with what it was asked about (`allowed`), or declined."""
    if go_on:
        about = asked.stored if asked.direction == SENT else asked.erased + asked.rewritten
        work.set_meta(_key("allowed", asked.direction), str(about))
        work.set_meta(_key("asked", asked.direction), None)
    else:
        said = json.dumps({**asdict(asked), "declined": True})
        work.set_meta(_key("allowed", asked.direction), None)
        work.set_meta(_key("asked", asked.direction), said)
    work.changed("exchange")


def allowed(reader: Reader, direction: str) -> int:
    """Return the line up to which a person agreed, or, of what comes down, to how many; 0 where nobody did."""
    return int(reader.meta(_key("allowed", direction)) or 0)


def is_noted(reader: Reader) -> bool:
    """Whether anything is noted that `settle` takes away."""
    return reader.sql("SELECT 1 FROM meta WHERE key BETWEEN 'mass_' AND 'mass_~' LIMIT 1").fetchone() is not None


def settle(work: Work, *directions: str) -> None:
    """A receipt has ended the exchange: what was counted, asked and allowed in these directions is over."""
    for name in ("counted", "asked", "allowed"):
        for direction in directions:
            work.set_meta(_key(name, direction), None)


def _so_far(work: Work) -> Changed:
    said = work.meta(_key("counted", RECEIVED))
    if said is None:
        return Changed(_stored(work))
    found: dict[str, Any] = json.loads(said)
    return Changed(found["stored"], tuple(found["erased"]), tuple(found["rewritten"]))


def _stored(reader: Reader) -> int:
    return int(reader.sql(_LAST).fetchone()[0])


def _here(reader: Reader, ids: set[str]) -> set[str]:
    upto = int(reader.meta(RECEIPT_UPTO) or 0)
    return {row[0] for row in reader.sql(_HERE, (listed(ids), upto)).fetchall()} if ids else set()


def _named(records: Sequence[Numbered], kind: str, part: str) -> set[str]:
    found: set[str] = set()
    for numbered in records:
        if numbered.record.kind == kind and numbered.record.body:
            try:
                said = fields_of(numbered.record.body).get(part)
            except Damaged:
                continue  # kept as it is, and changes nothing
            if isinstance(said, str):
                found.add(said)
    return found


def _key(name: str, direction: str) -> str:
    return f"mass_{name}_{direction}"
