"""检举控告回执: what an accuser takes home: number, day and who reads it; nothing of what was said, nor by whom."""

from __future__ import annotations

from desktop.printing.casefile.form import drawn
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.lines import Align, Style
from desktop.printing.moments import moment_words
from desktop.printing.station.values import AccusationReceiptSheet
from desktop.printing.tables import Cell, Row, table
from desktop.printing.template import Template

LABEL = Style(12, 17, align=Align.CENTRE)
VALUE = Style(12, 18)
CODE = Style(20, 30, bold=True)
WORDS = Style(12, 20, align=Align.JUSTIFIED, indent=2)
SEAL = Style(12, 20, align=Align.RIGHT)
COLUMNS = (0.22, 0.78)
LEAST, CODE_LEAST, SEAL_ROOM = 32.0, 46.0, 46.0


def render(sheet: AccusationReceiptSheet, fonts: Fonts | None = None) -> bytes:
    """Return the receipt as PDF; raises as `casefile.form.drawn` does."""
    return drawn(sheet, _draw, fonts, numbered=False)


def _draw(flow: Flow, words: Template, sheet: AccusationReceiptSheet) -> None:
    flow.space(6, glued=True)
    flow.add(table(flow, COLUMNS, _rows(words, sheet)))
    flow.space(8, glued=True)
    for clause in words.listed("clauses"):
        flow.text(clause, WORDS, glued=True)
    flow.space(SEAL_ROOM, glued=True)
    flow.text(words("seal", unit=sheet.station), SEAL)


def _rows(words: Template, sheet: AccusationReceiptSheet) -> list[Row]:
    pairs = [
        ("received_at", moment_words(sheet.received_at)),
        ("body", sheet.body),
        ("files", words("files_count", count=sheet.files) if sheet.files else words("files_none")),
        ("station", sheet.station),
        ("phone", sheet.phone),
    ]
    rows = [Row([Cell(words(key), LABEL), Cell(value, VALUE)], LEAST) for key, value in pairs if value]
    return [Row([Cell(words("code"), LABEL), Cell(sheet.number, CODE)], CODE_LEAST), *rows]
