"""A station's ledger: which columns it has, and its rows as cells by column name, in any order of columns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from desktop.files.formula_cells import restored
from desktop.files.tables import HEADER_WITHIN, Cells, Line, TableFile, open_table
from sync.records.errors import Refused
from sync.records.text import half_width

HAPPENED_AT: Final = "登记时间"
NAME: Final = "来访人"
DOCUMENT_TYPE: Final = "证件类型"
DOCUMENT_NUMBER: Final = "证件号码"
SEX: Final = "性别"
ETHNIC_GROUP: Final = "民族"
PHONES: Final = "联系电话"
ADDRESS: Final = "住址"
HEADCOUNT: Final = "同行人数"
CHANNEL: Final = "渠道"
CATEGORY: Final = "类别"
TEXT: Final = "诉求内容"
ANSWERED: Final = "当场答复"
REMARK: Final = "备注"

COLUMNS: Final = (
    HAPPENED_AT, NAME, DOCUMENT_TYPE, DOCUMENT_NUMBER, SEX, ETHNIC_GROUP, PHONES, ADDRESS, HEADCOUNT, CHANNEL,
    CATEGORY, TEXT, ANSWERED, REMARK,
)  # fmt: skip
REQUIRED: Final = (HAPPENED_AT, TEXT)

REJECTED_COLUMN: Final = "拒收列"
REJECTED_REASON: Final = "拒收原因"
REJECTED: Final = (REJECTED_COLUMN, REJECTED_REASON)
"""What the file of refused rows has in front: a ledger with these columns is one that comes back mended."""


@dataclass(frozen=True, slots=True)
class Row:
    """``cells`` by column name, to the letter; ``line`` as the file has it; ``overflow``: more cells than columns."""

    line: Line
    cells: dict[str, str]
    overflow: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """``header`` as the file writes it, without what a file of refused rows has in front; ``extra`` are ignored."""

    header: Cells
    extra: tuple[str, ...]
    total: int
    _table: TableFile
    _places: dict[str, int]
    _header_at: int
    _mended: bool

    @contextmanager
    def rows(self) -> Iterator[Iterator[Row]]:
        """Read the rows below the header, one at a time."""
        with self._table.rows() as lines:
            yield (self._row(line) for line in lines if line.number > self._header_at)

    def _row(self, line: Line) -> Row:
        cells = tuple(map(restored, line.cells)) if self._mended else line.cells
        named = {name: cells[place] if place < len(cells) else "" for name, place in self._places.items()}
        front = len(REJECTED) if self._mended else 0
        return Row(Line(line.number, cells[front:]), named, len(cells) > front + len(self.header))


def open_ledger(path: Path, columns: Cells = COLUMNS, required: Cells = REQUIRED) -> Ledger:
    """Find the header and its columns, those of a ledger of visits unless others are named.

    Refused("imports.columns_missing") names the required columns that are not there, or as `open_table`.
    """
    table = open_table(path)
    with table.rows() as lines:
        first = list(islice(lines, HEADER_WITHIN))
    for line in first:
        names = tuple(map(_column_name, line.cells))
        if set(required) <= set(names):
            return _ledger(table, line, names, columns)
    best = max(
        (set(map(_column_name, line.cells)) for line in first), key=lambda s: len(s & set(columns)), default=set()
    )
    missing = [name for name in required if name not in best]
    raise Refused("imports.columns_missing", columns="、".join(missing or required), file=path.name)


def _ledger(table: TableFile, line: Line, names: Cells, columns: Cells) -> Ledger:
    mended = names[: len(REJECTED)] == REJECTED
    front = len(REJECTED) if mended else 0
    places: dict[str, int] = {name: names.index(name) for name in columns if name in names}
    used = set(places.values()) | set(range(front))
    extra = tuple(cell.strip() for place, cell in enumerate(line.cells) if place not in used and cell.strip())
    return Ledger(line.cells[front:], extra, table.total, table, places, line.number, mended)


def _column_name(cell: str) -> str:
    return "".join(half_width(cell).split()).removeprefix("\ufeff").removeprefix("*").removesuffix("*")
