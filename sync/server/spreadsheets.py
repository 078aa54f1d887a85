"""Lists that an administrator imports: CSV (UTF-8 or GB 18030) or XLSX, as rows of text under a header that we know."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sync.records.errors import Refused, Unavailable

MOST_BYTES: Final = 16 * 1024 * 1024
MOST_UNPACKED: Final = 128 * 1024 * 1024
MOST_ROWS: Final = 50_000
MOST_COLUMNS: Final = 64
_HEADER_WITHIN: Final = 10
"""A title may stand above the header: so many rows are looked at."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not blank, by our names of columns; ``number`` counts from 1, as a spreadsheet program does."""

    number: int
    cells: Mapping[str, str]


def read_rows(file: Path, columns: Mapping[str, tuple[str, ...]], needed: tuple[str, ...]) -> list[Row]:
    """Return the rows under the header that has the ``needed`` columns; ``columns`` has the words for each.

    Unavailable("district.cannot_read"); Refused("district.list_no_table") for what is no table,
    ("district.list_too_large"), ("district.list_no_header") naming the columns, ("district.list_empty").
    """
    try:
        data = file.read_bytes() if file.stat().st_size <= MOST_BYTES else None
    except OSError as error:
        raise Unavailable("district.cannot_read", file=str(file)) from error
    if data is None:
        raise Refused("district.list_too_large", file=file.name, limit=MOST_BYTES // 1024 // 1024)
    lines = _xlsx(data, file.name) if data.startswith(b"PK\x03\x04") else _csv(data, file.name)
    found: dict[str, int] = {}
    rows: list[Row] = []
    for number, cells in lines:
        if number > MOST_ROWS:
            raise Refused("district.list_too_many", file=file.name, limit=MOST_ROWS)
        if not found:
            found = _header(cells, columns, needed) if number <= _HEADER_WITHIN else {}
        elif any(cells):
            rows.append(Row(number, {name: cells[at] if at < len(cells) else "" for name, at in found.items()}))
    if not found:
        raise Refused("district.list_no_header", file=file.name, columns="、".join(columns[name][0] for name in needed))
    if not rows:
        raise Refused("district.list_empty", file=file.name)
    return rows


def _header(cells: list[str], columns: Mapping[str, tuple[str, ...]], needed: tuple[str, ...]) -> dict[str, int]:
    said = {"".join(cell.split()).lower(): at for at, cell in reversed(list(enumerate(cells)))}
    known = [(name, word.lower()) for name, words in columns.items() for word in reversed(words)]
    found = {name: said[word] for name, word in known if word in said}
    return found if set(needed) <= found.keys() else {}


def _csv(data: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Refused("district.list_no_table", file=name)
    if "\0" in text:
        raise Refused("district.list_no_table", file=name)
    first = text[:4096].splitlines()[:_HEADER_WITHIN]
    delimiter = max(",\t;", key=lambda mark: max((line.count(mark) for line in first), default=0))
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            yield number, [cell.strip() for cell in cells[:MOST_COLUMNS]]
    except csv.Error as error:
        raise Refused("district.list_no_table", file=name) from error


def _xlsx(data: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    """Formulas count as what they showed last; whatever is wrong with the file, it is no table."""
    import openpyxl
    from openpyxl.xml import DEFUSEDXML

    if not DEFUSEDXML:
        raise Unavailable("district.list_no_reader")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise Refused("district.list_too_large", file=name, limit=MOST_UNPACKED // 1024 // 1024)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        for number, cells in enumerate(book.worksheets[0].iter_rows(values_only=True, max_col=MOST_COLUMNS), 1):
            yield number, [_text(cell) for cell in cells]
    except Refused:
        raise
    except Exception as error:  # openpyxl raises whatever the parts of a broken file make it raise
        raise Refused("district.list_no_table", file=name) from error


def _text(cell: Any) -> str:
    """A telephone number that a spreadsheet keeps as a number has no decimals, a day no midnight."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).removesuffix(" 00:00:00").strip()
