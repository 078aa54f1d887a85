"""Where an altered paper says something else: its words beside those that were printed, where this desk keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final

from desktop.actions.signed_originals import signed_original
from desktop.printing.proof import Statement
from desktop.printing.reading_back import read_back
from desktop.store.files import has_file, read_file
from desktop.store.links import prints_of
from desktop.store.reader import Reader
from desktop.store.search import search
from sync.records.errors import QianshaoError
from sync.records.mediation_events import MediationEvent
from sync.records.mediations import Agreement, FollowUp
from sync.records.papers import Attachment, AttachmentPurpose, Print

Change = tuple[str, str]
"""What was printed and what stands there now, each with what is beside it; "" where there is nothing."""

MOST_COMPARED: Final = 20_000
"""Characters of either text: comparing takes the square of it."""
MOST_HITS: Final = 20
BESIDE: Final = 6
"""Characters that are told on either side of what differs; differences closer than that are one."""


def changes(reader: Reader, statement: Statement, text: str) -> tuple[Change, ...]:
    """Return where ``text`` differs from what was printed under its code; () where the printed one is not here."""
    printed = _printed_text(reader, statement)
    if not printed or not text or max(len(printed), len(text)) > MOST_COMPARED:
        return ()
    return tuple(_differing(printed, text))


def original_of(reader: Reader, statement: Statement) -> str:
    """Return the name of the signed original that is kept of the agreement a code is on; "" where none is."""
    wanted = statement.text.hex()
    for subject in _named(reader, statement.number):
        if isinstance(subject, Agreement) and any(p.text == wanted for p in prints_of(reader, subject.id)):
            scan = signed_original(reader, subject.id)
            return scan.name if scan else ""
    return ""


def kept_original(reader: Reader, digest: str) -> tuple[Attachment, Agreement] | None:
    """Return the signed original that has these bytes, and its agreement; None where none is kept."""
    for file in reader.linked(digest, "attachment.digest"):
        if isinstance(file, Attachment) and file.purpose is AttachmentPurpose.SIGNED_ORIGINAL:
            paper = reader.find(file.subject, Agreement)
            scan = signed_original(reader, file.subject)
            if paper is not None and scan is not None and not file.withdrawn:
                return file, paper
    return None


def _named(reader: Reader, number: str) -> Iterator[object]:
    """Yield the records that carry a number."""
    for hit in search(reader, number, limit=MOST_HITS) if number else ():
        found = reader.get(hit.id)
        if found is not None:
            yield found


def _printed_text(reader: Reader, statement: Statement) -> str:
    wanted = statement.text.hex()
    for made in _prints(reader, statement.number):
        if made.text == wanted and has_file(reader, made.digest):
            try:
                return "".join(page.text for page in read_back(read_file(reader, made.digest)))
            except QianshaoError:
                return ""
    return ""


def _prints(reader: Reader, number: str) -> Iterator[Print]:
    """Yield the prints of what carries a number; a form of a file is about the agreement's mediation."""
    for found in _named(reader, number):
        yield from prints_of(reader, str(getattr(found, "id", "")))
        if isinstance(found, (Agreement, MediationEvent, FollowUp)):
            yield from prints_of(reader, str(getattr(found, "mediation", "")))


def _differing(printed: str, now: str) -> Iterator[Change]:
    """Yield what differs, first place first; what is as good as beside each other is told as one."""
    span: tuple[int, int, int, int] | None = None
    for tag, a, b, c, d in SequenceMatcher(None, printed, now, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if span is not None and a - span[1] <= BESIDE:
            span = (span[0], b, span[2], d)
            continue
        if span is not None:
            yield _told(printed, now, span)
        span = (a, b, c, d)
    if span is not None:
        yield _told(printed, now, span)


def _told(printed: str, now: str, span: tuple[int, int, int, int]) -> Change:
    a, b, c, d = span
    was = printed[max(0, a - BESIDE) : b + BESIDE]
    stands = now[max(0, c - BESIDE) : d + BESIDE]
    return was, stands
