"""The slip that a resident takes along: number, what happens next, by when, whom to ask; nothing about the person."""

from __future__ import annotations

from datetime import datetime

from desktop.printing.clusters import clusters
from desktop.printing.moments import moment_words
from desktop.printing.sheets import Receipt
from desktop.session import Session
from desktop.store.links import orders_of_matter
from desktop.store.reader import Reader
from desktop.store.units import staff
from resources import Wording, wording
from sync.records.matters import Matter
from sync.records.telephones import written_phone
from sync.records.times import to_minute
from sync.records.units import OrgUnit
from sync.records.visits import Visit

SUBJECT_LENGTH = 24

said = wording("zh")


def receipt_of(
    reader: Reader,
    session: Session,
    visit: Visit,
    unit: OrgUnit | None,
    matter: Matter | None,
    visitor: str,
    words: Wording = said,
) -> Receipt:
    """Return the slip of ``visitor``; where departments were ordered, it says by when the last of them must be done."""
    state = "answered" if visit.answered else "in_matter" if matter else "registered"
    due = [order.limits.resolve_by for order in orders_of_matter(reader, matter.id)] if matter else []
    by_when = words("actions.by_when_ordered", at=_at(words, max(due))) if due and state == "in_matter" else ""
    clerk = staff(reader).get(visit.made.by)
    return Receipt(
        visitor=visitor,
        received_at=visit.happened_at,
        subject=_shortened(matter.title if matter else visit.text.strip().split("\n", 1)[0]),
        next_step=words(f"actions.next_step_{state}"),
        by_when=by_when or words(f"actions.by_when_{state}"),
        contact=clerk_name(reader, visit.made.by, session),
        phone=written_phone((clerk.telephone if clerk else "") or (unit.telephone if unit else "")),
        address=unit.address if unit else "",
    )


def _at(words: Wording, moment: datetime) -> str:
    return moment_words(moment) if words is said else to_minute(moment)


def _shortened(text: str) -> str:
    """The beginning of a text, cut between characters as they are drawn, and marked where it was cut."""
    parts = clusters(text.strip())
    return text.strip() if len(parts) <= SUBJECT_LENGTH else "".join(parts[: SUBJECT_LENGTH - 1]) + "…"


def clerk_name(reader: Reader, identity: str, session: Session) -> str:
    """Return the name of whoever works or worked here; empty where the directory does not know the id."""
    if identity == session.staff:
        return session.name
    member = staff(reader).get(identity)
    return member.name if member else ""
