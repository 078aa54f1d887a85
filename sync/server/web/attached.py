"""What was handed in with the replies of an order, as its page shows it: by departments, and by who witnessed them.

A name that somebody gave to a file stands on no page: it may name a resident.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sync.protocol.codec import decode
from sync.records.errors import Damaged
from sync.records.media import PDF
from sync.records.papers import Attachment
from sync.server import strangers
from sync.server.store.files import attached_to, sizes_here, without_thumbnail, witnessed_with
from sync.server.store.order_pages import OrderOnPage
from sync.server.store.records import read_many
from sync.server.store.store import Connection, district


@dataclass(frozen=True, slots=True)
class Shown:
    """A file as the order's page shows it; ``picture`` is whether its thumbnail is drawn, ``here`` whether it came."""

    id: str
    size: int
    picture: bool
    paper: bool
    here: bool


def handed_in(conn: Connection, on: OrderOnPage, department: str) -> dict[str, list[Attachment]]:
    """Return by reply what departments (or one) handed in with their own word, at these pages."""
    own = [reply.id for reply in on.replies if not reply.witnessed and department in ("", reply.department)]
    return _by_reply(conn, attached_to(conn, own, district(conn).store))


def attachments_of(conn: Connection, on: OrderOnPage, department: str) -> dict[str, list[Attachment]]:
    """Return by reply what the pages show to a department, or "" to who sees all: what was handed in at the pages, and
    the files of what the community witnessed of it.

    Of a witnessed reply they are its own unit's plain files. What was withdrawn is not among them, nor what a resident
    confirmed or signed; what is attached to the order or to its matter stays with the station.
    """
    of_all = ("", department)
    seen = [reply.id for reply in on.replies if reply.witnessed and (not department or reply.department in of_all)]
    witnessed = _by_reply(conn, witnessed_with(conn, seen, district(conn).store))
    return {**handed_in(conn, on, department), **witnessed}


def _by_reply(conn: Connection, names: Collection[str]) -> dict[str, list[Attachment]]:
    records: list[Attachment] = []
    for sealed in read_many(conn, names):
        try:
            record = decode(sealed)
        except Damaged:  # erased
            continue
        if isinstance(record, Attachment):
            records.append(record)
    replaced = {record.amends for record in records}
    found: dict[str, list[Attachment]] = {}
    for record in records:
        if not record.withdrawn and record.purpose is None and record.id not in replaced:
            found.setdefault(record.subject, []).append(record)
    return found


def shown(conn: Connection, files: Mapping[str, list[Attachment]]) -> dict[str, list[Shown]]:
    """Tell files for the page."""
    digests = {one.digest for some in files.values() for one in some}
    here, undrawn = sizes_here(conn, digests), without_thumbnail(conn, digests)
    return {reply: [_shown(one, here, undrawn) for one in some] for reply, some in files.items()}


def _shown(one: Attachment, here: Mapping[str, int], undrawn: Collection[str]) -> Shown:
    paper, came = one.media_type == PDF, one.digest in here
    drawn = came and one.digest not in undrawn and (not paper or bool(strangers.renderer()))
    return Shown(one.id, one.size, drawn, paper, came)
