"""The colours of papers: an sRGB profile of 584 bytes, made here, so that no file and no day gets into a paper.

ICC.1:2010 (version 4.3): a display profile of matrix and curve. The matrix is IEC 61966-2-1's, adapted to D50 by
Bradford; the curve is its own, as a parametric one (10.16, type 3).
"""

from __future__ import annotations

import struct
from functools import cache

NAME = "sRGB IEC61966-2.1"
_D50 = (0.9642, 1.0, 0.8249)
_PRIMARIES = {
    b"rXYZ": (0.436066, 0.222488, 0.013916),
    b"gXYZ": (0.385147, 0.716873, 0.097076),
    b"bXYZ": (0.143066, 0.060608, 0.714096),
}
_ADAPTED = (1.047882, 0.022919, -0.050201, 0.029587, 0.990479, -0.017059, -0.009232, 0.015076, 0.751678)
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


@cache
def profile() -> bytes:
    """Return the profile."""
    curve = b"para" + bytes(4) + struct.pack(">HH", 3, 0) + _fixed(*_CURVE)
    tags = {
        b"desc": _text(NAME),
        b"cprt": _text("No copyright"),
        b"wtpt": _xyz(_D50),
        b"chad": b"sf32" + bytes(4) + _fixed(*_ADAPTED),
        **{tag: _xyz(value) for tag, value in _PRIMARIES.items()},
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    return _file(tags)


def _file(tags: dict[bytes, bytes]) -> bytes:
    """Head, table of tags and what they say; what is the same stands there once."""
    start = 128 + 4 + 12 * len(tags)
    places: dict[bytes, int] = {}
    table, body = struct.pack(">L", len(tags)), bytearray()
    for tag, said in tags.items():
        if said not in places:
            places[said] = start + len(body)
            body += said + bytes(-len(said) % 4)
        table += struct.pack(">4sLL", tag, places[said], len(said))
    return _head(start + len(body)) + table + bytes(body)


def _head(size: int) -> bytes:
    """7.2 of the specification; the day is that of the standard's edition, not of any print."""
    kind = struct.pack(">L4sL4s4s4s", size, bytes(4), 0x04300000, b"mntr", b"RGB ", b"XYZ ")
    made = struct.pack(">6H", 2010, 12, 1, 0, 0, 0) + b"acsp" + bytes(4) + bytes(4) + bytes(4) + bytes(4) + bytes(8)
    return kind + made + struct.pack(">L", 0) + _fixed(*_D50) + bytes(48)


def _fixed(*values: float) -> bytes:
    return struct.pack(f">{len(values)}l", *(round(value * 65536) for value in values))


def _xyz(value: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(*value)


def _text(text: str) -> bytes:
    said = text.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">LL2s2sLL", 1, 12, b"en", b"US", len(said), 28) + said
