"""The files of a record as they are told: its own and those of what hangs on it; printed papers are told as prints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from desktop.actions.visit_history import standing_visit
from desktop.store.links import agreements_of, attachments_of, mediation_events_of, replies_of, signatures_of
from desktop.store.reader import Reader
from desktop.store.units import staff_names
from desktop.ui.stories.story import FileLine
from desktop.ui.words import moment
from resources import Wording
from sync.records.ids import prefix_of
from sync.records.papers import Attachment, AttachmentPurpose, Print


def files_told(reader: Reader, words: Wording, record_id: str) -> tuple[FileLine, ...]:
    """Return the files of a visit, matter, order (and its replies) or mediation (and what happened in it).

    The scan of a signed paper comes first, for it counts.
    """
    names = staff_names(reader)
    told = []
    for subject, what in _subjects(reader, words, record_id):
        papers = {p.attachment for p in reader.linked(subject, "print.subject") if isinstance(p, Print)}
        for file in attachments_of(reader, subject):
            if file.id not in papers:
                told.append(_line(words, file, what, names.get(file.made.by, "")))
    counts = AttachmentPurpose.SIGNED_ORIGINAL.value
    return tuple(sorted(told, key=lambda file: file.purpose != counts or file.withdrawn))


def _subjects(reader: Reader, words: Wording, record_id: str) -> Iterator[tuple[str, str]]:
    prefix = prefix_of(record_id)
    yield (standing_visit(reader, record_id).root if prefix == "vis" else record_id), ""
    if prefix == "ord":
        for reply in replies_of(reader, record_id):
            yield reply.id, words(f"records.replykind_{reply.kind.value}")
    if prefix == "med":
        for event in mediation_events_of(reader, record_id):
            yield event.id, words(f"records.mediationeventkind_{event.kind.value}")
        for agreement in agreements_of(reader, record_id):
            yield agreement.id, agreement.number
            for signature in signatures_of(reader, agreement.id):
                yield signature.id, signature.name


def _line(words: Wording, file: Attachment, what: str, name: str) -> FileLine:
    if file.withdrawn:
        note = words("attachments.withdrawn_note", reason=file.amend_reason)
    else:
        purpose = words(f"records.attachmentpurpose_{file.purpose.value}") if file.purpose else ""
        note = " ".join(part for part in (purpose, what, moment(file.made.at), name) if part)
    purpose_of = file.purpose.value if file.purpose else ""
    line = FileLine(file.id, file.name, file.media_type, file.digest, note, file.withdrawn, purpose_of, file.made.at)
    return replace(line, document=file.document)
