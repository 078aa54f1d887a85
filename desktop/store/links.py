"""What belongs to a record: found by the links that records make, in the order in which they came here."""

from __future__ import annotations

from typing import TypeVar, cast

from desktop.store.amending import amended
from desktop.store.names import standing_participations
from desktop.store.reader import Reader
from desktop.store.same import joined
from sync.records.matters import Step
from sync.records.mediation_events import MediationEvent
from sync.records.mediations import Agreement, FollowUp, Mediation, Signature
from sync.records.notices import Notice
from sync.records.order_state import OrderState, fold_order
from sync.records.order_steps import OrderStep
from sync.records.orders import DispatchOrder, OrderReply
from sync.records.papers import Attachment, Print
from sync.records.participations import Participation
from sync.records.record import Record
from sync.records.visits import Visit

R = TypeVar("R", bound=Record)


def participations_of(reader: Reader, subject: str) -> list[Participation]:
    """Return who takes part in a visit, matter or mediation: amended and withdrawn participations left out.

    A visit that amends another, and has no parties of its own, has those of the one that it amends.
    """
    seen: set[str] = set()
    while subject not in seen:
        seen.add(subject)
        found = standing_participations(reader, [subject]).get(subject, [])
        visit = reader.find(subject, Visit) if not found else None
        if visit is None or not visit.amends:
            return found
        subject = visit.amends
    return []


def subjects_of_party(reader: Reader, party: str) -> list[str]:
    """Return the ids of the visits, matters and mediations in which ``party`` takes part, each once, oldest first.

    Visits that amend such a visit are among them, and what other cards of the same person or organisation took part in.
    """
    linked = reader.linked_to(joined(reader, party), "participation.party")
    # Ids of version 7 begin with their time: what several cards took part in stands in one line.
    parts = [p for some in linked.values() for p in cast("list[Participation]", some)]
    if len(linked) > 1:
        parts.sort(key=lambda p: p.id)
    gone = amended(reader, [p.id for p in parts])
    found = list(dict.fromkeys(p.subject for p in parts if p.id not in gone and not p.withdrawn))
    waiting = found
    while waiting:
        later = reader.linked_to(set(waiting), "amends")
        waiting = [r.id for some in later.values() for r in some if isinstance(r, Visit) and r.id not in found]
        found += waiting
    return found


def _standing(reader: Reader, subject: str, via: str, type_: type[R]) -> list[R]:
    """Return the records of ``type_`` that name ``subject``, without those that a later one amends."""
    found = [r for r in reader.linked(subject, via) if isinstance(r, type_)]
    gone = amended(reader, [r.id for r in found])
    return [r for r in found if r.id not in gone]


def visits_of_matter(reader: Reader, matter: str) -> list[Visit]:
    """Return the visits about a matter, amended ones left out."""
    return _standing(reader, matter, "visit.matter", Visit)


def steps_of(reader: Reader, matter: str) -> list[Step]:
    """Return all steps of a matter: the fold decides what they mean together."""
    return cast("list[Step]", reader.linked(matter, "step.matter"))


def orders_of_matter(reader: Reader, matter: str) -> list[DispatchOrder]:
    """Return the dispatch orders of a matter."""
    return _standing(reader, matter, "dispatch_order.matter", DispatchOrder)


def replies_of(reader: Reader, order: str) -> list[OrderReply]:
    """Return all replies to an order: the fold decides what they mean together."""
    return cast("list[OrderReply]", reader.linked(order, "order_reply.order"))


def order_steps_of(reader: Reader, order: str) -> list[OrderStep]:
    """Return all steps of an order: what the issuing side and the clocks did."""
    return cast("list[OrderStep]", reader.linked(order, "order_step.order"))


def state_of_order(reader: Reader, order: DispatchOrder) -> OrderState:
    """Return what an order's replies and steps fold to here."""
    return fold_order(order, replies_of(reader, order.id), order_steps_of(reader, order.id))


def notices_of(reader: Reader, about: str) -> list[Notice]:
    """Return what the district said outside the platform about an order, and the calls that followed."""
    return cast("list[Notice]", reader.linked(about, "notice.about"))


def mediations_of_matter(reader: Reader, matter: str) -> list[Mediation]:
    """Return the mediations of a matter, with their edits."""
    return cast("list[Mediation]", reader.linked(matter, "mediation.matter"))


def mediation_events_of(reader: Reader, mediation: str) -> list[MediationEvent]:
    """Return the events of a mediation with what corrections replaced: the rules decide what stands."""
    return cast("list[MediationEvent]", reader.linked(mediation, "mediation_event.mediation"))


def agreements_of(reader: Reader, subject: str) -> list[Agreement]:
    """Return all versions of the agreements of a mediation or of a matter."""
    found = reader.linked(subject, "agreement.mediation") or reader.linked(subject, "agreement.matter")
    return cast("list[Agreement]", found)


def signatures_of(reader: Reader, paper: str) -> list[Signature]:
    """Return the signatures and seals on a paper, amended ones and those taken back left out."""
    return [s for s in _standing(reader, paper, "signature.paper", Signature) if not s.withdrawn]


def signatures_ever(reader: Reader, paper: str) -> list[Signature]:
    """Return all signatures and seals on a paper, with what corrected them or took them back."""
    return cast("list[Signature]", reader.linked(paper, "signature.paper"))


def follow_ups_of(reader: Reader, subject: str) -> list[FollowUp]:
    """Return the return visits on an agreement or a matter."""
    return _standing(reader, subject, "follow_up.subject", FollowUp)


def prints_of(reader: Reader, subject: str) -> list[Print]:
    """Return the prints of a subject's papers, amended ones left out: the first is the original set."""
    return _standing(reader, subject, "print.subject", Print)


def attachments_of(reader: Reader, subject: str) -> list[Attachment]:
    """Return the files of a record."""
    return _standing(reader, subject, "attachment.subject", Attachment)
