"""推举代表授权书: many persons of one side choose who speaks for them, and each signs (劳动争议调解仲裁法 7)."""

from __future__ import annotations

from desktop.printing.casefile.case import CaseSheet, Chosen
from desktop.printing.casefile.form import LONG, PLAIN, drawn, signs
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.lines import Align, Style
from desktop.printing.pieces import BODY
from desktop.printing.tables import Cell, Row, table
from desktop.printing.template import Template

HEAD = Style(11, 16, bold=True, align=Align.CENTRE)
LINE = Style(11, 16, align=Align.CENTRE)
COLUMNS = (0.08, 0.22, 0.34, 0.36)
HEIGHT, HEAD_HEIGHT = 38.0, 24.0


def render(sheet: CaseSheet, fonts: Fonts | None = None) -> bytes:
    """Return an authorisation for each side that chose somebody, or a blank one, as PDF; raises as `drawn` does."""
    return drawn(sheet, _draw, fonts, numbered=False)


def _draw(flow: Flow, words: Template, sheet: CaseSheet) -> None:
    for place, chosen in enumerate(sheet.chosen or (Chosen(side="", speakers=(), voters=()),)):
        if place:
            flow.turn()
        _one(flow, words, sheet, chosen)


def _one(flow: Flow, words: Template, sheet: CaseSheet, chosen: Chosen) -> None:
    speakers = "、".join(chosen.speakers) or words("blank_names")
    count = str(len(chosen.voters)) if chosen.voters else words("blank_count")
    flow.text(words("text", count=count, matter=sheet.title, committee=sheet.committee, speakers=speakers), BODY)
    if sheet.labour:
        flow.text(words("labour"), LONG)
    flow.text(words("scope"), PLAIN)
    flow.text(words("told"), LONG)
    flow.space(6)
    heads = [Cell(words(f"column_{name}"), HEAD) for name in ("number", "name", "document", "sign")]
    rows = [Row(heads, HEAD_HEIGHT, glued=True, columns=COLUMNS, heading=True)]
    for at, (name, document) in enumerate(chosen.voters or (("", ""),) * 10, 1):
        cells = [Cell(text, LINE) for text in (str(at), name, document, "")]
        rows.append(Row(cells, HEIGHT, columns=COLUMNS))
    flow.add(table(flow, COLUMNS, rows, glued=True))  # nobody signs on a page that says nothing
    flow.space(8, glued=True)
    boxes = [f"{words('sign_speaker')}\n{name}" for name in chosen.speakers or ("",)]
    signs(flow, words, [*boxes, words("original")])
