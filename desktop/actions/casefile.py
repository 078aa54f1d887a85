"""What the forms of a mediation's file (卷宗) say; which documents a file has is in case_documents.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from desktop.actions.cards import card
from desktop.actions.case_documents import checklist, shared_events, title
from desktop.actions.consents import told_wills, wills_of
from desktop.actions.directory import staff_name
from desktop.actions.party_blocks import party_blocks
from desktop.actions.shares import shown_account
from desktop.actions.sheets import party_box, said, share_line
from desktop.actions.takers import taking_part
from desktop.actions.units import committee_name
from desktop.actions.voids import standing_agreements
from desktop.printing.casefile.case import (
    Agent,
    Agreed,
    Applicant,
    CaseSheet,
    Chosen,
    Evidence,
    IndexLine,
    Session,
    Visited,
)
from desktop.printing.sheets import PartyBox
from desktop.session import Session as Signed
from desktop.store.links import agreements_of, attachments_of, follow_ups_of, prints_of
from desktop.store.reader import Reader
from sync.records.matters import Matter
from sync.records.mediation_events import MediationEvent, MediationEventKind
from sync.records.mediations import Agreement, Mediation, MediationOrigin, Outcome, PartyBlock
from sync.records.names import mask_number
from sync.records.papers import PaperKind
from sync.records.participations import AGENTS, PartyRole
from sync.records.persons import DocumentType, Organisation, Person
from sync.records.times import BEIJING
from sync.records.visits import Category


def case_sheet(reader: Reader, session: Signed, mediation_id: str, paper: PaperKind) -> CaseSheet:
    """Return what ``paper`` says about a mediation; what one side said in confidence is in none (人民调解法 15)."""
    mediation: Mediation = card(reader, mediation_id, Mediation)
    matter: Matter = card(reader, mediation.matter, Matter)
    day = mediation.started_at.astimezone(BEIJING).date()
    blocks = party_blocks(reader, mediation_id, day)
    parties = {block.party: party_box(block) for block in blocks}
    every = standing_agreements(reader, mediation_id)
    standing = every[-1] if every else None
    sides: dict[int, list[str]] = {}
    for block in blocks:
        sides.setdefault(block.side, []).append(block.name)
    return CaseSheet(
        template=f"{paper.value}-1",
        number=standing.number if standing else "",
        committee=mediation.committee or committee_name(reader, session),
        title=matter.title,
        category=said(f"records.category_{matter.category.value}"),
        own_motion=None if mediation.origin is None else mediation.origin is MediationOrigin.OWN_MOTION,
        wills=tuple(told_wills(reader, mediation_id)) if paper is PaperKind.ACCEPTANCE else (),
        agreed_all=all(will.agrees for will in wills_of(reader, mediation_id)),
        parties=tuple(parties.values()),
        labour=matter.category is Category.LABOUR,
        applicants=tuple(_applicant(reader, block) for block in blocks),
        chosen=tuple(_chosen(reader, mediation_id, blocks)),
        side_names=tuple("、".join(sides.get(side, ())) for side in range(1, max(sides, default=0) + 1)),
        facts=mediation.facts or matter.text,
        mediators=tuple(staff_name(reader, m) for m in mediation.mediators),
        recorder=mediation.recorder,
        started_at=mediation.started_at,
        ended_on=_ended_on(reader, mediation, standing),
        result=said(f"records.outcome_{mediation.outcome.value}"),
        ended_reason=mediation.ended_reason,
        sessions=tuple(_sessions(reader, mediation_id)),
        agents=tuple(_agents(reader, mediation_id, {b.party: parties[b.party] for b in blocks})),
        evidence=tuple(_evidence(reader, mediation)),
        agreed=_agreed(standing, every) if standing else None,
        visits=tuple(_visits(reader, mediation_id)),
        index=tuple(_index(reader, mediation_id)) if paper is PaperKind.FILE_INDEX else (),
        missing=tuple(_missing(reader, mediation_id)) if paper is PaperKind.FILE_STATEMENT else (),
    )


def _applicant(reader: Reader, block: PartyBlock) -> Applicant:
    """A party as a court asks for it; what the card does not say stays empty, to be written by hand."""
    party = reader.find(block.party, Organisation) or reader.find(block.party, Person)
    box = party_box(block)
    found = Applicant(name=block.name, contact=box.contact, address=block.address, agent=block.agent)
    if isinstance(party, Organisation):
        return replace(
            found,
            organisation=True,
            credit_code=party.credit_code,
            representative=block.representative,
            representative_post=party.representative_post,
        )
    if party is None:
        return replace(found, sex=block.sex, people=block.ethnic_group)
    return replace(found, sex=block.sex, born_on=party.born_on, people=block.ethnic_group, identity=_identity(party))


def _identity(person: Person) -> str:
    document = person.document
    if not document.number or document.type in (None, DocumentType.CITIZEN):
        return document.number
    return f"{said(f'records.documenttype_{document.type.value}')} {document.number}"


def _chosen(reader: Reader, mediation_id: str, blocks: Sequence[PartyBlock]) -> Iterator[Chosen]:
    """Each side that has representatives, with all its persons, each of whom signs."""
    speaking = {p.party for p in taking_part(reader, mediation_id) if p.role is PartyRole.REPRESENTATIVE}
    for side in sorted({block.side for block in blocks}):
        persons = [block for block in blocks if block.side == side and not block.organisation]
        speakers = tuple(block.name for block in persons if block.party in speaking)
        if speakers:
            cards = {block.party: reader.find(block.party, Person) for block in persons}
            numbers = {party: mask_number(found.document.number) if found else "" for party, found in cards.items()}
            yield Chosen(
                side=party_box(persons[0]).side_label,
                speakers=speakers,
                voters=tuple((block.name, numbers[block.party]) for block in persons),
            )


def _ended_on(reader: Reader, mediation: Mediation, standing: Agreement | None) -> date | None:
    if standing is not None:
        return standing.drawn_on
    if mediation.outcome is not Outcome.ENDED:
        return None
    edits = reader.revisions_of(mediation.id)
    ended = [r.made.at for r in edits if r.fields.get("outcome") == Outcome.ENDED.value]
    return (max(ended) if ended else mediation.made.at).astimezone(BEIJING).date()


def _sessions(reader: Reader, mediation_id: str) -> Iterator[Session]:
    for event in shared_events(reader, mediation_id):
        if event.kind is MediationEventKind.INSPECTION:
            yield _session(event)


def _session(event: MediationEvent) -> Session:
    return Session(
        title=said(f"records.mediationeventkind_{event.kind.value}"),
        started_at=event.happened_at,
        ended_at=event.ended_at,
        place=event.place,
        present="、".join(event.present),
        text=event.text,
    )


def _agents(reader: Reader, mediation_id: str, parties: dict[str, PartyBox]) -> Iterator[Agent]:
    for part in taking_part(reader, mediation_id):
        principal = parties.get(part.principal or "")
        person = reader.find(part.party, Person)
        if part.role not in AGENTS or principal is None or person is None:
            continue
        document = person.document
        kind = said(f"records.documenttype_{document.type.value}") if document.type else ""
        yield Agent(
            principal=principal,
            name=person.name,
            contact=person.phones[0] if person.phones else "",
            document=f"{kind} {mask_number(document.number)}".strip() if document.number else "",
            scope=part.scope,
            special=part.special if part.role is PartyRole.ENTRUSTED_AGENT else None,
            starts_on=part.starts_on,
            ends_on=part.ends_on,
        )


def _evidence(reader: Reader, mediation: Mediation) -> Iterator[Evidence]:
    for subject in (mediation.id, mediation.matter):
        printed = {p.attachment for p in prints_of(reader, subject)}
        for file in attachments_of(reader, subject):
            stands = file.purpose is None and not file.withdrawn and file.document in ("", "evidence")
            if file.id not in printed and stands:
                yield Evidence(name=file.name)


def _agreed(paper: Agreement, standing: list[Agreement]) -> Agreed:
    return Agreed(
        number=paper.number,
        drawn_on=paper.drawn_on,
        terms=paper.terms,
        performance=paper.performance,
        shares=tuple(
            replace(share_line(share, shown_account(share)), agreement=one.number)
            for one in (standing if len(standing) > 1 else [paper])
            for share in one.shares
        ),
    )


def _visits(reader: Reader, mediation_id: str) -> Iterator[Visited]:
    """Return visits to all agreements: each of many persons may have his own, and an earlier version was kept too."""
    found = [seen for paper in agreements_of(reader, mediation_id) for seen in follow_ups_of(reader, paper.id)]
    for seen in sorted(found, key=lambda f: (f.happened_at, f.id)):
        yield Visited(
            happened_at=seen.happened_at,
            manner=said(f"forms.manner_{seen.manner}") if seen.manner else "",
            performed=said(f"forms.performed_{seen.performed}") if seen.performed else "",
            satisfied=seen.satisfied,
            text=seen.text,
        )


def _index(reader: Reader, mediation_id: str) -> Iterator[IndexLine]:
    """What is in the file: printed once, or brought by somebody and so always to be written by hand."""
    for present in checklist(reader, mediation_id):
        if present.prints and present.document.paper not in (PaperKind.FILE_COVER, PaperKind.FILE_INDEX):
            yield IndexLine(document=title(present.document))


def _missing(reader: Reader, mediation_id: str) -> Iterator[str]:
    own = (PaperKind.FILE_STATEMENT, PaperKind.FILE_BACK)
    for present in checklist(reader, mediation_id):
        document = present.document
        if document.need == "must" and document.paper and not present.prints and document.paper not in own:
            yield title(document)
