"""人民调解记录: one session or inspection at which both sides were there, with places to sign for all of them.

What one side said alone has no sheet: desktop.actions.mediation_records gives none.
"""

from __future__ import annotations

from dataclasses import replace

from desktop.printing.document import Document
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts, installed
from desktop.printing.frames import form_flow
from desktop.printing.lines import Align, Style
from desktop.printing.moments import moment_words
from desktop.printing.sheets import MediationRecordSheet
from desktop.printing.tables import Cell, Row, table
from desktop.printing.template import Template, words_of
from desktop.printing.texts import check_texts

TITLE = Style(22, 34, bold=True, align=Align.CENTRE)
COMMITTEE = Style(12, 22, align=Align.CENTRE)
LABEL = Style(12, 18, align=Align.CENTRE)
VALUE = Style(12, 18)
LONG = Style(12, 20, align=Align.JUSTIFIED)
SIGN = Style(12, 18)
DATE = Style(12, 20, align=Align.RIGHT)
BLANK = Style(12, 20, align=Align.CENTRE)
COLUMNS = (0.16, 0.84)
HALVES = (0.5, 0.5)
LEAST, TEXT_LEAST, RESULT_LEAST, SIGN_HEIGHT, UNDISPUTED_LEAST = 28.0, 230.0, 56.0, 76.0, 60.0
RIGHT = 6.0


def render(sheet: MediationRecordSheet, fonts: Fonts | None = None) -> bytes:
    """Return the record as PDF. Raises RuleBroken("printing.no_glyph") and Refused("printing.no_font")."""
    fonts = fonts or installed(sheet.manner.face)
    check_texts(fonts, sheet)
    words = words_of(sheet)
    flow = form_flow(fonts, words, sheet)
    flow.text(words("title"), TITLE, glued=True)
    flow.text(words("committee", committee=sheet.committee), COMMITTEE, glued=True)
    flow.space(RIGHT, glued=True)
    flow.add(table(flow, COLUMNS, _rows(words, sheet), glued=not sheet.undisputed))
    if sheet.undisputed:
        _undisputed(flow, words, sheet)
    flow.space(RIGHT, glued=True)
    flow.text(words("read"), VALUE, glued=True)
    flow.space(RIGHT, glued=True)
    flow.add(table(flow, HALVES, [replace(row, glued=True) for row in _signs(words, sheet)]))
    document = Document(fonts, words("subject", number=sheet.number))
    flow.fill(document)
    return document.finish()


def _rows(words: Template, sheet: MediationRecordSheet) -> list[Row]:
    begin = moment_words(sheet.begun_at)
    when = words("from_to", begin=begin, end=moment_words(sheet.ended_at)) if sheet.ended_at else begin
    parties = "\n".join(words("party", role=role, names=names) for role, names in sheet.sides)
    told = words("rights_told", moment=moment_words(sheet.told_at)) if sheet.told_at else words("rights_untold")
    values = [
        ("time", when),
        ("place", sheet.place),
        ("cause", sheet.cause),
        ("parties", parties),
        ("present", "、".join(sheet.present)),
        ("rights", told),
    ]
    rows = [Row([Cell(words(key), LABEL), Cell(value, VALUE)], LEAST) for key, value in values]
    rows.append(Row([Cell(words("record"), LABEL), Cell(sheet.text, LONG, top=True)], TEXT_LEAST))
    rows.append(Row([Cell(words("result"), LABEL), Cell("", VALUE)], RESULT_LEAST))
    return rows


def _undisputed(flow: Flow, words: Template, sheet: MediationRecordSheet) -> None:
    """无争议事实: a section of the record that every party signs (深圳经济特区矛盾纠纷多元化解条例 73)."""
    flow.space(RIGHT)
    cells = [_sign(words, words("sign_party"), name) for name in sheet.signing]
    rows = [
        Row([Cell(words("undisputed"), LABEL)], LEAST, columns=(1.0,), glued=True),
        Row([Cell(words("undisputed_consent"), VALUE)], LEAST, columns=(1.0,), glued=True),
        Row([Cell(sheet.undisputed, LONG, top=True)], UNDISPUTED_LEAST, columns=(1.0,), glued=True),
        *_paired(words, cells),
    ]
    flow.add(table(flow, HALVES, rows))


def _sign(words: Template, label: str, name: str) -> Cell:
    return Cell(f"{label}\n{name}", SIGN, top=True, foot=words("date_line"), foot_style=DATE)


def _paired(words: Template, cells: list[Cell]) -> list[Row]:
    """Two places to sign a row; the last row stays with the one before."""
    if len(cells) % 2:
        cells = [*cells, Cell(words("blank"), BLANK)]
    rows = [Row(cells[at : at + 2], SIGN_HEIGHT) for at in range(0, len(cells), 2)]
    return [replace(row, glued=row in rows[-2:-1]) for row in rows]


def _signs(words: Template, sheet: MediationRecordSheet) -> list[Row]:
    """A place for each party, each mediator and the recorder."""
    signs = [(words("sign_party"), name) for name in sheet.signing]
    signs += [(words("sign_mediator"), name) for name in sheet.mediators or ("",)]
    signs.append((words("sign_recorder"), sheet.recorder))
    return _paired(words, [_sign(words, label, name) for label, name in signs])
