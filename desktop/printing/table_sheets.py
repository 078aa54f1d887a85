"""Papers that are one long table: a heading, the table with its head on every page, notes, places to sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.printing.document import Document
from desktop.printing.fonts import Fonts, installed
from desktop.printing.frames import form_flow
from desktop.printing.lines import Align, Style
from desktop.printing.sheets import Sheet
from desktop.printing.tables import Cell, Row, table
from desktop.printing.template import template
from desktop.printing.texts import check_texts

TITLE = Style(18, 28, bold=True, align=Align.CENTRE)
UNDER = Style(10.5, 17)
NOTE = Style(8.5, 13)
SIGN = Style(10.5, 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSheet(Sheet):
    """A table in words: ``heads`` over ``rows`` of as many cells, ``notes`` below.

    ``facts`` stand under the title (unit, period, date basis, how it stands), ``made`` says who made it and when.
    """

    title: str
    facts: tuple[str, ...] = ()
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    made: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """How a table looks: its columns as parts of the width, and the style of each (the last one for the rest)."""

    columns: Sequence[float]
    head: Style
    styles: Sequence[Style]
    height: float
    strong: frozenset[int] = frozenset()
    """Rows whose name stands out, from 0; negative ones count from the end."""

    def style(self, column: int) -> Style:
        """The style of a column's cells."""
        return self.styles[min(column, len(self.styles) - 1)]


def drawn_table(sheet: TableSheet, look: Look, fonts: Fonts | None = None) -> bytes:
    """Return the table as PDF. Raises RuleBroken("printing.no_glyph") and Refused("printing.no_font")."""
    fonts = fonts or installed()
    check_texts(fonts, sheet)
    words = template(sheet.template)
    flow = form_flow(fonts, words, sheet)
    flow.text(sheet.title, TITLE, glued=True)
    for fact in sheet.facts:
        flow.text(fact, UNDER, glued=True)
    flow.space(4, glued=True)
    flow.add(table(flow, look.columns, _rows(sheet, look)))
    flow.space(6)
    for note in sheet.notes:
        flow.text(note, NOTE)
    if sheet.made:
        flow.space(6)
        flow.text(sheet.made, UNDER, glued=words.has("sign"))
    if words.has("sign"):
        flow.text(words("sign"), SIGN)
    document = Document(fonts, words("subject", number=sheet.number).strip())
    flow.fill(document)
    return document.finish()


def _rows(sheet: TableSheet, look: Look) -> list[Row]:
    strong = {at % len(sheet.rows) for at in look.strong} if sheet.rows else set()
    heads = [Cell(head, look.head) for head in sheet.heads]
    rows = [Row(heads, look.height, glued=True, columns=look.columns, heading=True)]
    for at, row in enumerate(sheet.rows):
        cells = []
        for column, text in enumerate(row):
            style = look.style(column)
            if at in strong and not column:
                style = Style(style.size, style.leading, bold=True, align=style.align)
            cells.append(Cell(text, style))
        rows.append(Row(cells, look.height, columns=look.columns))
    return rows
