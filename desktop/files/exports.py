"""Tables that leave the program, for their owner only: XLSX, CSV in UTF-8 with BOM, CSV in GB 18030.

Rows are written as they come, beside the target, and the file gets its name when it is whole. Nothing is written to
the machine's folder of temporary files, where others could find what a stopped program left.
"""

from __future__ import annotations

import csv
import hashlib
import os
import re
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Protocol

from desktop.files.formula_cells import guarded
from desktop.files.gb18030 import CODEC
from sync.protocol.disk import sync_folder
from sync.records.errors import Unavailable
from sync.records.graphemes import cut, utf16_length

SHEET_ROWS: Final = 1_048_576
"""Rows of a sheet, its heading included (ECMA-376 part 1, 18.3.1.73): what is over goes on the next one."""

CELL_CHARACTERS: Final = 32_767
"""UTF-16 units of a cell, as Excel counts them."""
_TEXT: Final = "@"
"""The number format of text: a cell that begins with = stays text when somebody edits it."""

_UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class Format(StrEnum):
    """The kinds of file; the values are what the command line and the log say."""

    XLSX = "xlsx"
    CSV = "csv"
    GB18030 = "gb18030"

    @property
    def suffix(self) -> str:
        """What the file's name ends with."""
        return ".xlsx" if self is Format.XLSX else ".csv"


Said = str | int | Decimal
"""What a cell says: text, a count, or an amount with two decimals."""


class _Writer(Protocol):
    def row(self, cells: Sequence[Said]) -> None: ...

    def close(self) -> None: ...

    def drop(self) -> None: ...


class Export:
    """A table under way to ``target``; `finish` puts it there, `discard` leaves nothing.

    OSError is told as Unavailable("lists.unwritable") by each of them.
    """

    def __init__(self, target: Path, form: Format, heading: Sequence[str]) -> None:
        self.target = target
        self.rows = 0
        self._part = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            self._part.unlink(missing_ok=True)
            handle = os.open(self._part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            self._writer: _Writer = _writer(form, self._part, handle, heading)
        except OSError as error:
            raise self._unwritable(error) from error

    def add(self, cells: Sequence[Said]) -> None:
        """Write one row; numbers are numbers in a workbook too, so that they can be added up there."""
        try:
            self._writer.row(cells)
        except OSError as error:
            raise self._unwritable(error) from error
        self.rows += 1

    def close(self) -> str:
        """End the file, safe from a power cut but without its name; returns its SHA-256 in hex."""
        try:
            self._writer.close()
            with self._part.open("rb") as file:
                os.fsync(file.fileno())
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise self._unwritable(error) from error

    def name(self) -> None:
        """Give the closed file its name, in the place of one that was there."""
        try:
            self._part.replace(self.target)
            sync_folder(self.target.parent)
        except OSError as error:
            raise self._unwritable(error) from error

    def discard(self) -> None:
        """Leave nothing behind; after `name` there is nothing to do."""
        self._writer.drop()
        self._part.unlink(missing_ok=True)

    def _unwritable(self, error: OSError) -> Unavailable:
        return Unavailable("lists.unwritable", file=self.target.name, reason=error.strerror or str(error))


def _writer(form: Format, part: Path, handle: int, heading: Sequence[str]) -> _Writer:
    if form is Format.XLSX:
        os.close(handle)
        return _Workbook(part, heading)
    return _Csv(handle, "utf-8-sig" if form is Format.CSV else CODEC, heading)


class _Csv:
    """Lines with quotation marks where they need them; a cell that would be calculated has an apostrophe in front."""

    def __init__(self, handle: int, encoding: str, heading: Sequence[str]) -> None:
        self._file = os.fdopen(handle, "w", encoding=encoding, errors="replace", newline="")
        self._csv = csv.writer(self._file)
        self.row(heading)

    def row(self, cells: Sequence[Said]) -> None:
        told = [cell if isinstance(cell, str) else str(cell) for cell in cells]
        self._csv.writerow([guarded(cell.replace("\0", "")) for cell in told])

    def close(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def drop(self) -> None:
        self._file.close()


def _fitting(text: str) -> str:
    """Return as much of ``text`` as a cell holds, no character of it divided."""
    if utf16_length(text) <= CELL_CHARACTERS:
        return text
    units = text.encode("utf-16-le")[: 2 * CELL_CHARACTERS].decode("utf-16-le", "ignore")
    return cut(text, len(units))


class _Workbook:
    """Sheets whose cells are all text; the rows of one under way lie beside the target, for its owner only."""

    def __init__(self, part: Path, heading: Sequence[str]) -> None:
        import openpyxl

        self._part, self._heading = part, heading
        self._book = openpyxl.Workbook(write_only=True)
        self._parts: list[str] = []
        self._cells: list[Any] = []
        self._left = 0
        self._sheet: Any = None
        self._next_sheet()

    def row(self, cells: Sequence[Said]) -> None:
        if not self._left:
            self._next_sheet()
        self._append(cells)

    def close(self) -> None:
        self._book.save(self._part)

    def drop(self) -> None:
        from openpyxl.worksheet._writer import ALL_TEMP_FILES

        for sheet in self._book.worksheets:
            if not sheet.closed:
                sheet.close()  # an open one would complain when it is collected
        for name in self._parts:
            Path(name).unlink(missing_ok=True)
            if name in ALL_TEMP_FILES:
                ALL_TEMP_FILES.remove(name)
        self._parts.clear()

    def _next_sheet(self) -> None:
        from openpyxl.worksheet._writer import ALL_TEMP_FILES, WorksheetWriter

        self._sheet = self._book.create_sheet()
        self._sheet.freeze_panes = "A2"
        self._cells.clear()
        name = f"{self._part}.{len(self._parts)}"
        os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        ALL_TEMP_FILES.append(name)  # removed by the library when it saves, and at the end of the process
        self._parts.append(name)
        self._sheet._writer = WorksheetWriter(self._sheet, out=name)
        self._sheet._writer.write_top()
        self._left = SHEET_ROWS
        self._append(self._heading)

    def _append(self, cells: Sequence[Said]) -> None:
        # One cell for each column serves all rows: making one with its format costs more than writing it.
        while len(self._cells) < len(cells):
            self._cells.append(self._empty_cell())
        self._sheet.append([self._filled(cell, text) for cell, text in zip(self._cells, cells, strict=False)])
        self._left -= 1

    def _empty_cell(self) -> Any:
        from openpyxl.cell import WriteOnlyCell

        cell = WriteOnlyCell(self._sheet)
        cell.number_format = _TEXT
        return cell

    @staticmethod
    def _filled(cell: Any, text: Said) -> Any:
        if isinstance(text, int | Decimal):
            return _number(cell, text)
        if not text:
            return None
        cell.number_format = _TEXT
        cell.value = _fitting(_ESCAPE.sub("_x005F_", _UNWRITABLE.sub("", text)))
        cell.data_type = "s"
        return cell


def _number(cell: Any, number: int | Decimal) -> Any:
    cell.number_format = "0" if isinstance(number, int) else "#,##0.00"
    cell.value = number
    cell.data_type = "n"
    return cell
