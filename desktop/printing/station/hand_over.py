"""交接班表: who hands the desk over to whom, with all that is open, due today, held back, numbered and lent out."""

from __future__ import annotations

from desktop.printing.casefile.form import PAIRS, drawn, signs
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.lines import Align, Style
from desktop.printing.moments import moment_words
from desktop.printing.station.values import HandOverSheet, Listed
from desktop.printing.tables import Cell, Row, table
from desktop.printing.template import Template

HEAD = Style(12, 20, bold=True)
LABEL = Style(11, 16, align=Align.CENTRE)
VALUE = Style(11, 16)
COLUMNS = (0.46, 0.22, 0.32)
NUMBER_COLUMNS = (0.2, 0.62, 0.18)
LEAST = 22.0
LISTS = ("due", "matters", "mediations", "drafts", "held", "numbers")


def render(sheet: HandOverSheet, fonts: Fonts | None = None) -> bytes:
    """Return the sheet as PDF; raises as `casefile.form.drawn` does."""
    return drawn(sheet, _draw, fonts, numbered=False)


def _draw(flow: Flow, words: Template, sheet: HandOverSheet) -> None:
    pairs = [(words("unit"), sheet.unit), (words("at"), moment_words(sheet.at))]
    pairs += [(words("from"), sheet.from_name), (words("to"), sheet.to_name), *sheet.facts]
    pairs += [("", "")] * (len(pairs) % 2)
    rows = []
    for at in range(0, len(pairs), 2):
        cells = [cell for label, value in pairs[at : at + 2] for cell in (Cell(label, LABEL), Cell(value, VALUE))]
        rows.append(Row(cells, LEAST))
    flow.add(table(flow, PAIRS, rows))
    for name in LISTS:
        _listed(flow, words, name, getattr(sheet, name), getattr(sheet, f"{name}_more", 0))
    for key, text in (("devices", sheet.devices), ("note", sheet.note)):
        flow.space(6)
        flow.text(words(key), HEAD, glued=True)
        flow.text(text or words("nothing"), VALUE)
    flow.space(10)
    signs(flow, words, [f"{words('sign_from')}\n{sheet.from_name}", f"{words('sign_to')}\n{sheet.to_name}"])


def _listed(flow: Flow, words: Template, name: str, lines: tuple[Listed, ...], more: int) -> None:
    """A list under its heading, which says how many there are; an empty one says so."""
    flow.space(6)
    counted = len(lines) + more
    flow.text(words(f"{name}_head") if name == "numbers" else words(f"{name}_head", count=counted), HEAD, glued=True)
    if not lines:
        flow.text(words("nothing"), VALUE)
        return
    heads = [Cell(words(f"{name}_{column}"), LABEL) for column in ("what", "state", "until")]
    columns = NUMBER_COLUMNS if name == "numbers" else COLUMNS
    rows = [Row(heads, LEAST, glued=True, columns=columns, heading=True)]
    for line in lines:
        cells = [Cell(text, VALUE) for text in (line.what, line.state, line.until)]
        rows.append(Row(cells, LEAST, columns=columns))
    flow.add(table(flow, columns, rows))
    if more:
        flow.text(words("more", count=more), VALUE)
