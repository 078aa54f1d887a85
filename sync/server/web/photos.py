"""Photos and papers that a department hands in with a reply: known by their first bytes, sealed, shown to who may.

They are attachments as the stations' are (sync/server/attachments.py): records of the district that the issuing station
pulls, and bytes that lie sealed. What a browser calls a file is used for nothing. Decoding is done apart
(sync/server/strangers.py): a picture gets its thumbnail once, when it comes or when it is first shown, and a paper
loses what says who made it, where and with what.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response, StreamingResponse

from sync.records.errors import Refused, RuleBroken, Unavailable
from sync.records.kinds import new_id
from sync.records.media import JPEG, MOST_BYTES, PDF, PNG, SUFFIX, TELLING_BYTES, sniffed
from sync.records.orders import OrderReply
from sync.records.papers import Attachment
from sync.records.picture_notes import without_notes
from sync.records.record import Made
from sync.server import attachments, strangers
from sync.server.attachments import check_first_bytes
from sync.server.store.files import file_size, put_file, put_thumbnail, thumbnail
from sync.server.store.locks import Lock, hold
from sync.server.store.projections import add_own
from sync.server.store.store import Connection, DistrictStore
from sync.server.strangers import Unreadable
from sync.server.web.attached import attachments_of
from sync.server.web.forms import SENT_FILES
from sync.server.web.headers import POLICY
from sync.server.web.orders import READERS, visible_order
from sync.server.web.sight import own_sight
from sync.server.web.visitor import NotFound, Posted, Site, Standing, Visitor, allow

router = APIRouter()
MOST: Final = 6
_NOTHING: Final = "default-src 'none'; sandbox"
"""The policy of a file: nothing in it runs, and nothing is fetched for it."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A file that came with a form, what its first bytes say it is, and its thumbnail, of a paper that of its first
    page; "" where nothing here draws one."""

    content: bytes
    media_type: str
    small: bytes = b""

    @property
    def digest(self) -> str:
        """The SHA-256 that names it, in hex."""
        return hashlib.sha256(self.content).hexdigest()


def _sent(request: Request, form: Posted) -> list[bytes]:
    found: list[bytes] = getattr(request.state, SENT_FILES, [])
    return found


Sent = Annotated[list[bytes], Depends(_sent)]
"""The files of a form whose proof was checked."""


def read_photos(sent: Sequence[bytes]) -> tuple[Photo, ...]:
    """Return the files of a form. RuleBroken (field "photos"): too many, too large, broken, no picture and no PDF."""
    if len(sent) > MOST:
        raise RuleBroken("web.photos_many", field="photos", most=MOST)
    return tuple(map(_photo, dict.fromkeys(sent)))


def _photo(content: bytes) -> Photo:
    """A picture loses what its camera wrote beside the pixels (where it was, whose it is), and so does a paper."""
    media_type = _media_type(content)
    try:
        if media_type == PDF:
            paper = strangers.paper_without_notes(content)
            return Photo(paper, media_type, _first_page(paper))
        bare = without_notes(content)
        return Photo(bare, media_type, strangers.thumbnail(bare, media_type))
    except ValueError as error:
        raise RuleBroken("web.photo_broken", field="photos") from error
    except Unreadable as error:
        key = "web.paper_locked" if error.locked else "web.paper_broken" if media_type == PDF else "web.photo_broken"
        raise RuleBroken(key, field="photos") from error


def _first_page(paper: bytes) -> bytes:
    """A paper that can be read and not drawn, or not now, is a paper all the same."""
    try:
        return strangers.first_page(paper)
    except (Unreadable, Unavailable):
        return b""


def _media_type(content: bytes) -> str:
    try:
        return check_first_bytes(content[:TELLING_BYTES], len(content))
    except Refused as error:
        key = "web.photo_large" if error.key == "protocol.too_large" else "web.photo_type"
        raise RuleBroken(key, field="photos") from error


def keep_photos(
    store: DistrictStore,
    conn: Connection,
    photos: Sequence[Photo],
    reply: OrderReply,
    made: Made,
    scope: str,
    at: datetime,
) -> None:
    """Keep what came with ``reply``, in its transaction: the stations that pull the reply pull these."""
    for place, photo in enumerate(photos, 1):
        record = Attachment(
            id=new_id("attachment"),
            made=made,
            subject=reply.id,
            name=f"{reply.kind.value}-{place}{SUFFIX[photo.media_type]}",
            media_type=photo.media_type,
            size=len(photo.content),
            digest=photo.digest,
        )
        add_own(conn, record, scope, at)
        hold(conn, Lock.FILE, photo.digest)
        if file_size(conn, photo.digest) is None:
            put_file(conn, store.sealer, photo.digest, photo.content, at)
        if photo.small:
            put_thumbnail(conn, store.sealer, photo.digest, photo.small)


@router.get("/orders/{order_id}/files/{attachment}")
def give(site: Standing, order_id: str, attachment: str, who: Annotated[Visitor, allow(*READERS)]) -> Response:
    """Give a file of a reply that this person sees; not found otherwise."""
    record, size = _visible(site, who, order_id, attachment)
    kind = "attachment" if record.media_type == PDF else "inline"
    headers = {
        "Content-Disposition": f'{kind}; filename="{record.id}{SUFFIX.get(record.media_type, "")}"',
        "Content-Length": str(size),
        POLICY: _NOTHING,
    }
    media_type = record.media_type if record.media_type in SUFFIX else attachments.OTHER
    return StreamingResponse(attachments.pieces(site.store, record.digest, 0, size), 200, headers, media_type)


@router.get("/orders/{order_id}/files/{attachment}/small")
def give_small(site: Standing, order_id: str, attachment: str, who: Annotated[Visitor, allow(*READERS)]) -> Response:
    """Give the thumbnail of a file of a reply that this person sees; made now where it has none yet."""
    record, size = _visible(site, who, order_id, attachment)
    with site.store.read() as conn:
        small = thumbnail(conn, site.store.sealer, record.digest)
    if small is None:
        small = _make_small(site.store, record.digest, size)
    if not small:
        raise NotFound
    return Response(small, 200, {POLICY: _NOTHING}, JPEG)


def _visible(site: Site, who: Visitor, order_id: str, attachment: str) -> tuple[Attachment, int]:
    """Return a file of a reply that this person sees, and how many bytes of it are here; NotFound otherwise."""
    on, _ = visible_order(site, who, order_id)
    with site.store.read() as conn:
        seen = [one for files in attachments_of(conn, on, own_sight(conn, who).department).values() for one in files]
        record = next((one for one in seen if one.id == attachment), None)
        size = file_size(conn, record.digest) if record else None
    if record is None or size is None:
        raise NotFound
    return record, size


def _make_small(store: DistrictStore, digest: str, size: int) -> bytes:
    """Make and keep a thumbnail of a file that came before there were any, or from a station; empty: it has none.

    Of a paper none is kept where nothing here draws one: it may be installed later.
    """
    content = b"".join(attachments.pieces(store, digest, 0, size)) if size <= MOST_BYTES[JPEG] else b""
    media_type = sniffed(content)
    try:
        small = strangers.thumbnail(content, media_type) if media_type in (JPEG, PNG) else b""
        small = strangers.first_page(content) if media_type == PDF else small
    except Unreadable:
        small = b""
    if not small and media_type == PDF and not strangers.renderer():
        return b""
    with store.write() as conn:
        hold(conn, Lock.FILE, digest)
        if file_size(conn, digest) is not None:  # not erased meanwhile
            put_thumbnail(conn, store.sealer, digest, small)
    return small
