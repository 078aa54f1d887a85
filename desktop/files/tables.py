"""A table in a file: its header and its rows as text, whatever the file is written in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sync.records.errors import Refused, Unavailable

MAX_FILE_BYTES: Final = 128 * 1024 * 1024
MAX_COLUMNS: Final = 64
HEADER_WITHIN: Final = 10
"""A title may stand above the header: so many rows are looked at."""

HEADER_NAME: Final = "登记"
"""What a header has somewhere, whatever the order of its columns."""

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One row that is not blank. ``number`` counts the rows of the file from 1, as a spreadsheet program does."""

    number: int
    cells: Cells


@dataclass(frozen=True, slots=True)
class TableFile:
    """``rows()`` reads the file from its beginning, one row at a time; ``total`` is a guess, 0 where there is none."""

    rows: Callable[[], AbstractContextManager[Iterator[Line]]]
    total: int


def open_table(path: Path) -> TableFile:
    """Look at a file and say how its rows are read.

    Unavailable("imports.unreadable_file") where it cannot be opened; Refused("imports.too_large"),
    ("imports.not_a_table") for another kind of file, ("imports.encoding"), ("imports.csv_broken").
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise Unavailable("imports.unreadable_file", file=path.name) from error
    if size > MAX_FILE_BYTES:
        raise Refused("imports.too_large", limit=MAX_FILE_BYTES // 1024 // 1024)
    if start.startswith(b"PK\x03\x04"):
        from desktop.files.xlsx_tables import open_xlsx  # openpyxl is heavy: only where a workbook is read

        return open_xlsx(path)
    if start.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"PK")) or path.suffix.lower() in {".xls", ".xlsx", ".et"}:
        raise Refused("imports.not_a_table", file=path.name)
    from desktop.files.csv_tables import open_csv

    return open_csv(path)


def trimmed(cells: Cells) -> Cells:
    """Return ``cells`` without the empty ones at the end."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]
