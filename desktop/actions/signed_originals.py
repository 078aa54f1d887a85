"""The scan of a signed agreement (签字原件): where one is kept it counts, and what the records say stands beside it.

A photograph for each page makes several files; a scan that was wrong is withdrawn, and the one after it counts.
"""

from __future__ import annotations

from desktop.actions.desk import Desk
from desktop.actions.sheets import said
from desktop.printing.fonts import installed
from desktop.store.files import has_file, read_file
from desktop.store.links import attachments_of
from desktop.store.reader import Reader
from sync.records.errors import Refused
from sync.records.papers import Attachment, AttachmentPurpose, PaperKind


def signed_originals(reader: Reader, agreement_id: str) -> list[Attachment]:
    """Return the files that are the scan of the signed paper, in the order in which they came."""
    found = [
        file
        for file in attachments_of(reader, agreement_id)
        if file.purpose is AttachmentPurpose.SIGNED_ORIGINAL and not file.withdrawn
    ]
    return sorted(found, key=lambda file: file.id)


def signed_original(reader: Reader, agreement_id: str) -> Attachment | None:
    """Return the scan of the signed paper, the last one of several; None where there is none."""
    return next(reversed(signed_originals(reader, agreement_id)), None)


def drawn_original(reader: Reader, desk: Desk, paper: PaperKind, subject: str) -> bytes | None:
    """Return an agreement's signed original as one PDF, to leave as a copy; None where none is kept.

    Refused("attachments.not_here") where its bytes are at the district only, RuleBroken where they are damaged.
    """
    files = signed_originals(reader, subject) if paper is PaperKind.AGREEMENT else []
    if not files:
        return None
    from desktop.printing.whole.binder import Piece, bind
    from desktop.printing.whole.opened import opened

    pieces = []
    for file in files:
        if not has_file(reader, file.digest):
            raise Refused("attachments.not_here", file=file.name)
        pieces.append(Piece(file.name, opened(file.name, file.media_type, read_file(reader, file.digest))))
    return bind(said("whole_file.signed_original"), pieces, 1, installed(desk.manner().face)).pdf
