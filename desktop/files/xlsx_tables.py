"""XLSX as text, row by row; a workbook is a zip of XML that may have been made to do harm.

Read by openpyxl in read-only mode with defusedxml (no entities, no external references). Formulas are not
calculated: their text is the cell's text. What it would take of memory is checked before (xlsx_archive.py).
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

import openpyxl
from openpyxl.xml import DEFUSEDXML

from desktop.files.tables import HEADER_NAME, HEADER_WITHIN, MAX_COLUMNS, Line, TableFile, trimmed
from desktop.files.xlsx_archive import check_archive
from sync.records.errors import Refused

MAX_BLANK_ROWS: Final = 100_000
_SLICE: Final = 200
_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_EXACT: Final = 10**15
"""From here on a spreadsheet's numbers have lost digits: an identity number kept as a number is no longer one."""


def open_xlsx(path: Path) -> TableFile:
    """Check the archive; Refused("imports.not_a_table"), ("imports.too_large") or ("imports.too_complex")."""
    if not DEFUSEDXML:
        raise RuntimeError("defusedxml is not installed: workbooks are not read without it")
    check_archive(path)

    @contextmanager
    def rows() -> Iterator[Iterator[Line]]:
        with _loaded(path) as workbook:
            yield _rows(workbook, path)

    with _loaded(path) as workbook:
        total = max((_ledger_sheet(workbook, path).max_row or 1) - 1, 0)
    return TableFile(rows, total)


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


def _ledger_sheet(workbook: Any, path: Path) -> Any:
    """The first worksheet that has a ledger's header near its top, or the first of all: notes may stand before it."""
    with _quietly(path):
        for sheet in workbook.worksheets:
            for cells in sheet.iter_rows(values_only=True, max_row=HEADER_WITHIN, max_col=MAX_COLUMNS):
                if sum(HEADER_NAME in str(cell) for cell in cells) and sum(cell is not None for cell in cells) > 1:
                    return sheet
        return workbook.worksheets[0]


def _rows(workbook: Any, path: Path) -> Iterator[Line]:
    sheet = _ledger_sheet(workbook, path)
    with _quietly(path):
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
            return _unescaped(str(value))


def _unescaped(text: str) -> str:
    """Undo what a workbook does to characters that XML cannot hold (ECMA-376, ST_Xstring): _x000D_ is a return."""
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _number(value: int) -> str:
    return str(value) if abs(value) < _EXACT else f"{value:.14E}"
