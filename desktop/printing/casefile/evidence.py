"""人民调解证据材料: what the parties handed in, compared with the originals."""

from __future__ import annotations

from desktop.printing.casefile.case import CaseSheet, Evidence
from desktop.printing.casefile.form import PLAIN, drawn, signs
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.pieces import LABEL, VALUE
from desktop.printing.tables import Cell, Row, table
from desktop.printing.template import Template

COLUMNS = (0.10, 0.42, 0.18, 0.10, 0.20)
HEIGHT = 30.0
LEAST_LINES = 12


def render(sheet: CaseSheet, fonts: Fonts | None = None) -> bytes:
    """Return the list as PDF; raises as `drawn` does."""
    return drawn(sheet, _draw, fonts)


def _draw(flow: Flow, words: Template, sheet: CaseSheet) -> None:
    heads = [Cell(words(key), LABEL) for key in ("place", "evidence", "source", "pages", "remark")]
    rows = [Row(heads, HEIGHT, glued=True, columns=COLUMNS, heading=True)]
    lines = [*sheet.evidence, *(Evidence(name="") for _ in range(LEAST_LINES - len(sheet.evidence)))]
    for place, line in enumerate(lines, 1):
        number = str(place) if line.name else ""
        cells = [Cell(number, LABEL), Cell(line.name, VALUE), Cell(line.source, VALUE), Cell("", VALUE)]
        rows.append(Row([*cells, Cell(line.remark, VALUE)], HEIGHT, columns=COLUMNS))
    flow.add(table(flow, COLUMNS, rows))
    flow.space(8)
    flow.text(words("checked"), PLAIN, glued=True)
    flow.space(4, glued=True)
    signs(flow, words, [words("sign_giver"), words("sign_checker")])
