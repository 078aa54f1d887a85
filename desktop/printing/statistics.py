"""人民调解统计表: the numbers of a period by dispute type, each with its definition and date basis below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from desktop.printing.fonts import Fonts
from desktop.printing.frames import FORM
from desktop.printing.lines import Align, Style
from desktop.printing.table_sheets import Look, TableSheet, drawn_table
from desktop.printing.tables import PAD

TYPE: Final = 62.0
"""Width of the types' column in points: six characters, and a blank at each side."""
NAME: Final = Style(8.5, 11)
HEAD: Final = Style(7.5, 10, align=Align.CENTRE)
NUMBER: Final = Style(7.5, 12, align=Align.RIGHT)
DIGIT: Final = 0.63
"""Width of a digit in parts of the size, with a little air."""
SMALLEST: Final = 4.0


def render(sheet: TableSheet, fonts: Fonts | None = None) -> bytes:
    """Return the table as PDF; ``heads`` are the type, then what is counted. Raises as `drawn_table` does.

    Columns are as wide as their numbers need; where all together are too wide, the numbers are set smaller.
    """
    longest = [max(len(row[at]) for row in sheet.rows) for at in range(1, len(sheet.heads))]
    room, size = FORM.width - TYPE, NUMBER.size
    while sum(widths := _needed(longest, size)) > room and size > SMALLEST:
        size -= 0.25
    blank = (room - sum(widths)) / len(widths)
    columns = [part / FORM.width for part in (TYPE, *(width + blank for width in widths))]
    number = replace(NUMBER, size=size)
    return drawn_table(sheet, Look(columns, HEAD, (NAME, number), 21, frozenset({-1})), fonts)


def _needed(longest: Sequence[int], size: float) -> list[float]:
    """Widths in points: of two characters of a heading, and of the longest number."""
    return [2 * PAD + max(2 * HEAD.size, characters * size * DIGIT) for characters in longest]
