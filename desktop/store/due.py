"""Which agreements may have something due: what stands of the newest ones, with all that hangs on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, cast

from desktop.store.amending import amended
from desktop.store.reader import Reader
from sync.records.matters import Matter
from sync.records.mediation_events import MediationEvent
from sync.records.mediations import Agreement, FollowUp, Mediation, Signature
from sync.records.papers import Print

MOST: Final = 1_000
"""So many agreements are looked at, the newest first: years of a busy station."""
LONGEST: Final = timedelta(days=800)
"""Terms that are due later than this after the effect are not told."""
UNSEALED: Final = timedelta(days=90)
BEFORE_COURT: Final = timedelta(days=180)
"""So long after it was drawn up an agreement may wait for its court: weeks, by law."""
_STANDING: Final = """
    SELECT record.id FROM agreement JOIN record ON record.line = agreement.line
    WHERE agreement.effective_on >= ? OR (agreement.effective_on = '' AND agreement.drawn_on >= ?)
    ORDER BY agreement.drawn_on DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """An agreement that no later version replaced, and what hangs on it."""

    agreement: Agreement
    mediation: Mediation
    matter: Matter
    signatures: tuple[Signature, ...]
    visits: tuple[FollowUp, ...]
    prints: tuple[Print, ...]
    events: tuple[MediationEvent, ...] = ()


def standing_agreements(reader: Reader, today: date) -> list[Standing]:
    """Return agreements in effect for `LONGEST` at most, and those drawn up lately that are not in effect."""
    since = ((today - LONGEST).isoformat(), (today - UNSEALED).isoformat())
    return standing_of(reader, [row[0] for row in reader.sql(_STANDING, (*since, MOST)).fetchall()], today)


def standing_of(reader: Reader, ids: list[str], today: date) -> list[Standing]:
    """Return those of the agreements ``ids`` that no later version replaced; of those of late with what a court did."""
    gone = amended(reader, ids)
    kept = [i for i in ids if i not in gone]
    papers = reader.current(set(kept))
    some = [cast(Agreement, papers[i]) for i in kept if i in papers]
    cards = reader.current({a.mediation for a in some} | {a.matter for a in some})
    signed = reader.linked_to(kept, "signature.paper")
    seen = reader.linked_to(kept, "follow_up.subject")
    late = {a.mediation for a in some if a.drawn_on >= today - BEFORE_COURT}
    happened = reader.linked_to(late, "mediation_event.mediation")
    printed = reader.linked_to({a.mediation for a in some}, "print.subject")
    return [
        Standing(
            paper,
            mediation,
            matter,
            tuple(cast("list[Signature]", signed.get(paper.id, []))),
            tuple(cast("list[FollowUp]", seen.get(paper.id, []))),
            tuple(cast("list[Print]", printed.get(paper.mediation, []))),
            tuple(cast("list[MediationEvent]", happened.get(paper.mediation, []))),
        )
        for paper in some
        if isinstance(mediation := cards.get(paper.mediation), Mediation)
        and isinstance(matter := cards.get(paper.matter), Matter)
    ]
