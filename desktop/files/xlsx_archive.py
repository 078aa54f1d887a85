"""What a workbook would take of memory, found out before anything builds a tree of it.

A worksheet is read row by row, so one row must be small; whatever else openpyxl reads, it holds as a whole. An
archive states its sizes, and zipfile never unpacks more than that; how many elements the XML has is counted here.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final
from xml.parsers import expat

from openpyxl.xml.constants import SHEET_MAIN_NS

from sync.records.errors import Refused

MAX_PARTS: Final = 2_000
MAX_ARCHIVE_BYTES: Final = 512 * 1024 * 1024
MAX_SHEET_BYTES: Final = 256 * 1024 * 1024
MAX_PART_BYTES: Final = 16 * 1024 * 1024
MAX_STRINGS_BYTES: Final = 64 * 1024 * 1024
"""Shared strings are held in memory as a whole, worksheets are not."""

MAX_ROW_BYTES: Final = 16 * 1024 * 1024
MAX_ROW_ELEMENTS: Final = 100_000
"""A worksheet has at most 16,384 columns, and a cell about four elements."""
MAX_UNSTATED_BYTES: Final = 48 * 1024 * 1024
MAX_ELEMENTS: Final = 1_000_000
"""In a part without rows, and in a worksheet that does not state its dimension: openpyxl then reads all to find it."""

_CHUNK: Final = 1 << 16
_ROW: Final = f"{SHEET_MAIN_NS} row"
_DIMENSION: Final = f"{SHEET_MAIN_NS} dimension"


def check_archive(path: Path) -> None:
    """Refused("imports.not_a_table") for what is no workbook, ("imports.too_large") and ("imports.too_complex")."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if not any(part.filename == "[Content_Types].xml" for part in parts):
                raise Refused("imports.not_a_table", file=path.name)
            _check_sizes(parts)
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")) and not _strings(part):
                    _check_elements(archive, part, path)
    except (zipfile.BadZipFile, expat.ExpatError, OSError, EOFError, ValueError, RuntimeError) as error:
        raise Refused("imports.not_a_table", file=path.name) from error


def _strings(part: zipfile.ZipInfo) -> bool:
    return "sharedstrings" in part.filename.lower()


def _sheet(part: zipfile.ZipInfo) -> bool:
    return "worksheets/" in part.filename.lower()


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    for part in parts:
        limit = MAX_SHEET_BYTES if _sheet(part) else MAX_STRINGS_BYTES if _strings(part) else MAX_PART_BYTES
        if part.file_size > limit and part.filename.lower().endswith((".xml", ".rels")):
            raise Refused("imports.too_large", limit=limit // 1024 // 1024)
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_ARCHIVE_BYTES:
        raise Refused("imports.too_large", limit=MAX_ARCHIVE_BYTES // 1024 // 1024)


def _check_elements(archive: zipfile.ZipFile, part: zipfile.ZipInfo, path: Path) -> None:
    counted = _Counted(path, by_rows=_sheet(part))
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            counted.feed(chunk)
    counted.feed(b"")


class _Counted:
    """Counts a part's elements, from its last row on where the reader would have let go of what stood before."""

    def __init__(self, path: Path, *, by_rows: bool) -> None:
        self._path = path
        self._by_rows = by_rows
        self._stated = False
        self._count = self._fed = self._row_at = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes; none at the end."""
        self._parser.Parse(chunk, not chunk)
        self._fed += len(chunk)
        if self._fed - self._row_at > (MAX_ROW_BYTES if self._stated else MAX_UNSTATED_BYTES) + len(chunk):
            self._refuse()

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > (MAX_ROW_ELEMENTS if self._stated else MAX_ELEMENTS):
            self._refuse()
        if name == _DIMENSION and self._by_rows and self._count < MAX_ROW_ELEMENTS:
            self._stated = True

    def _end(self, name: str) -> None:
        if name == _ROW and self._stated:
            self._count = 0
            self._row_at = self._parser.CurrentByteIndex

    def _doctype(self, *_declared: object) -> None:
        raise Refused("imports.not_a_table", file=self._path.name)

    def _refuse(self) -> None:
        raise Refused("imports.too_complex", file=self._path.name)
