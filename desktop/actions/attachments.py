"""Attachments: kept with a draft while it is typed, saved with its record, added later, withdrawn, taken out."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from desktop.actions import audit
from desktop.actions.desk import Desk
from desktop.actions.drafts import keep_draft
from desktop.changes import Changes
from desktop.config import write_private
from desktop.files.attached import limits
from desktop.forms.form import Draft, Form
from desktop.store.amending import amended
from desktop.store.files import forget_unnamed, has_file, put_file, read_file
from desktop.store.links import attachments_of
from desktop.store.store import Reader, Work
from sync.records.audit import AuditAction
from sync.records.errors import Refused, RuleBroken, Unavailable
from sync.records.kinds import new_id
from sync.records.papers import Attachment, AttachmentPurpose
from sync.records.text import check_text

FILES: Final = "_files"
"""Where a draft names the files that its record will have: a list of dicts, as `entry` makes them."""

HELD: Final = "held"
"""Where a sealed form's draft has a file itself (a `Content`), in memory alone: the store never gets it."""

REASON_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Content:
    """A file that is ready to be kept: name, media type and bytes say the same; ``purpose`` is an AttachmentPurpose.

    ``digest`` is SHA-256 of the bytes in hex, computed once, by whoever makes this: on a lane, for it takes a while.
    """

    name: str
    media_type: str
    content: bytes
    purpose: str = ""
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", hashlib.sha256(self.content).hexdigest())


def entry(file: Content) -> dict[str, Any]:
    """Return how a draft names a file."""
    return {
        "id": new_id("attachment"),
        "name": file.name,
        "media_type": file.media_type,
        "size": len(file.content),
        "digest": file.digest,
        "purpose": file.purpose,
    }


def must_take(standing: Iterable[str], file: Content) -> None:
    """Refuse a file that is among the ``standing`` digests already, or one more than a record may have."""
    digests = list(standing)
    if file.digest in digests:
        raise RuleBroken("attachments.already", file=file.name)
    if len(digests) >= limits().files:
        raise RuleBroken("attachments.too_many", file=file.name, limit=limits().files)


def keep_with_draft(desk: Desk, form: Form, draft: Draft, file: Content, *, record: str = "", title: str = "") -> str:
    """Keep a draft and the bytes of a file that it names, in one transaction; returns the draft's id."""
    desk.must_may("attachment")
    return keep_draft(desk, form, draft, record=record, title=title, files={file.digest: file.content})


def leave_out(desk: Desk, form: Form, draft: Draft, digest: str, *, record: str = "", title: str = "") -> None:
    """Keep a draft that names a file no longer, and forget the file's bytes where nothing else names them."""
    keep_draft(desk, form, draft, record=record, title=title)
    with desk.store.write() as work:
        forget_unnamed(work, [digest])


def take_files(desk: Desk, work: Work, draft: Mapping[str, Any], subject: str) -> None:
    """Let the record ``subject``, which is being made in ``work``, have the files that its draft names.

    RuleBroken("attachments.lost") where the bytes of one did not reach the store.
    """
    rows = draft.get(FILES) or []
    if rows:
        desk.must_may("attachment")
    for row in rows:
        if work.sealed(row["id"]) is not None:
            continue  # the same edit handed in twice
        if not has_file(work, row["digest"]):
            raise RuleBroken("attachments.lost", file=row["name"])
        work.add(
            Attachment(
                id=row["id"],
                made=desk.made(),
                subject=subject,
                name=row["name"],
                media_type=row["media_type"],
                size=row["size"],
                digest=row["digest"],
                purpose=AttachmentPurpose(row["purpose"]) if row.get("purpose") else None,
                document=row.get("document", ""),
            )
        )


def attach(desk: Desk, subject: str, file: Content, document: str = "") -> Changes:
    """Give a record that stands one more file: bytes and record in one transaction.

    ``document`` is its place in a mediation's file (`records.papers.Attachment`).
    """
    desk.must_may("attachment")
    with desk.store.write() as work:
        if work.sealed(subject) is None:
            raise Refused("store.no_such_record", id=subject)
        must_take([a.digest for a in attachments_of(work, subject) if not a.withdrawn], file)
        put_file(work, file.digest, file.content)
        take_files(desk, work, {FILES: [entry(file) | {"document": document}]}, subject)
    return work.changes


def withdraw(desk: Desk, attachment_id: str, reason: str) -> Changes:
    """Take an attachment back by a fact with a reason; the first one and its bytes stay, and are shown as withdrawn."""
    desk.must_may("attachment")
    said = _reason(reason)
    with desk.store.write() as work:
        standing = _standing(work, attachment_id)
        if standing.withdrawn:
            raise RuleBroken("attachments.withdrawn_already")
        work.add(
            dataclasses.replace(
                standing,
                id=new_id("attachment"),
                made=desk.made(),
                amends=standing.id,
                amend_reason=said,
                withdrawn=True,
            )
        )
    return work.changes


def read_attachment(desk: Desk, attachment_id: str) -> tuple[Attachment, bytes]:
    """Return an attachment with its bytes. Refused("attachments.not_here") where only the district has them."""
    with desk.store.read() as reader:
        found = _found(reader, attachment_id)
        if not has_file(reader, found.digest):
            raise Refused("attachments.not_here", file=found.name)
        return found, read_file(reader, found.digest)


def save_copy(desk: Desk, attachment_id: str, path: Path, reason: str) -> Path:
    """Write an attachment's bytes to ``path`` in clear, for its owner only; the log has it before the file has a name.

    RuleBroken("attachments.reason_needed"), Unavailable("attachments.unwritable"): then nothing is left.
    """
    if not desk.session.roles:
        raise Refused("lists.no_role")
    said = _reason(reason)
    found, content = read_attachment(desk, attachment_id)
    with desk.store.write() as work:
        detail = f"attachment sha256={found.digest} reason={said}"
        audit.note(work, desk.made(), AuditAction.EXPORTED, subject=found.id, detail=detail)
    try:
        write_private(path, content)
    except OSError as error:
        raise Unavailable("attachments.unwritable", file=path.name, reason=error.strerror or str(error)) from error
    return path


def _reason(reason: str) -> str:
    said = check_text(reason, field="reason", lines=False, limit=REASON_LENGTH).strip()
    if not said:
        raise RuleBroken("attachments.reason_needed", field="reason")
    return said


def _found(reader: Reader, attachment_id: str) -> Attachment:
    found = reader.find(attachment_id, Attachment)
    if found is None:
        raise Refused("attachments.no_attachment")
    return found


def _standing(reader: Reader, attachment_id: str) -> Attachment:
    found = _found(reader, attachment_id)
    if amended(reader, [found.id]):
        raise RuleBroken("attachments.withdrawn_already")
    return found
