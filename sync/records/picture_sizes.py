"""How large a picture is and where it ends, read from its segments or chunks: nothing is decoded.

Formats: JPEG (ITU-T T.81, annex B) and PNG (ISO/IEC 15948).
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Final

from sync.records.media import JPEG, PNG_HEAD

_NEXT_MARKER: Final = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]", re.DOTALL)
_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})
"""Start of frame: baseline, extended, progressive (ITU-T T.81, table B.1); libjpeg reads no others."""
_PROGRESSIVE: Final = 0xC2


@dataclass(frozen=True, slots=True)
class Measured:
    """A picture's pixels each way, and where in its bytes it ends; ``whole``: a decoder must hold all of it at once."""

    width: int
    height: int
    end: int
    whole: bool


def measured(content: bytes, media_type: str) -> Measured:
    """Measure a JPEG or PNG. ValueError where it is cut off, damaged, or says no size."""
    try:
        return _jpeg(content) if media_type == JPEG else _png(content)
    except IndexError as error:
        raise ValueError("a picture that breaks off") from error


def _jpeg(content: bytes) -> Measured:
    """Walk the segments up to the end of the image: one that ends before was cut off (T.81, B.1.1)."""
    at, width, height, whole = 2, 0, 0, False
    while True:
        found = _NEXT_MARKER.match(content, at)
        if found is None:
            raise ValueError("no marker where one must be")
        marker, at = content[found.end() - 1], found.end()
        if marker == 0xD9:
            break
        length = int.from_bytes(content[at : at + 2], "big")
        if length < 2 or at + length > len(content):
            raise ValueError("a segment is longer than the file")
        if marker in _FRAMES and length >= 8:
            height, width = (int.from_bytes(content[at + n : at + n + 2], "big") for n in (3, 5))
            whole = whole or marker == _PROGRESSIVE
        at += length
        if marker == 0xDA:
            found = _NEXT_MARKER.search(content, at)
            if found is None:
                raise ValueError("the scan does not end")
            at = found.start()
    if not width or not height:
        raise ValueError("no frame")
    return Measured(width, height, at, whole)


def _png(content: bytes) -> Measured:
    """Walk the chunks up to IEND, each with its checksum (PNG, 5.3)."""
    at, size, data = len(PNG_HEAD), (0, 0), False
    while True:
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(content) or zlib.crc32(content[at + 4 : end - 4]) != int.from_bytes(content[end - 4 : end], "big"):
            raise ValueError("a chunk is cut off or changed")
        if name == b"IHDR" and length == 13:
            size = (int.from_bytes(content[at + 8 : at + 12], "big"), int.from_bytes(content[at + 12 : at + 16], "big"))
        data = data or name == b"IDAT"
        at = end
        if name == b"IEND":
            break
    if not (size[0] and size[1] and data):
        raise ValueError("no picture")
    return Measured(*size, at, True)
