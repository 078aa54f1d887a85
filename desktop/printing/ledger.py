"""台账: the visits or the mediations of a period as a table on paper, a row each."""

from __future__ import annotations

from desktop.printing.fonts import Fonts
from desktop.printing.lines import Style
from desktop.printing.table_sheets import Look, TableSheet, drawn_table

HEAD = Style(9, 12, bold=True)
CELL = Style(9, 12.5)
WIDTHS = {
    "visits": (0.065, 0.145, 0.105, 0.11, 0.065, 0.11, 0.4),
    "mediations": (0.07, 0.15, 0.22, 0.22, 0.12, 0.22),
}
"""The columns of each ledger as parts of the width; the first is the row's number."""


def render(sheet: TableSheet, name: str, fonts: Fonts | None = None) -> bytes:
    """Return the ledger ``name`` as PDF; raises as `drawn_table` does."""
    return drawn_table(sheet, Look(WIDTHS[name], HEAD, (CELL,), 20), fonts)
