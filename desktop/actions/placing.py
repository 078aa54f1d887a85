"""Where an attachment belongs in a mediation's file: said when it is added, or later by a fact that amends it."""

from __future__ import annotations

import dataclasses

from desktop.actions.case_documents import FRAMES, documents_of, title_key
from desktop.actions.desk import Desk, Done
from desktop.actions.sheets import said
from desktop.store.amending import amended
from sync.records.errors import Refused, RuleBroken
from sync.records.ids import prefix_of
from sync.records.kinds import new_id
from sync.records.papers import OUT_OF_FILE, Attachment

OF_A_FILE = frozenset({"med", "mev", "agr", "sig", "fol", "mat"})
"""What the attachments in a file belong to, by the prefixes of their ids."""


def places(desk: Desk) -> tuple[tuple[str, str], ...]:
    """Return the documents behind which a scan may be bound, each with its title's key, in the order of the file."""
    with desk.store.read() as reader:
        return tuple((d.name, title_key(d)) for d in documents_of(reader) if d.paper not in FRAMES)


def place_of(desk: Desk, attachment_id: str) -> str | None:
    """Return the place of an attachment in a mediation's file, "" where nobody said; None where it can have none."""
    with desk.store.read() as reader:
        found = reader.find(attachment_id, Attachment)
    if found is None or found.withdrawn or found.purpose is not None or prefix_of(found.subject) not in OF_A_FILE:
        return None
    return found.document


def place(desk: Desk, attachment_id: str, document: str) -> Done:
    """Say behind which document an attachment is bound: a name of `places`, OUT_OF_FILE, or "" for nothing said.

    ``Done.id`` is the fact that stands now. A part of the file that was bound already stays as it is.
    RuleBroken("whole_file.no_document").
    """
    desk.must_may("attachment")
    if document not in {"", OUT_OF_FILE, *(name for name, _title in places(desk))}:
        raise RuleBroken("whole_file.no_document", document=document)
    with desk.store.write() as work:
        found = work.find(attachment_id, Attachment)
        if found is None:
            raise Refused("attachments.no_attachment")
        if found.withdrawn or amended(work, [found.id]):
            raise RuleBroken("attachments.withdrawn_already")
        if found.document == document:
            return Done(found.id)
        moved = dataclasses.replace(
            found,
            id=new_id("attachment"),
            made=desk.made(),
            amends=found.id,
            amend_reason=said("whole_file.reason_moved"),
            document=document,
        )
        work.add(moved)
    return Done(moved.id, changes=work.changes)
