"""The bundle: what an exchange says, as one file on a stick, encrypted to its reader and signed by its writer.

A file is a block of ``HEAD_BYTES`` (magic, length, the signed `Head`, zeros) and then an age stream. In the stream: for
each item its length (4 bytes, big-endian) and the packed item; the first one, `Within`, repeats whose it is, so that
nobody can put his own head before what another one encrypted. A bundle that is larger than a stick's file system takes
has several files, each whole in itself; a cut lies between two items.

``UP`` goes from a station to its district, ``DOWN`` is the district's answer. Both carry the messages of the network.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import msgspec

from sync.protocol import codec, signed
from sync.protocol.messages import Hello, Pulled, Push, Pushed, Receipt, ReceiptAsked, Welcome
from sync.protocol.version import MAX_BODY_BYTES
from sync.records.canonical import canonical
from sync.records.errors import Damaged, Refused

FORMAT: Final = 1
OLDEST_FORMAT: Final = 1
PURPOSE: Final = "bundle"
PREFIX: Final = "bdl"
UP_SUFFIX: Final = ".qsb"
DOWN_SUFFIX: Final = ".qsr"

HEAD_BYTES: Final = 4096
MOST_PARTS: Final = 999
PIECE_BYTES: Final = 1024 * 1024
"""Of a file (an attachment's bytes), one item carries so much."""

_MAGIC: Final = b"QSB"
_LENGTH: Final = 4
_PROOF: Final = b"qianshao/bundle/1\0"


class Direction(StrEnum):
    """Who wrote a bundle for whom."""

    UP = "up"
    DOWN = "down"


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says of itself, readable by everybody and signed. Ids only: nothing of it is personal.

    ``bundle`` is the same in all ``parts``; ``answers`` names the bundle that a DOWN one answers. ``size`` and
    ``sha256`` (hex) are of the age stream behind the head. ``proof`` (hex, UP) binds the signing key to the device.
    """

    direction: Direction
    bundle: str
    sequence: int
    part: int
    parts: int
    district: str
    store: str
    device: str
    at: datetime
    program: str
    size: int = 0
    sha256: str = ""
    proof: str = ""
    answers: str = ""


class Within(msgspec.Struct, frozen=True, tag="within"):
    """The first item of each part, inside the encryption: it must say what the head says."""

    bundle: str
    part: int
    store: str


class Sent(msgspec.Struct, frozen=True, tag="sent"):
    """The first word of a station. ``recipient`` is whom the answer is encrypted to (age).

    ``asked``: what the station held before, so that a receipt can hang on it; ``former``: the id that a restored store
    had, where the district has not heard of the new one.
    """

    hello: Hello
    recipient: str
    asked: ReceiptAsked
    former: str = ""


class Page(msgspec.Struct, frozen=True, tag="page"):
    """The same page that the network would carry."""

    push: Push


class FilePiece(msgspec.Struct, frozen=True, tag="file"):
    """``content`` of a file of ``size`` bytes from ``start`` on; pieces of one file follow each other."""

    digest: str
    size: int
    start: int
    content: bytes


class Answering(msgspec.Struct, frozen=True, tag="answering"):
    """The district's first word; records with a number after ``after`` follow."""

    welcome: Welcome
    after: int


class Answers(msgspec.Struct, frozen=True, tag="answers"):
    """The answers to one page."""

    pushed: Pushed


class FileAnswer(msgspec.Struct, frozen=True, tag="file_answer"):
    """The district has the bytes (no ``reason``), or says why it will not have them."""

    digest: str
    reason: str = ""
    values: dict[str, Any] = {}


class Numbers(msgspec.Struct, frozen=True, tag="pulled"):
    """The same page that a pull would bring."""

    pulled: Pulled


class Receipted(msgspec.Struct, frozen=True, tag="receipt"):
    """What the district holds of the station's scope; the station compares before it believes."""

    receipt: Receipt


class Closing(msgspec.Struct, frozen=True, tag="closing"):
    """The last item; ``items`` came before it, `Within` not counted."""

    items: int


Item = Within | Sent | Page | FilePiece | Answering | Answers | FileAnswer | Numbers | Receipted | Closing


def closed(items: Iterable[Item]) -> Iterator[Item]:
    """Yield ``items`` and the `Closing` that counts them."""
    count = 0
    for item in items:
        yield item
        count += 1
    yield Closing(count)


def pack_item(item: Item) -> bytes:
    """Return an item with its length before it."""
    packed = codec.pack(item)
    return len(packed).to_bytes(_LENGTH, "big") + packed


class Items:
    """Cuts a stream into items: `add` bytes as they come, whole items go to ``take``."""

    def __init__(self, take: Any) -> None:
        self._take = take
        self._waiting = bytearray()

    def add(self, piece: bytes) -> None:
        """Take a piece; Damaged("bundle.too_large", "bundle.unreadable")."""
        self._waiting += piece
        while len(self._waiting) >= _LENGTH:
            size = int.from_bytes(self._waiting[:_LENGTH], "big")
            if size > MAX_BODY_BYTES:
                raise Damaged("bundle.too_large")
            if len(self._waiting) < _LENGTH + size:
                return
            packed = bytes(self._waiting[_LENGTH : _LENGTH + size])
            del self._waiting[: _LENGTH + size]
            self._take(_unpacked(packed))

    def end(self) -> None:
        """Say that nothing comes any more; Damaged where half an item waits."""
        if self._waiting:
            raise Damaged("bundle.altered")


def _unpacked(packed: bytes) -> Item:
    try:
        return codec.unpack(packed, cast("type[Item]", Item))
    except Damaged as error:
        raise Damaged("bundle.unreadable") from error


def prove(secret_digest: bytes, public: bytes, store: str, device: str) -> str:
    """Return the device's word that ``public`` signs for it: a MAC under what the district keeps of its secret."""
    said = b"\0".join((_PROOF + public, store.encode(), device.encode()))
    return hmac.new(secret_digest, said, hashlib.sha256).hexdigest()


@contextmanager
def told_truly(kept: Callable[[], bool]) -> Iterator[None]:
    """Of an inside that makes no sense from somewhere on, say that what stood before it was ``kept``, where it was."""
    try:
        yield
    except Damaged as error:
        if error.key == "bundle.altered" and kept():
            raise Damaged("bundle.broken_within") from error
        raise


def pack_head(head: Head, secret: bytes) -> bytes:
    """Return the first block of a file, signed."""
    packed = signed.sign(PURPOSE, canonical(msgspec.to_builtins(head)), secret)
    block = _MAGIC + str(FORMAT).encode() + len(packed).to_bytes(_LENGTH, "big") + packed
    if len(block) > HEAD_BYTES:
        raise Refused("bundle.too_large")
    return block.ljust(HEAD_BYTES, b"\0")


def read_head(file: BinaryIO, path: Path) -> tuple[Head, bytes]:
    """Return what an open file says of itself and the public key that signed it; whether to trust it is not asked here.

    Refused ("bundle.not_a_bundle", "bundle.old_version"), Damaged ("bundle.truncated", "bundle.altered").
    """
    block = file.read(HEAD_BYTES)
    _check_version(block, path)
    if len(block) < HEAD_BYTES:
        raise Damaged("bundle.truncated", file=path.name)
    start = len(_MAGIC) + 1 + _LENGTH
    size = int.from_bytes(block[start - _LENGTH : start], "big")
    if not 0 < size <= HEAD_BYTES - start or block[start + size :].strip(b"\0"):
        raise Damaged("bundle.altered")
    packed = block[start : start + size]
    try:
        key = signed.signer_of(packed)
        head = msgspec.json.decode(signed.opened(PURPOSE, packed, (key,)), type=Head)
    except (Damaged, *codec.UNREADABLE) as error:
        raise Damaged("bundle.altered") from error
    if not 1 <= head.part <= head.parts <= MOST_PARTS or head.size < 0:
        raise Damaged("bundle.altered")
    return head, key


def _check_version(block: bytes, path: Path) -> None:
    if not block:
        raise Damaged("bundle.truncated", file=path.name)
    version = block[len(_MAGIC) : len(_MAGIC) + 1]
    if not block.startswith(_MAGIC) or not version.isdigit():
        raise Refused("bundle.not_a_bundle", file=path.name)
    if not OLDEST_FORMAT <= int(version) <= FORMAT:
        raise Refused("bundle.old_version", file=path.name, theirs=int(version), oldest=OLDEST_FORMAT, ours=FORMAT)
