"""Records as they arrive: hashes checked, bytes read once; no database, no decision about rights."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import msgspec

from sync.protocol.codec import UNREADABLE, decode_body, zoned
from sync.protocol.messages import Frame, Push
from sync.protocol.pages import RECORD_TOO_LARGE, frames_of
from sync.protocol.version import MAX_PAGE_RECORDS, MAX_RECORD_BYTES
from sync.records.canonical import SALT_BYTES, Sealed
from sync.records.errors import Damaged, Refused
from sync.records.ids import prefix_of
from sync.records.kinds import KINDS
from sync.records.record import Fact, Made, Record

_KIND: Final = re.compile(r"[a-z][a-z_]{0,39}")
_HASH_BYTES: Final = 32


class _Head(msgspec.Struct, frozen=True):
    """What every record begins with, also one of a kind or with values that this program does not know."""

    id: str
    made: Made
    amends: str | None = None


_head = msgspec.json.Decoder(_Head)


@dataclass(frozen=True, slots=True)
class Arrived:
    """``record`` is None where the content was erased or is not readable by this program (then `made` may be known).

    ``reason`` is why it cannot be kept at all, empty where it can.
    """

    sealed: Sealed
    record: Record | None = None
    made: Made | None = None
    amends: str | None = None
    reason: str = ""


def examine(sealed: Sealed, *, intact: bool = False) -> Arrived:
    """Return what ``sealed`` says, or why nobody can believe it; ``intact`` where its hash was made of its content."""
    reason = _reason(sealed, intact)
    if reason or sealed.erased:
        return Arrived(sealed, reason=reason)
    try:
        record = decode_body(sealed.kind, sealed.body)
        amends = record.amends if isinstance(record, Fact) else None
        return _checked(Arrived(sealed, record, record.made, amends), record.id)
    except Damaged:
        pass
    try:
        head = _head.decode(sealed.body)
    except UNREADABLE:
        return Arrived(sealed, reason="protocol.unreadable_record")
    return _checked(Arrived(sealed, None, head.made, head.amends), head.id)


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page whose records were looked at, each by itself; ``digest`` is empty where it came record by record."""

    frames: list[Frame]
    arrived: list[Arrived]
    digest: bytes


def read_page(page: Push) -> ReadPage:
    """Look at each record by itself; Refused, Damaged where the page as a whole cannot be taken."""
    if len(page.records if page.page is None else page.page.ids) > MAX_PAGE_RECORDS:
        raise Refused("protocol.too_large")
    frames = page.records if page.page is None else frames_of(page.page)
    arrived = [examine(frame.sealed(), intact=page.page is not None) for frame in frames]
    return ReadPage(frames, arrived, page.page.digest if page.page else b"")


def _reason(sealed: Sealed, intact: bool) -> str:
    prefix = prefix_of(sealed.id)
    kind = KINDS.get(sealed.kind)
    if not prefix or not _KIND.fullmatch(sealed.kind) or (kind is not None and kind.prefix != prefix):
        return "protocol.bad_id"
    if len(sealed.body) > MAX_RECORD_BYTES:
        return RECORD_TOO_LARGE
    if len(sealed.hash) != _HASH_BYTES or len(sealed.salt) != (0 if sealed.erased else SALT_BYTES):
        return "protocol.bad_hash"
    return "" if intact or sealed.intact() else "protocol.bad_hash"


def _checked(arrived: Arrived, inner_id: str) -> Arrived:
    """The content must bear the name that it travels under, and a time with its zone."""
    reason = ""
    if inner_id != arrived.sealed.id:
        reason = "protocol.bad_id"
    elif arrived.made is None or not zoned(arrived.made.at):
        reason = "protocol.unreadable_record"
    return Arrived(arrived.sealed, arrived.record, arrived.made, arrived.amends, reason)
