"""卷内目录: every document of the file with its pages."""

from __future__ import annotations

from desktop.printing.casefile.case import CaseSheet, IndexLine
from desktop.printing.casefile.form import drawn
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.pieces import LABEL, NUMBER, VALUE
from desktop.printing.tables import Cell, Row, table
from desktop.printing.template import Template

COLUMNS = (0.12, 0.52, 0.18, 0.18)
HEIGHT = 30.0
LEAST_LINES = 20
"""So many lines stand on the form, filled or not: what is added later is written by hand."""


def render(sheet: CaseSheet, fonts: Fonts | None = None) -> bytes:
    """Return the index as PDF; raises as `drawn` does."""
    return drawn(sheet, _draw, fonts)


def _draw(flow: Flow, words: Template, sheet: CaseSheet) -> None:
    if sheet.appendix:
        flow.text(words("appendix", count=sheet.appendix), NUMBER, glued=True)
    heads = [Cell(words(key), LABEL) for key in ("place", "document", "pages", "remark")]
    rows = [Row(heads, HEIGHT, glued=True, columns=COLUMNS, heading=True)]
    lines = [*sheet.index, *(IndexLine(document="") for _ in range(LEAST_LINES - len(sheet.index)))]
    for place, line in enumerate(lines, 1):
        number = str(place) if line.document else ""
        cells = [Cell(number, LABEL), Cell(line.document, VALUE), Cell(line.pages, LABEL), Cell("", VALUE)]
        rows.append(Row(cells, HEIGHT, columns=COLUMNS))
    flow.add(table(flow, COLUMNS, rows))
