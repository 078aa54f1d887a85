"""人民调解记录 out of records: one event that both sides may read, and never a word of what one side said alone."""

from __future__ import annotations

from desktop.actions.cards import card
from desktop.actions.directory import staff_name
from desktop.actions.sheets import said
from desktop.actions.takers import taking_part
from desktop.actions.units import short_name
from desktop.printing.moments import moment_words
from desktop.printing.sheets import MediationRecordSheet
from desktop.session import Session
from desktop.store.links import mediation_events_of
from desktop.store.names import names_by_side, party_names
from desktop.store.reader import Reader
from sync.records.errors import Refused
from sync.records.matters import Matter
from sync.records.mediation_events import MediationEvent, MediationEventKind, shareable
from sync.records.mediations import Host, Mediation
from sync.records.participations import SIDED

PRINTED = frozenset({MediationEventKind.JOINT, MediationEventKind.INSPECTION})


def shared_event(reader: Reader, event_id: str) -> MediationEvent:
    """Return what stands at the place of ``event_id``, where everybody may read it.

    Refused for what is, or by one of two corrections is, one side's confidence (人民调解法 15), and for what is no
    session and no inspection.
    """
    found = reader.find(event_id, MediationEvent)
    if found is None:
        raise Refused("store.no_such_record", id=event_id)
    shared = shareable(mediation_events_of(reader, found.mediation))
    event = next((e for e in shared if e.id == event_id), None)
    if event is None or event.kind not in PRINTED:
        raise Refused("actions.event_not_printed")
    return event


def record_sheet(reader: Reader, session: Session, event_id: str) -> MediationRecordSheet:
    """Return the record of one session or inspection, called by its moment: it has no number, and every page needs a
    mark of what it belongs to. The mediation's own notes are not on it: they are the
    mediator's, and may hold what one side said alone."""
    event = shared_event(reader, event_id)
    mediation: Mediation = card(reader, event.mediation, Mediation)
    matter = reader.find(mediation.matter, Matter)
    sides = names_by_side(reader, mediation.id)
    named = [p for p in taking_part(reader, mediation.id) if p.role in SIDED and not p.hidden]
    names = party_names(reader, [p.party for p in named])
    signing = [names.get(p.party, "") for p in sorted(named, key=lambda p: (p.side, p.id))]
    administrative = mediation.host is Host.ADMINISTRATIVE
    return MediationRecordSheet(
        template="administrative_record-1" if administrative else "mediation_record-1",
        number=moment_words(event.happened_at),
        committee=mediation.committee or short_name(reader, session),
        begun_at=event.happened_at,
        ended_at=event.ended_at,
        place=event.place,
        cause=matter.title if matter else "",
        sides=tuple((said(f"forms.side_{side}"), "、".join(some)) for side, some in sides.items()),
        present=event.present,
        told_at=mediation.rights_told_at,
        text=event.text,
        undisputed=event.undisputed if event.undisputed_agreed else "",
        signing=tuple(signing),
        mediators=tuple(staff_name(reader, m) for m in mediation.mediators),
        recorder=mediation.recorder,
    )
