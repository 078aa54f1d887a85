"""CSV in UTF-8 (with or without BOM) and GB 18030: looked at whole before the first row is given out."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from desktop.files.gb18030 import CODEC
from desktop.files.tables import HEADER_NAME, HEADER_WITHIN, Line, TableFile, trimmed
from sync.records.errors import Refused

_CHUNK: Final = 1 << 20
_ENCODINGS: Final = ("utf-8-sig", CODEC)
_DELIMITERS: Final = (",", "\t", ";")
MAX_CELL: Final = 1 << 22
"""Code points. A cell that is longer than a text may be refuses its row; one longer than this is a broken file."""

_OTHER_BOMS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def open_csv(path: Path) -> TableFile:
    """Find encoding and delimiter, and read the whole file once, so that a broken one is refused before any row."""
    encoding = _encoding(path)
    delimiter = _delimiter(path, encoding)

    @contextmanager
    def rows() -> Iterator[Iterator[Line]]:
        with path.open(encoding=encoding, newline="") as file:
            yield _rows(file, delimiter)

    with rows() as lines:
        total = sum(1 for _ in lines)
    return TableFile(rows, max(total - 1, 0))


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        if file.read(2) in _OTHER_BOMS:
            raise Refused("imports.encoding", file=path.name)
    for name in _ENCODINGS:
        if _decodes(path, name):
            return name
    raise Refused("imports.encoding", file=path.name)


def _decodes(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(path: Path, encoding: str) -> str:
    """The delimiter that stands most often in one of the first lines: in the header there is one beside each name.

    Only a line that may be the header says anything about delimiters.
    """
    with path.open(encoding=encoding, newline="") as file:
        first = file.read(4096).splitlines()[:HEADER_WITHIN]
    return max(_DELIMITERS, key=lambda d: max((line.count(d) for line in first if HEADER_NAME in line), default=0))


def _rows(file: Iterator[str], delimiter: str) -> Iterator[Line]:
    # Strict: a quotation mark that is never closed must not swallow the rows after it.
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    number = 0
    try:
        for cells in reader:
            number += 1
            if kept := trimmed(tuple(cells)):
                yield Line(number, kept)
    except csv.Error as error:
        # The csv module has one class for both; a quotation mark without a partner also makes a cell too long.
        long = "field larger" in str(error) and number + 1 == reader.line_num
        raise Refused("imports.cell_too_long" if long else "imports.csv_broken", line=reader.line_num) from error
