"""XLSX as text, row by row; a workbook is a zip of XML that may have been made to do harm.

Read by openpyxl in read-only mode with defusedxml (no entities, no external references). Formulas are not
calculated: their text is the cell's text. Sizes are checked before anything is unpacked; zipfile never unpacks more
than the sizes that an archive states.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

import openpyxl
from openpyxl.xml import DEFUSEDXML

from desktop.files.tables import MAX_COLUMNS, Line, TableFile, trimmed
from sync.records.errors import Refused

MAX_PARTS: Final = 2_000
MAX_PART_BYTES: Final = 256 * 1024 * 1024
MAX_STRINGS_BYTES: Final = 64 * 1024 * 1024
"""Shared strings are held in memory as a whole, worksheets are not."""
MAX_BLANK_ROWS: Final = 100_000
_SLICE: Final = 200
_EXACT: Final = 10**15
"""From here on a spreadsheet's numbers have lost digits: an identity number kept as a number is no longer one."""


def open_xlsx(path: Path) -> TableFile:
    """Check the archive's sizes; Refused("imports.not_a_table") or ("imports.too_large")."""
    if not DEFUSEDXML:
        raise RuntimeError("defusedxml is not installed: workbooks are not read without it")
    _check_archive(path)

    @contextmanager
    def rows() -> Iterator[Iterator[Line]]:
        with _loaded(path) as workbook:
            yield _rows(workbook, path)

    with _loaded(path) as workbook:
        total = max((workbook.worksheets[0].max_row or 1) - 1, 0) if workbook.worksheets else 0
    return TableFile(rows, total)


def _check_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Refused("imports.not_a_table", file=path.name) from error
    if not any(part.filename == "[Content_Types].xml" for part in parts):
        raise Refused("imports.not_a_table", file=path.name)
    strings = sum(part.file_size for part in parts if "sharedstrings" in part.filename.lower())
    rest = max((part.file_size for part in parts), default=0)
    if len(parts) > MAX_PARTS or strings > MAX_STRINGS_BYTES or rest > MAX_PART_BYTES:
        raise Refused("imports.too_large", limit=MAX_PART_BYTES // 1024 // 1024)


@contextmanager
def _loaded(path: Path) -> Iterator[Any]:
    # The file is opened here because openpyxl leaves it open where it cannot read the workbook.
    with path.open("rb") as file:
        with _quietly(path):
            workbook = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
        try:
            yield workbook
        finally:
            workbook.close()


@contextmanager
def _quietly(path: Path) -> Iterator[None]:
    """Turn whatever a hostile workbook makes the reader raise into one refusal; the reader's warnings say nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Refused:
        raise
    except Exception as error:  # any malformed XML or archive may surface as any exception
        raise Refused("imports.not_a_table", file=path.name) from error


def _rows(workbook: Any, path: Path) -> Iterator[Line]:
    with _quietly(path):
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()
        values = sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS)
    number = blank = 0
    while True:
        with _quietly(path):
            some = [cells for _, cells in zip(range(_SLICE), values, strict=False)]
        if not some:
            return
        for cells in some:
            number += 1
            kept = trimmed(tuple(_text(value) for value in cells))
            blank = 0 if kept else blank + 1
            if blank > MAX_BLANK_ROWS:
                return
            if kept:
                yield Line(number, kept)


def _text(value: Any) -> str:
    """Return a cell's value as a clerk would have typed it."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case int():
            return _number(value)
        case float():
            return _number(int(value)) if value.is_integer() else repr(value)
        case datetime():
            whole = value.replace(microsecond=0)
            return whole.isoformat(sep=" ", timespec="seconds" if whole.second else "minutes")
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _number(value: int) -> str:
    return str(value) if abs(value) < _EXACT else f"{value:.14E}"
