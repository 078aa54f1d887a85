"""What a camera or a program writes beside a picture's pixels (place, device, owner, previews) is left out.

Which way up a picture is stays, and how its colours are meant; a picture is not decoded. Formats: JPEG (ITU-T T.81,
annex B; EXIF 2.32) and PNG (ISO/IEC 15948).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from sync.records.media import PNG_HEAD

_SOS, _EOI, _COMMENT = 0xDA, 0xD9, 0xFE
_APP: Final = range(0xE0, 0xF0)
_EXIF: Final = b"Exif\0\0"
_KEPT: Final = ((0xE0, b"JFIF\0"), (0xE2, b"ICC_PROFILE\0"), (0xEE, b"Adobe"))
_ORIENTATION: Final = 0x0112
_PNG_KEPT: Final = frozenset({b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs", b"bKGD"})


def without_notes(content: bytes) -> bytes:
    """Return a JPEG or PNG without what stands beside its pixels; ValueError where it is not whole.

    Whatever follows the picture's end (a film, a second picture) is left out too.
    """
    if content.startswith(PNG_HEAD):
        return PNG_HEAD + b"".join(chunk for name, chunk in _chunks(content) if name[:1].isupper() or name in _PNG_KEPT)
    return b"".join(_jpeg(content))


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(PNG_HEAD)
    while True:
        size = int.from_bytes(content[at : at + 4], "big")
        chunk = content[at : at + 12 + size]
        if len(chunk) < 12 or len(chunk) != 12 + size:
            raise ValueError("a PNG that breaks off")
        yield chunk[4:8], chunk
        if chunk[4:8] == b"IEND":
            return
        at += len(chunk)


def _jpeg(content: bytes) -> Iterator[bytes]:
    yield content[:2]
    at = 2
    while True:
        if content[at : at + 1] != b"\xff" or at + 4 > len(content) + 2:
            raise ValueError("a JPEG that breaks off")
        while content[at + 1 : at + 2] == b"\xff":  # fill bytes
            at += 1
        marker = content[at + 1]
        if marker == _EOI:
            yield content[at : at + 2]
            return
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if end > len(content) or end < at + 4:
            raise ValueError("a JPEG that breaks off")
        yield _kept(marker, content[at:end])
        if marker == _SOS:
            at, end = end, _end_of_scan(content, end)
            yield content[at:end]
        at = end


def _kept(marker: int, segment: bytes) -> bytes:
    if marker == _COMMENT:
        return b""
    if marker not in _APP or any(marker == one and segment[4:].startswith(name) for one, name in _KEPT):
        return segment
    up = _orientation(segment[4 + len(_EXIF) :]) if segment[4:].startswith(_EXIF) else None
    return b"" if up is None else _only_orientation(up)


def _end_of_scan(content: bytes, at: int) -> int:
    """Return where the next marker stands that is no stuffing and no restart."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise ValueError("a JPEG that breaks off")
        if content[at + 1] != 0 and not 0xD0 <= content[at + 1] <= 0xD7:
            return at
        at += 2


def _orientation(tiff: bytes) -> int | None:
    """Return which way up the first directory of a TIFF says; None where it does not say."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    try:
        (at,) = struct.unpack_from(f"{order}I", tiff, 4) if order else (0,)
        (count,) = struct.unpack_from(f"{order}H", tiff, at) if at else (0,)
        for place in range(at + 2, at + 2 + 12 * count, 12):
            tag, _kind, _times, value = struct.unpack_from(f"{order}HHIH", tiff, place)
            if tag == _ORIENTATION:
                return value if 1 <= value <= 8 else None
    except struct.error:
        return None
    return None


def _only_orientation(up: int) -> bytes:
    entry = struct.pack("<HHHIHHI", 1, _ORIENTATION, 3, 1, up, 0, 0)
    said = _EXIF + b"II*\0" + struct.pack("<I", 8) + entry
    return b"\xff\xe1" + struct.pack(">H", len(said) + 2) + said
