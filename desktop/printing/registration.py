"""群众诉求登记表, and at its foot the receipt slip that the resident tears off and takes along."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.printing.document import Document, Page
from desktop.printing.flow import Atom, Flow, draw_line
from desktop.printing.fonts import Fonts, installed
from desktop.printing.frames import form_flow
from desktop.printing.lines import Align, Style, break_lines
from desktop.printing.moments import moment_words
from desktop.printing.sheets import Receipt, RegistrationSheet, VisitorLine
from desktop.printing.structure import Element
from desktop.printing.tables import Cell, Row, table
from desktop.printing.template import Template, words_of
from desktop.printing.texts import check_texts

TITLE = Style(22, 34, bold=True, align=Align.CENTRE)
ABOVE = Style(11, 20)
ABOVE_RIGHT = Style(11, 20, align=Align.RIGHT)
LABEL = Style(11, 17, align=Align.CENTRE)
OTHER = Style(10, 14.5, align=Align.CENTRE)
VALUE = Style(11, 17)
LONG = Style(11.5, 19, align=Align.JUSTIFIED, indent=2)
DATE = Style(11, 17, align=Align.RIGHT)
CUT = Style(9, 12, align=Align.CENTRE)
SLIP_TITLE = Style(15, 24, bold=True, align=Align.CENTRE)
SLIP = Style(10.5, 16)
SLIP_SEAL = Style(11, 18, align=Align.RIGHT)
LEAST, OTHER_LEAST, TEXT_LEAST, ANSWER_LEAST, SIGN_HEIGHT, SLIP_LEAST = 22.0, 19.0, 48.0, 42.0, 46.0, 21.5
"""Least heights in points: one line, a companion, the residents' words, the answer, places to sign, a slip's line."""
COLUMNS = (0.13, 0.23, 0.13, 0.14, 0.13, 0.24)
OTHERS = (0.07, 0.19, 0.10, 0.07, 0.13, 0.27, 0.17)
SLIP_COLUMNS = (0.15, 0.37, 0.15, 0.33)
LONG_NAME = 9
SHORT_RESPONDENTS, SHORT_PLACE = 19, 9
"""Characters that fit beside each other in one row."""


def render(sheet: RegistrationSheet, fonts: Fonts | None = None) -> bytes:
    """Return the form as PDF. Raises RuleBroken("printing.no_glyph") and Refused("printing.no_font")."""
    fonts = fonts or installed(sheet.manner.face)
    check_texts(fonts, sheet)
    words = words_of(sheet)
    flow = form_flow(fonts, words, sheet)
    flow.text(words("title"), TITLE, glued=True)
    flow.beside(words("unit", unit=sheet.unit), ABOVE, words("number", number=sheet.number), ABOVE_RIGHT)
    visitor, *others = sheet.visitors or (VisitorLine(name=""),)
    rows = [
        *_visit(words, sheet),
        *_visitor(words, visitor, alone=not others),
        *_others(words, others),
        *_matter(words, sheet),
    ]
    slip = list(_slip(flow, words, sheet, sheet.receipt)) if sheet.receipt is not None else []
    page = flow.frame.height - sum(atom.height for atom in flow.atoms)
    flow.add(table(flow, COLUMNS, rows, reach=(page - sum(atom.height for atom in slip), page)))
    flow.add(slip)
    document = Document(fonts, words("subject", number=sheet.number))
    flow.fill(document)
    return document.finish()


def _pairs(words: Template, *pairs: tuple[str, str], spans: tuple[int, ...] = ()) -> Row:
    """A row of label and value; the values take ``spans`` columns."""
    cells = []
    for (key, value), span in zip(pairs, spans or (1,) * len(pairs), strict=True):
        cells += [Cell(words(key), LABEL), Cell(value, VALUE, span)]
    return Row(cells, LEAST)


def _visit(words: Template, sheet: RegistrationSheet) -> Iterator[Row]:
    people = words("people", count=sheet.headcount)
    yield _pairs(words, ("happened_at", moment_words(sheet.happened_at)), ("channel", sheet.channel), spans=(3, 1))
    yield _pairs(words, ("nature", sheet.nature), ("category", sheet.category), spans=(3, 1))
    yield _pairs(words, ("purpose", sheet.purpose), ("headcount", people), spans=(3, 1))
    if sheet.late_reason:
        at = moment_words(sheet.entered_at) if sheet.entered_at else ""
        text = words("late_text", at=at, reason=sheet.late_reason)
        yield _pairs(words, ("late", text), spans=(5,))


def _visitor(words: Template, visitor: VisitorLine, *, alone: bool) -> Iterator[Row]:
    """The first visitor; the role is said where there are others or the name needs a row of its own."""
    facts = (("sex", visitor.sex), ("ethnic", visitor.people))
    if len(visitor.name) > LONG_NAME:
        yield _pairs(words, ("name", visitor.name), spans=(5,))
        yield _pairs(words, ("role", visitor.role), *facts)
    else:
        yield _pairs(words, ("name", visitor.name), *facts)
        if not alone:
            yield _pairs(words, ("role", visitor.role), spans=(5,))
    yield _pairs(words, ("document", visitor.document), ("age", visitor.age), spans=(3, 1))
    yield _pairs(words, ("address", visitor.address), ("phone", visitor.phone), spans=(3, 1))


def _others(words: Template, others: list[VisitorLine]) -> Iterator[Row]:
    """Those who came along, one line each, under a heading line."""
    if not others:
        return
    keys = ("other_number", "other_name", "other_role", "other_sex", "other_people", "other_document", "other_phone")
    yield Row([Cell(words(key), OTHER) for key in keys], OTHER_LEAST, glued=True, columns=OTHERS, heading=True)
    for number, one in enumerate(others, 2):
        values = (str(number), one.name, one.role, one.sex, one.people, one.document, one.phone)
        yield Row([Cell(value, OTHER) for value in values], OTHER_LEAST, columns=OTHERS)


def _matter(words: Template, sheet: RegistrationSheet) -> Iterator[Row]:
    respondents, place = ("respondents", "、".join(sheet.respondents)), ("place", sheet.place)
    if len(respondents[1]) <= SHORT_RESPONDENTS and len(place[1]) <= SHORT_PLACE:
        yield _pairs(words, respondents, place, spans=(3, 1))
    else:
        yield _pairs(words, respondents, spans=(5,))
        yield _pairs(words, place, spans=(5,))
    yield Row([Cell(words("text"), LABEL), Cell(sheet.text, LONG, span=5, top=True)], TEXT_LEAST, grow=2)
    if sheet.request:
        yield Row([Cell(words("request"), LABEL), Cell(sheet.request, LONG, span=5, top=True)], LEAST)
    if sheet.materials:
        yield _pairs(words, ("materials", "；".join(sheet.materials)), spans=(5,))
    yield Row(
        [Cell(words("answer"), LABEL), Cell(sheet.answer, LONG, span=5, top=True)], ANSWER_LEAST, glued=True, grow=1
    )
    signs = [words("signed_by_visitor")] if sheet.visitor_signs else []
    signs += [words("signed_by_registrar", name=sheet.registrar)]
    cells = [Cell(text, VALUE, top=True, foot=words("date_line"), foot_style=DATE) for text in signs]
    yield Row(cells, SIGN_HEIGHT, columns=(1 / len(cells),) * len(cells))


def _slip(flow: Flow, words: Template, sheet: RegistrationSheet, receipt: Receipt) -> list[Atom]:
    """The receipt: it says nothing about the person but the name, and stays on one page."""
    slip = Flow(flow.fonts, flow.frame)
    slip.space(8, glued=True)
    slip.add([_cut(flow, words("cut"))])
    slip.space(4, glued=True)
    slip.text(words("receipt_title"), SLIP_TITLE, glued=True)
    lines: list[tuple[tuple[str, str], ...]] = [
        (("receipt_number", sheet.number), ("receipt_received", moment_words(receipt.received_at))),
        (("receipt_visitor", receipt.visitor), ("receipt_subject", receipt.subject)),
        (("receipt_next", receipt.next_step),),
        (("receipt_by_when", receipt.by_when),),
        (("receipt_contact", receipt.contact), ("receipt_phone", receipt.phone)),
    ]
    if receipt.address:
        lines.append((("receipt_address", receipt.address),))
    made = [_pairs(words, *pairs, spans=() if len(pairs) == 2 else (3,)) for pairs in lines]
    slip.add(table(slip, SLIP_COLUMNS, [Row(row.cells, SLIP_LEAST, glued=True) for row in made], glued=True))
    slip.space(4, glued=True)
    slip.text(words("receipt_words"), SLIP, glued=True)
    slip.text(words("receipt_seal", unit=sheet.unit), SLIP_SEAL)
    return slip.atoms


def _cut(flow: Flow, text: str) -> Atom:
    """A dashed line to tear along, with its words in the middle."""
    line = break_lines(flow.fonts, text, CUT, flow.frame.width)[0]
    left, right = flow.frame.left - 30, flow.frame.left + flow.frame.width + 30

    def draw(page: Page, top: float) -> None:
        middle = top + CUT.leading / 2
        page.line((left, middle), (flow.frame.left + line.x - 8, middle), dash="4 3")
        page.line((flow.frame.left + line.x + line.width + 8, middle), (right, middle), dash="4 3")
        draw_line(page, line, flow.frame.left, top, CUT, Element("P"))

    return Atom(CUT.leading, draw, glued=True)
