"""One TrueType file, read where it is asked for: character to glyph, advance, outline. Nothing is parsed ahead.

Table and field names are those of the OpenType specification (ISO/IEC 14496-22).
"""

from __future__ import annotations

import mmap
import struct
import sys
from array import array
from bisect import bisect_right
from functools import cached_property
from pathlib import Path

from sync.records.errors import Damaged

TABLES = ("head", "hhea", "maxp", "hmtx", "cmap", "loca", "glyf")
UNICODE_FULL = {(0, 4), (0, 6), (3, 10)}


class TrueType:
    """A face with quadratic outlines. Raises Damaged("printing.bad_font") where the file is not such a face."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self.data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._tables = self._directory()
            self.head, self.hhea = self.table("head"), self.table("hhea")
            self.units: int = struct.unpack_from(">H", self.head, 18)[0]
            self.ascent, self.descent = struct.unpack_from(">hh", self.hhea, 4)
            self._metrics = struct.unpack_from(">H", self.hhea, 34)[0]
            self.glyphs = struct.unpack_from(">H", self.table("maxp"), 4)[0]
        except (struct.error, ValueError, OSError) as why:
            raise Damaged("printing.bad_font", file=path.name) from why
        if not self.units or not self._metrics:
            raise Damaged("printing.bad_font", file=path.name)

    def _directory(self) -> dict[str, tuple[int, int]]:
        count = struct.unpack_from(">H", self.data, 4)[0]
        found = {}
        for number in range(count):
            tag, _sum, offset, length = struct.unpack_from(">4sLLL", self.data, 12 + 16 * number)
            if offset + length > len(self.data):
                raise ValueError(tag)
            found[tag.decode("latin-1")] = (offset, length)
        if self.data[:4] not in (b"\0\1\0\0", b"true") or not found.keys() >= set(TABLES):
            raise ValueError("no TrueType outlines")
        return found

    def table(self, tag: str) -> bytes:
        """Return the bytes of a table."""
        offset, length = self._tables[tag]
        return self.data[offset : offset + length]

    @property
    def directory(self) -> bytes:
        """The table directory: names, places and checksums of all tables."""
        return self.data[: 12 + 16 * len(self._tables)]

    @property
    def embeddable(self) -> bool:
        """Whether its licence bits let a paper carry it: no restricted licence, and outlines, not bitmaps only."""
        if "OS/2" not in self._tables:
            return True
        fs_type: int = struct.unpack_from(">H", self.table("OS/2"), 8)[0]
        return not fs_type & 0x200 and fs_type & 0xF != 0x2

    @cached_property
    def name(self) -> str:
        """The PostScript name, without the characters that a PDF name cannot hold."""
        table = self.table("name")
        count, strings = struct.unpack_from(">HH", table, 2)
        for number in range(count):
            platform, _enc, _lang, key, length, offset = struct.unpack_from(">6H", table, 6 + 12 * number)
            if key == 6 and platform == 3:
                text = table[strings + offset : strings + offset + length].decode("utf-16-be", "ignore")
                return "".join(c for c in text if c.isascii() and (c.isalnum() or c == "-"))
        return "".join(c for c in self.path.stem if c.isascii() and c.isalnum())

    @cached_property
    def _subtables(self) -> dict[int, int]:
        """Offsets in the file of the cmap subtables that are used: format 12 and format 14, 4 where 12 is absent."""
        start = self._tables["cmap"][0]
        found: dict[int, int] = {}
        for number in range(struct.unpack_from(">H", self.data, start + 2)[0]):
            platform, encoding, offset = struct.unpack_from(">HHL", self.data, start + 4 + 8 * number)
            form = struct.unpack_from(">H", self.data, start + offset)[0]
            if form == 14 or (form == 12 and (platform, encoding) in UNICODE_FULL):
                found[form] = start + offset
        if 12 not in found:
            raise Damaged("printing.bad_font", file=self.path.name)
        return found

    @cached_property
    def _groups(self) -> tuple[array[int], array[int], array[int]]:
        """First characters, last characters and first glyphs of the cmap's groups, ordered."""
        offset = self._subtables[12]
        count = struct.unpack_from(">L", self.data, offset + 12)[0]
        numbers = array("I", self.data[offset + 16 : offset + 16 + 12 * count])
        if sys.byteorder == "little":
            numbers.byteswap()
        return numbers[0::3], numbers[1::3], numbers[2::3]

    def glyph(self, code: int) -> int:
        """Return the glyph of a code point, 0 where the face has none."""
        first, last, glyph = self._groups
        at = bisect_right(first, code) - 1
        if at < 0 or code > last[at]:
            return 0
        found = glyph[at] + code - first[at]
        return found if found < self.glyphs else 0

    @cached_property
    def _selectors(self) -> dict[int, tuple[int, int]]:
        start = self._subtables.get(14)
        if start is None:
            return {}
        found = {}
        for number in range(struct.unpack_from(">L", self.data, start + 6)[0]):
            at = start + 10 + 11 * number
            default, other = struct.unpack_from(">LL", self.data, at + 3)
            found[int.from_bytes(self.data[at : at + 3])] = (default and start + default, other and start + other)
        return found

    def variant(self, code: int, selector: int) -> int:
        """Return the glyph of a variation sequence, 0 where the face does not know the sequence."""
        default, other = self._selectors.get(selector, (0, 0))
        if other:
            for number in range(struct.unpack_from(">L", self.data, other)[0]):
                at = other + 4 + 5 * number
                if int.from_bytes(self.data[at : at + 3]) == code:
                    return int(struct.unpack_from(">H", self.data, at + 3)[0])
        if default:
            for number in range(struct.unpack_from(">L", self.data, default)[0]):
                at = default + 4 + 4 * number
                first = int.from_bytes(self.data[at : at + 3])
                if first <= code <= first + self.data[at + 3]:
                    return self.glyph(code)
        return 0

    def metrics(self, glyph: int) -> tuple[int, int]:
        """Return advance and left side bearing of a glyph in font units."""
        start = self._tables["hmtx"][0]
        if glyph < self._metrics:
            advance, bearing = struct.unpack_from(">Hh", self.data, start + 4 * glyph)
            return advance, bearing
        advance = struct.unpack_from(">H", self.data, start + 4 * (self._metrics - 1))[0]
        at = start + 4 * self._metrics + 2 * (glyph - self._metrics)
        return advance, struct.unpack_from(">h", self.data, at)[0]

    @cached_property
    def _long_offsets(self) -> bool:
        return bool(struct.unpack_from(">h", self.head, 50)[0])

    def outline(self, glyph: int) -> bytes:
        """Return the glyf entry of a glyph, empty where it draws nothing."""
        start = self._tables["loca"][0]
        if self._long_offsets:
            first, last = struct.unpack_from(">LL", self.data, start + 4 * glyph)
        else:
            first, last = (2 * half for half in struct.unpack_from(">HH", self.data, start + 2 * glyph))
        base, length = self._tables["glyf"]
        if not first <= last <= length:
            raise Damaged("printing.bad_font", file=self.path.name)
        return self.data[base + first : base + last]
