"""The file (卷宗) of a mediation: what its forms say, which documents belong to it, and which are there."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Final

import resources
from desktop.actions.cards import card
from desktop.actions.consents import told_wills, wills_of
from desktop.actions.desk import Desk, wall_clock
from desktop.actions.directory import staff_name
from desktop.actions.editions import casefile_rows
from desktop.actions.mediation_records import PRINTED
from desktop.actions.party_blocks import party_blocks
from desktop.actions.shares import shown_account
from desktop.actions.sheets import party_box, said, share_line
from desktop.actions.takers import taking_part
from desktop.actions.units import committee_name
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
from desktop.store.links import (
    agreements_of,
    attachments_of,
    follow_ups_of,
    mediation_events_of,
    prints_of,
)
from desktop.store.reader import Reader
from sync.records.matters import Matter
from sync.records.mediation_events import MediationEvent, MediationEventKind, shareable
from sync.records.mediations import Agreement, Mediation, MediationOrigin, Outcome, PartyBlock
from sync.records.names import mask_number
from sync.records.papers import PaperKind
from sync.records.participations import AGENTS, PartyRole
from sync.records.persons import Organisation, Person
from sync.records.times import BEIJING
from sync.records.visits import Category

CASE_PAPERS: Final = tuple(PaperKind)[list(PaperKind).index(PaperKind.FILE_COVER) :]
"""The forms of the file, each about a mediation."""
FRAMES: Final = (PaperKind.FILE_COVER, PaperKind.FILE_INDEX, PaperKind.FILE_STATEMENT, PaperKind.FILE_BACK)
"""What the whole file draws for itself, when everything else in it is known."""
NEEDS: Final = ("must", "if_needed", "local")


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the file: ``paper`` is what prints it, None where somebody brings it.

    ``unasked`` names what the records must hold for the whole file to have it although nobody printed it; of one with
    ``several`` every print that says something else is in the file.
    """

    name: str
    need: str
    paper: PaperKind | None
    unasked: str = ""
    several: bool = False


@dataclass(frozen=True, slots=True)
class Present:
    """A document with how often it was printed, and what would be printed now: the agreement, the last session, or
    the mediation. ``subject`` is empty where there is nothing to print yet.
    """

    document: Document
    prints: int
    subject: str


@cache
def documents() -> tuple[Document, ...]:
    """Return the documents of a file in their order (resources/print/casefile.toml)."""
    rows = tomllib.loads(resources.read_text("print", "casefile.toml"))["document"]
    return tuple(
        Document(
            r["name"],
            r["need"],
            PaperKind(r["paper"]) if r["paper"] else None,
            r.get("unasked", ""),
            r.get("several", False),
        )
        for r in rows
    )


def documents_of(reader: Reader) -> tuple[Document, ...]:
    """Return the documents of a file as the district's newest list has them, or the program's where it has none."""
    rows, own = casefile_rows(reader, wall_clock().date()), {d.name: d for d in documents()}
    return tuple(replace(own[name], need=need) for name, need in rows) or documents()


def checklist(reader: Reader, mediation_id: str) -> tuple[Present, ...]:
    """Return every document of a mediation's file with its prints; Refused where there is no such mediation."""
    card(reader, mediation_id, Mediation)
    standing = _agreement(reader, mediation_id)
    sessions = [e.id for e in _shared(reader, mediation_id) if e.kind in PRINTED]
    printed = [
        p
        for subject in (mediation_id, *([standing.id] if standing else ()), *sessions)
        for p in prints_of(reader, subject)
    ]
    others = {
        PaperKind.AGREEMENT: standing.id if standing else "",
        PaperKind.MEDIATION_RECORD: sessions[-1] if sessions else "",
    }
    found = []
    for document in documents_of(reader):
        subject = others.get(document.paper, mediation_id) if document.paper else ""
        prints = sum(p.paper is document.paper for p in printed)
        found.append(Present(document, prints, subject))
    return tuple(found)


def case_checklist(desk: Desk, mediation_id: str) -> tuple[Present, ...]:
    """Return `checklist` for the window."""
    with desk.store.read() as reader:
        return checklist(reader, mediation_id)


def case_sheet(reader: Reader, session: Signed, mediation_id: str, paper: PaperKind) -> CaseSheet:
    """Return what ``paper`` says about a mediation; what one side said in confidence is in none (人民调解法 15)."""
    mediation: Mediation = card(reader, mediation_id, Mediation)
    matter: Matter = card(reader, mediation.matter, Matter)
    day = mediation.started_at.astimezone(BEIJING).date()
    blocks = party_blocks(reader, mediation_id, day)
    parties = {block.party: party_box(block) for block in blocks}
    standing = _agreement(reader, mediation_id)
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
        agreed=_agreed(standing, _all_standing(reader, mediation_id)) if standing else None,
        visits=tuple(_visits(reader, standing)),
        index=tuple(_index(reader, mediation_id)) if paper is PaperKind.FILE_INDEX else (),
        missing=tuple(_missing(reader, mediation_id)) if paper is PaperKind.FILE_STATEMENT else (),
    )


def _agreement(reader: Reader, mediation_id: str) -> Agreement | None:
    """The agreement that stands: of several, the last."""
    return max(agreements_of(reader, mediation_id), key=lambda a: (a.version, a.id), default=None)


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
    born = party.born_on if party is not None else None
    return replace(found, sex=block.sex, born_on=born, people=block.ethnic_group)


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
    for event in _shared(reader, mediation_id):
        if event.kind is MediationEventKind.INSPECTION:
            yield _session(event)


def _shared(reader: Reader, mediation_id: str) -> list[MediationEvent]:
    """What everybody may read, in the order in which it happened."""
    return sorted(shareable(mediation_events_of(reader, mediation_id)), key=lambda e: (e.happened_at, e.id))


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


def _all_standing(reader: Reader, mediation_id: str) -> list[Agreement]:
    """The agreements that no later version replaces: several where each of many persons has his own."""
    known = agreements_of(reader, mediation_id)
    gone = {paper.amends for paper in known}
    return [paper for paper in known if paper.id not in gone]


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


def _visits(reader: Reader, standing: Agreement | None) -> Iterator[Visited]:
    for seen in sorted(follow_ups_of(reader, standing.id) if standing else (), key=lambda f: (f.happened_at, f.id)):
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


def title_key(document: Document) -> str:
    """The wording key of a document's name."""
    return f"records.paperkind_{document.paper.value}" if document.paper else f"records.paper_{document.name}"


def title(document: Document) -> str:
    """The document's name as papers say it."""
    return said(title_key(document))
