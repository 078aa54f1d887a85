"""A TrueType face cut down to the glyphs of one document, without hints: printers and viewers do not need them."""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Sequence

from desktop.printing.truetype import TrueType
from sync.records.errors import Damaged

WORDS, XY_SCALE, SCALE_2X2, SCALE, MORE, INSTRUCTIONS = 0x1, 0x40, 0x80, 0x8, 0x20, 0x100


def subset(face: TrueType, glyphs: Sequence[int]) -> bytes:
    """Return a TrueType file whose glyph n is ``glyphs[n]`` of ``face``; the first, .notdef, draws nothing.

    Parts of composite glyphs follow behind. The same arguments give the same bytes.
    """
    wanted = list(glyphs)
    place = {glyph: number for number, glyph in reversed(list(enumerate(wanted)))}
    outlines = [b""]
    number = 1
    while number < len(wanted):
        outlines.append(_without_hints(face, face.outline(wanted[number]), wanted, place))
        number += 1
    offsets, body = array("I", [0]), bytearray()
    for outline in outlines:
        body += outline + bytes(-len(outline) % 4)
        offsets.append(len(body))
    metrics = b"".join(struct.pack(">Hh", *face.metrics(glyph)) for glyph in wanted)
    return _file(
        {
            b"glyf": bytes(body),
            b"head": face.head[:8] + bytes(4) + face.head[12:50] + struct.pack(">h", 1) + face.head[52:54],
            b"hhea": face.hhea[:34] + struct.pack(">H", len(wanted)),
            b"hmtx": metrics,
            b"loca": _big_endian(offsets),
            b"maxp": _maxp(face.table("maxp"), len(wanted)),
        }
    )


def _without_hints(face: TrueType, outline: bytes, wanted: list[int], place: dict[int, int]) -> bytes:
    if len(outline) < 10:
        return b""
    contours = struct.unpack_from(">h", outline)[0]
    try:
        if contours < 0:
            return _composite(outline, wanted, place)
        end = 10 + 2 * contours
        hints = struct.unpack_from(">H", outline, end)[0]
    except struct.error as why:
        raise Damaged("printing.bad_font", file=face.path.name) from why
    return outline[:end] + b"\0\0" + outline[end + 2 + hints :]


def _composite(outline: bytes, wanted: list[int], place: dict[int, int]) -> bytes:
    """Return a composite glyph whose parts have the numbers of the subset; parts not wanted yet become so."""
    made, at = bytearray(outline[:10]), 10
    more = True
    while more:
        flags, part = struct.unpack_from(">HH", outline, at)
        if part not in place:
            place[part] = len(wanted)
            wanted.append(part)
        size = 8 if flags & WORDS else 6
        size += 8 if flags & SCALE_2X2 else 4 if flags & XY_SCALE else 2 if flags & SCALE else 0
        made += struct.pack(">HH", flags & ~INSTRUCTIONS, place[part]) + outline[at + 4 : at + size]
        at += size
        more = bool(flags & MORE)
    return bytes(made)


def _maxp(table: bytes, glyphs: int) -> bytes:
    """Return maxp for ``glyphs`` glyphs and no instructions: one zone, nothing stored, no stack."""
    return table[:4] + struct.pack(">H", glyphs) + table[6:14] + struct.pack(">H6H", 1, *[0] * 6) + table[28:32]


def _big_endian(numbers: array[int]) -> bytes:
    copy = array("I", numbers)
    if sys.byteorder == "little":
        copy.byteswap()
    return copy.tobytes()


def _checksum(table: bytes) -> int:
    numbers = array("I", table)
    if sys.byteorder == "little":
        numbers.byteswap()
    return sum(numbers) & 0xFFFFFFFF


def _file(tables: dict[bytes, bytes]) -> bytes:
    power = len(tables).bit_length() - 1
    start = struct.pack(">LHHHH", 0x00010000, len(tables), 16 << power, power, 16 * len(tables) - (16 << power))
    offset, directory, body = 12 + 16 * len(tables), bytearray(start), bytearray()
    for tag in sorted(tables):
        padded = tables[tag] + bytes(-len(tables[tag]) % 4)
        directory += struct.pack(">4sLLL", tag, _checksum(padded), offset + len(body), len(tables[tag]))
        body += padded
    return bytes(directory + body)
