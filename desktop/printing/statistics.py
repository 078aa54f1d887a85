"""人民调解统计表: the numbers of a period by dispute type, each with its definition and date basis below."""

from __future__ import annotations

from desktop.printing.fonts import Fonts
from desktop.printing.lines import Align, Style
from desktop.printing.table_sheets import Look, TableSheet, drawn_table

TYPE, AMOUNT = 0.135, 0.118
HEAD = Style(7.5, 10, align=Align.CENTRE)
NUMBER = Style(7.5, 12, align=Align.RIGHT)
NAME = Style(8.5, 11)


def render(sheet: TableSheet, fonts: Fonts | None = None) -> bytes:
    """Return the table as PDF; ``heads`` are the type, then what is counted. Raises as `drawn_table` does."""
    counts = len(sheet.heads) - 2
    each = (1 - TYPE - AMOUNT) / counts
    columns = [TYPE, *(each for _ in range(counts + 1))]
    columns[AMOUNT_AT] = AMOUNT
    look = Look(columns, HEAD, (NAME, NUMBER), 21, frozenset({-1}))
    return drawn_table(sheet, look, fonts)


AMOUNT_AT = 9
"""The column of the amount, from 0: the ninth measure (sync.records.statistics.Measure)."""
