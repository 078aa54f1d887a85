"""Where an attachment belongs in a mediation's file: said when it is added, or later by a fact that amends it."""

from __future__ import annotations

import dataclasses

from desktop.actions.casefile import documents, title
from desktop.actions.desk import Desk
from desktop.actions.sheets import said
from desktop.actions.whole_file import FRAMES
from desktop.changes import Changes
from desktop.store.names import amended
from sync.records.errors import Refused, RuleBroken
from sync.records.ids import prefix_of
from sync.records.kinds import new_id
from sync.records.papers import OUT_OF_FILE, Attachment

OF_A_FILE = frozenset({"med", "mev", "agr", "sig", "fol", "mat"})
"""What the attachments in a file belong to, by the prefixes of their ids."""


def places() -> tuple[tuple[str, str], ...]:
    """Return the documents behind which a scan may be bound, each with its title, in the order of the file."""
    return tuple((d.name, title(d)) for d in documents() if d.paper not in FRAMES)


def may_be_placed(subject: str) -> bool:
    """Whether a file of this record may be in a mediation's file."""
    return prefix_of(subject) in OF_A_FILE


def place(desk: Desk, attachment_id: str, document: str) -> Changes:
    """Say behind which document an attachment is bound: a name of `places`, OUT_OF_FILE, or "" for nothing said.

    A part of the file that was bound already stays as it is. RuleBroken("whole_file.no_document").
    """
    desk.must_may("attachment")
    if document not in {"", OUT_OF_FILE, *(name for name, _title in places())}:
        raise RuleBroken("whole_file.no_document", document=document)
    with desk.store.write() as work:
        found = work.find(attachment_id, Attachment)
        if found is None:
            raise Refused("attachments.no_attachment")
        if found.withdrawn or amended(work, [found.id]):
            raise RuleBroken("attachments.withdrawn_already")
        if found.document != document:
            moved = dataclasses.replace(
                found,
                id=new_id("attachment"),
                made=desk.made(),
                amends=found.id,
                amend_reason=said("whole_file.reason_moved"),
                document=document,
            )
            work.add(moved)
    return work.changes
