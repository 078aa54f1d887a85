"""What departments handed in with their replies, as an order's page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sync.protocol.codec import decode
from sync.records.errors import Damaged
from sync.records.media import PDF
from sync.records.papers import Attachment
from sync.server.store.files import attached_to
from sync.server.store.order_pages import OrderOnPage
from sync.server.store.records import read_many
from sync.server.store.store import Connection, district

_SHOWN_AT_ONCE: Final = 1_500_000
"""Larger pictures are opened by a link: a telephone at the scene pays for each."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A file as the order's page shows it; ``picture`` is whether it is drawn there at once."""

    id: str
    size: int
    picture: bool
    paper: bool


def attachments_of(conn: Connection, on: OrderOnPage, department: str) -> dict[str, list[Attachment]]:
    """Return by reply what departments (or one) handed in here; what stations attached is theirs to show."""
    own = [reply.id for reply in on.replies if not reply.witnessed and department in ("", reply.department)]
    found: dict[str, list[Attachment]] = {}
    for sealed in read_many(conn, attached_to(conn, own, district(conn).store)):
        try:
            record = decode(sealed)
        except Damaged:  # erased
            continue
        if isinstance(record, Attachment):
            found.setdefault(record.subject, []).append(record)
    return found


def shown(record: Attachment) -> Shown:
    """Tell a file for the page."""
    paper = record.media_type == PDF
    return Shown(record.id, record.size, not paper and record.size <= _SHOWN_AT_ONCE, paper)
