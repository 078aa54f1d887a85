"""Which papers there are about a record, how often each was printed, or why it cannot be printed yet."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.actions.accusations import accusation_of
from desktop.actions.desk import Desk
from desktop.actions.paper_kinds import SUBJECTS, sheet_of_paper, version_of
from desktop.store.links import prints_of
from sync.records.errors import QianshaoError
from sync.records.papers import PaperKind


@dataclass(frozen=True, slots=True)
class Offered:
    """A paper with how often it was printed; ``why_not`` says what is missing for it, None where nothing is."""

    paper: PaperKind
    subject: str
    prints: int
    why_not: QianshaoError | None = None


def papers_of(desk: Desk, kind: str, subject: str) -> tuple[Offered, ...]:
    """Return the papers about a record of ``kind``, in the order of PaperKind; nothing is drawn or recorded.

    A matter that stands for an accusation has the accuser's receipt alone: nobody here knows what a letter would say.
    """
    with desk.store.read() as reader:
        found: list[Offered] = []
        if kind == "matter" and (accusation := accusation_of(reader, subject)) is not None:
            kind, subject = "accusation", accusation.id
        for paper in (paper for paper, about in SUBJECTS.items() if about == kind):
            try:
                sheet_of_paper(reader, desk.session, paper, subject)
                version = version_of(reader, paper, subject)
            except QianshaoError as error:
                found.append(Offered(paper, subject, 0, error))
                continue
            prints = sum(p.paper is paper for p in prints_of(reader, version))
            found.append(Offered(paper, subject, prints))
    return tuple(found)
