"""One form drawn: title, number, then what its module adds; and the rows that several forms have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from desktop.printing.casefile.case import CaseSheet
from desktop.printing.document import Document
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts, installed
from desktop.printing.frames import body_of, form_flow
from desktop.printing.lines import Align, Style
from desktop.printing.pieces import (
    BODY,
    DATE,
    HEADING,
    LABEL,
    NUMBER,
    SEAL,
    SEAL_HEIGHT,
    SIGN_HEIGHT,
    TITLE,
    VALUE,
    sign_box,
)
from desktop.printing.sheets import Sheet
from desktop.printing.tables import Cell, Row, table
from desktop.printing.template import Template, words_of
from desktop.printing.texts import check_texts

LONG = Style(12, 20, align=Align.JUSTIFIED, indent=2)
PLAIN = Style(BODY.size, BODY.leading, align=Align.JUSTIFIED)
RIGHT = Style(BODY.size, BODY.leading, align=Align.RIGHT)
SMALL_HEADING = Style(12, 20, bold=True)
LEAST = 30.0
"""Least height of a row in points."""
PAIRS = (0.153, 0.35, 0.153, 0.344)
"""Labels of five characters; beside them a number of an agreement and a moment fit in one line."""
HALVES = (0.5, 0.5)

S = TypeVar("S", bound=Sheet)
Draw = Callable[[Flow, Template, S], None]


def drawn(sheet: S, draw: Draw[S], fonts: Fonts | None = None, *, title: Style = TITLE, numbered: bool = True) -> bytes:
    """Return a form as PDF. Raises RuleBroken("printing.no_glyph") and Refused("printing.no_font")."""
    fonts = fonts or installed(sheet.manner.face)
    check_texts(fonts, sheet)
    words = words_of(sheet)
    flow = form_flow(fonts, words, sheet)
    flow.text(words("title"), title, glued=True)
    flow.space(6, glued=True)
    if numbered and sheet.number:
        flow.text(words("number", number=sheet.number), NUMBER, glued=True)
    draw(flow, words, sheet)
    document = Document(fonts, words("subject", number=sheet.number).strip())
    flow.fill(document)
    return document.finish()


def headed(flow: Flow, heading: str, *paragraphs: str, small: bool = False) -> None:
    """Add a heading with its paragraphs; ``small`` for notices that are to stay on one page."""
    flow.text(heading, SMALL_HEADING if small else HEADING, glued=True)
    for paragraph in paragraphs:
        flow.text(paragraph, LONG if small else body_of(flow, BODY))
    flow.space(4 if small else 6)


def pair(words: Template, *pairs: tuple[str, str], height: float = LEAST) -> Row:
    """A row of `PAIRS`: one label with its value over the whole width, or two beside each other."""
    span = 3 if len(pairs) == 1 else 1
    cells = []
    for key, value in pairs:
        cells += [Cell(words(key), LABEL), Cell(value, VALUE, span)]
    return Row(cells, height)


def long_row(words: Template, key: str, text: str, height: float, foot: str = "") -> Row:
    """A row of `PAIRS` for a long text that begins at its top."""
    return Row([Cell(words(key), LABEL), Cell(text, LONG, span=3, top=True, foot=foot, foot_style=VALUE)], height)


def signs(flow: Flow, words: Template, lines: Sequence[str], *, seal: str = "") -> None:
    """Add boxes to sign in, two a row, and where ``seal`` names a committee its place; they stay together."""
    cells = [sign_box(words, line) for line in lines]
    rows = []
    for at in range(0, len(cells), 2):
        beside = cells[at : at + 2]
        last = len(beside) == 1
        rows.append(Row([replace(beside[0], span=2)] if last else beside, SIGN_HEIGHT, glued=True))
    if seal:
        text = f"{seal}\n{words('sign_committee')}"
        rows.append(Row([Cell(text, SEAL, span=2, foot=words("date_line"), foot_style=DATE)], SEAL_HEIGHT))
    if rows:
        rows[-1] = replace(rows[-1], glued=False)
        flow.add(table(flow, HALVES, rows))


def names_of(sheet: CaseSheet) -> str:
    """All parties in one line."""
    return "、".join(party.name for party in sheet.parties)
