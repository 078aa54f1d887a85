"""The documents of a mediation's file in their order, and which of them are there (docs/glossary.md: 卷宗)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import resources
from desktop.actions.cards import card
from desktop.actions.desk import Desk, wall_clock
from desktop.actions.editions import casefile_rows
from desktop.actions.mediation_records import PRINTED
from desktop.actions.sheets import said
from desktop.actions.voids import standing_agreements
from desktop.store.links import mediation_events_of, prints_of
from desktop.store.reader import Reader
from sync.records.matters import Matter
from sync.records.mediation_events import MediationEvent, shareable
from sync.records.mediations import Mediation
from sync.records.papers import PaperKind
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
    """Return every document of a mediation's file with its prints; Refused where there is no such mediation.

    What only labour disputes have is not among those of another.
    """
    mediation: Mediation = card(reader, mediation_id, Mediation)
    matter: Matter = card(reader, mediation.matter, Matter)
    standing = standing_agreements(reader, mediation_id)
    sessions = [e.id for e in shared_events(reader, mediation_id) if e.kind in PRINTED]
    printed = [
        p
        for subject in (mediation_id, *(paper.id for paper in standing), *sessions)
        for p in prints_of(reader, subject)
    ]
    others = {
        PaperKind.AGREEMENT: standing[-1].id if standing else "",
        PaperKind.MEDIATION_RECORD: sessions[-1] if sessions else "",
    }
    found = []
    for document in documents_of(reader):
        if document.paper is PaperKind.REVIEW_APPLICATION and matter.category is not Category.LABOUR:
            continue
        subject = others.get(document.paper, mediation_id) if document.paper else ""
        prints = sum(p.paper is document.paper for p in printed)
        found.append(Present(document, prints, subject))
    return tuple(found)


def case_checklist(desk: Desk, mediation_id: str) -> tuple[Present, ...]:
    """Return `checklist` for the window."""
    with desk.store.read() as reader:
        return checklist(reader, mediation_id)


def shared_events(reader: Reader, mediation_id: str) -> list[MediationEvent]:
    """What everybody may read, in the order in which it happened."""
    return sorted(shareable(mediation_events_of(reader, mediation_id)), key=lambda e: (e.happened_at, e.id))


def title_key(document: Document) -> str:
    """The wording key of a document's name."""
    return f"records.paperkind_{document.paper.value}" if document.paper else f"records.paper_{document.name}"


def title(document: Document) -> str:
    """The document's name as papers say it."""
    return said(title_key(document))
