"""登记回执: what a resident takes home: number, query code, what comes next; bilingual for a foreigner."""

from __future__ import annotations

from desktop.printing.casefile.form import drawn
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.lines import Align, Style
from desktop.printing.moments import moment_words
from desktop.printing.station.values import ReceiptSheet
from desktop.printing.tables import Cell, Row, table
from desktop.printing.template import Template
from sync.records.times import to_minute

LABEL = Style(12, 17, align=Align.CENTRE)
VALUE = Style(12, 18)
CODE = Style(20, 30, bold=True)
WORDS = Style(12, 20, align=Align.JUSTIFIED, indent=2)
LATIN = Style(10.5, 16)
SEAL = Style(12, 20, align=Align.RIGHT)
SMALL_TITLE = Style(13, 22, align=Align.CENTRE)
COLUMNS = (0.22, 0.78)
LEAST, CODE_LEAST, SEAL_ROOM = 32.0, 46.0, 46.0


def render(sheet: ReceiptSheet, fonts: Fonts | None = None) -> bytes:
    """Return the receipt as PDF; raises as `casefile.form.drawn` does."""
    return drawn(sheet, _draw, fonts, numbered=False)


def _draw(flow: Flow, words: Template, sheet: ReceiptSheet) -> None:
    if sheet.english is not None:
        flow.text(words("title_en"), SMALL_TITLE, glued=True)
    flow.space(6, glued=True)
    flow.add(table(flow, COLUMNS, _rows(words, sheet)))
    flow.space(8, glued=True)
    flow.text(words("keep"), WORDS, glued=True)
    flow.text(words("code_words"), WORDS, glued=True)
    if sheet.english is not None:
        flow.text(words("keep_en"), LATIN, glued=True)
        flow.text(words("code_words_en"), LATIN, glued=True)
    flow.space(SEAL_ROOM, glued=True)
    flow.text(words("seal", unit=sheet.unit), SEAL)


def _rows(words: Template, sheet: ReceiptSheet) -> list[Row]:
    told, english = sheet.receipt, sheet.english
    pairs = [
        ("number", sheet.number, ""),
        ("received_at", moment_words(told.received_at), to_minute(told.received_at)),
        ("visitor", told.visitor, ""),
        ("subject_matter", told.subject, ""),
        ("next_step", told.next_step, english.next_step if english else ""),
        ("by_when", told.by_when, english.by_when if english else ""),
        ("contact", told.contact, ""),
        ("phone", told.phone, ""),
        ("address", told.address, ""),
    ]
    rows = [_row(words, sheet, key, zh, en) for key, zh, en in pairs if zh]
    code = Row([_label(words, sheet, "code"), Cell(sheet.code, CODE)], CODE_LEAST)
    return [rows[0], code, *rows[1:]]


def _row(words: Template, sheet: ReceiptSheet, key: str, zh: str, en: str) -> Row:
    value = f"{zh}\n{en}" if en and sheet.english is not None else zh
    return Row([_label(words, sheet, key), Cell(value, VALUE)], LEAST)


def _label(words: Template, sheet: ReceiptSheet, key: str) -> Cell:
    text = words(key) if sheet.english is None else f"{words(key)}\n{words(f'{key}_en')}"
    return Cell(text, LABEL)
