"""Bytes to records and back: canonical bodies to the dataclasses of sync.records, and messages to the wire."""

from __future__ import annotations

import dataclasses
import re
import threading
import zlib
from datetime import datetime
from functools import cache
from typing import Any, Final, TypeVar, cast

import msgspec
import zstandard

from sync.protocol.version import MAX_BODY_BYTES, MEDIA_TYPE, PLAIN_BYTES, PLAIN_TYPE
from sync.records.canonical import Sealed
from sync.records.errors import Damaged
from sync.records.kinds import KINDS
from sync.records.record import Record
from sync.records.times import BEIJING

T = TypeVar("T")
_ZSTD_LEVEL = 3
_CHECK_BYTES: Final = 4


class _Packing(threading.local):
    """Zstandard's working memory, kept by each thread: to make it anew takes longer than a small message does."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=_ZSTD_LEVEL, write_checksum=True)
        self.decompressor = zstandard.ZstdDecompressor()


_packing = _Packing()

_PLAIN: Final = re.compile(r"(str|int|bool|float|date|tuple\[(str|int|date), \.\.\.\])( \| None)?$")
"""Annotations of fields in which no moment can be."""

UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)
"""What decoding raises on hostile or foreign bytes; values nested a thousand deep give the last one."""


_looking = threading.Lock()


@cache
def _looked_at(type_: Any) -> msgspec.json.Decoder[Any]:
    """Have msgspec look at a type while nobody else does (0.22.0).

    It notes on each class within what it found before it is done with it, for types that name themselves. A second
    thread that takes that note, half written, for its own decoder reads from nowhere: the process ends by SIGSEGV.
    """
    with _looking:
        return msgspec.json.Decoder(type_)


@cache
def _decoder(kind: str) -> msgspec.json.Decoder[Any]:
    return _looked_at(cast(Any, KINDS[kind].type))


def decode_body(kind: str, body: bytes) -> Record:
    """Return the record that canonical ``body`` spells; fields that this program does not know are passed over.

    Raises Damaged ("protocol.unreadable_record") where the kind is unknown or a known field has a value that
    this program cannot read. The bytes themselves are kept and passed on all the same.
    """
    if kind not in KINDS:
        raise Damaged("protocol.unreadable_record", kind=kind)
    try:
        record: Record = _decoder(kind).decode(body)
    except UNREADABLE as error:
        raise Damaged("protocol.unreadable_record", kind=kind) from error
    return record


def decode(sealed: Sealed) -> Record:
    """Return the record in ``sealed``; Damaged as for `decode_body`, and where it was erased."""
    return decode_body(sealed.kind, sealed.body)


def fields_of(body: bytes) -> dict[str, Any]:
    """Return canonical ``body`` as JSON values by field name, unknown fields too."""
    try:
        value = msgspec.json.decode(body)
    except UNREADABLE as error:
        raise Damaged("protocol.unreadable_record", kind="") from error
    if not isinstance(value, dict):
        raise Damaged("protocol.unreadable_record", kind="")
    return value


def convert(kind: str, fields: dict[str, Any]) -> Record:
    """Return the record of ``kind`` that JSON ``fields`` spell (a folded card); Damaged where they do not."""
    try:
        _looked_at(cast(Any, KINDS[kind].type))
        record: Record = msgspec.convert(fields, KINDS[kind].type, strict=True)
    except UNREADABLE as error:
        raise Damaged("protocol.unreadable_record", kind=kind) from error
    return record


def not_blank(fields: dict[str, Any]) -> dict[str, Any]:
    """Leave out what canonical bytes leave out: a cleared field takes its default."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {}) and value is not False}


def zoned(value: Any) -> bool:
    """Whether every moment in a record says its zone and can be kept: others cannot be put in an order."""
    if isinstance(value, datetime):
        try:
            return value.tzinfo is not None and value.astimezone(BEIJING) == value
        except OverflowError:
            return False
    if isinstance(value, tuple):
        return all(map(zoned, value))
    return all(zoned(getattr(value, name)) for name in _looked_into(value.__class__))


@cache
def _looked_into(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass that a moment may be in; every record that is read asks for them."""
    if not dataclasses.is_dataclass(kind):
        return ()
    return tuple(field.name for field in dataclasses.fields(kind) if not _PLAIN.match(str(field.type)))


def pack(message: Any) -> bytes:
    """Encode a message of messages.py for the wire, compressed."""
    return _packing.compressor.compress(msgspec.msgpack.encode(message))


def unpack(data: bytes, type_: type[T]) -> T:
    """Decode what `pack` made; Damaged ("protocol.unreadable_message") on anything else than a ``type_``.

    At most ``MAX_BODY_BYTES`` are expanded, whatever the compressed size claims.
    """
    try:
        # A frame that states its size is expanded to that size whatever max_output_size says: ask it first.
        if zstandard.frame_content_size(data) > MAX_BODY_BYTES:
            raise Damaged("protocol.unreadable_message")
        raw = _packing.decompressor.decompress(data, max_output_size=MAX_BODY_BYTES)
    except zstandard.ZstdError as error:
        raise Damaged("protocol.unreadable_message") from error
    return _read(raw, type_)


def word(message: Any, *, plain: bool) -> tuple[bytes, str]:
    """Encode a message and say as which media type: as it is where it is small and the other end takes it ``plain``.

    Numbers stand under no signature: either form carries a check (XXH64 of Zstandard's frame, or CRC-32), so that a
    message in which a byte fell over on its way is heard as none.
    """
    raw = msgspec.msgpack.encode(message)
    if plain and len(raw) <= PLAIN_BYTES:
        return checked(raw), PLAIN_TYPE
    return _packing.compressor.compress(raw), MEDIA_TYPE


def media_type(said: str) -> str:
    """Return the media type that a Content-Type names, without parameters; the first one where it was said twice."""
    return said.partition(",")[0].partition(";")[0].strip().lower()


def hear(data: bytes, said: str, type_: type[T]) -> T:
    """Decode what `word` made, of the media type that it ``said``; Damaged as `unpack`."""
    if media_type(said) != PLAIN_TYPE:
        return unpack(data, type_)
    raw = data[:-_CHECK_BYTES]
    if data != checked(raw):
        raise Damaged("protocol.unreadable_message")
    return _read(raw, type_)


def checked(raw: bytes) -> bytes:
    """Return an encoded message as the plain form carries it: its CRC-32 behind it, four bytes, the highest first."""
    return raw + zlib.crc32(raw).to_bytes(_CHECK_BYTES, "big")


def _read(raw: bytes, type_: type[T]) -> T:
    if len(raw) > MAX_BODY_BYTES:
        raise Damaged("protocol.unreadable_message")
    try:
        _looked_at(cast(Any, type_))
        return msgspec.msgpack.decode(raw, type=type_)
    except UNREADABLE as error:
        raise Damaged("protocol.unreadable_message") from error
