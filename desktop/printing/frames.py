"""Page geometry and what stands outside the text: page number, number of the paper, marks of preview and reprint.

All of it is marked as an artifact, so that it is no part of the canonical text; the paper's code follows when all text
is set.
"""

from __future__ import annotations

from dataclasses import replace

from desktop.printing.document import RED, Page
from desktop.printing.flow import BASELINE, Flow, Frame
from desktop.printing.fonts import Fonts
from desktop.printing.lines import Align, Style, break_lines
from desktop.printing.manner import Layout
from desktop.printing.proof import modules
from desktop.printing.sheets import Sheet
from desktop.printing.template import Template, template
from desktop.printing.texts import texts_of
from sync.records.ideographs import descriptions

MM = 72 / 25.4
SMALL = Style(9, 12)
MARK = Style(10.5, 14, bold=True, align=Align.RIGHT)
FOOT_MARK = Style(9, 12, bold=True, align=Align.RIGHT)
WARNING = Style(10.5, 14, bold=True, align=Align.CENTRE, colour=RED)
PREVIEW_TOP = 8 * MM
CODE_LEFT, CODE_TOP, CODE_SIDE, CODE_QUIET = 28 * MM, 6 * MM, 24 * MM, 2.2 * MM
"""The code on the first page, and what stays free around it: four modules and more (ISO/IEC 18004:2015, 9.1)."""
CAPTION = Style(6.5, 8.5)
CENTRED_NUMBER = Style(9, 12, align=Align.CENTRE)
NOTE = Style(8.5, 12)
NOTE_BELOW = 3 * MM
"""Between the text area and a note under it, above the page number."""
NOTES = "notes-1"
OFFICIAL_NUMBER = Style(14, 16)
"""页码: 4号, between dashes (GB/T 9704-2012, 7.5)."""


class Furniture:
    """Draws the marks of one paper around the text of each page."""

    def __init__(self, fonts: Fonts, words: Template, sheet: Sheet) -> None:
        self.fonts = fonts
        self.words = words
        self.sheet = sheet
        self.described = any(descriptions(text) for text in texts_of(sheet))

    def form_page(self, page: Page, number: int, of: int) -> None:
        """A form: page number in the middle of the foot, the paper's number at the head from the second page on."""
        frame = FORM
        self._marks(page, frame)
        foot = frame.page_height - frame.bottom + 8 * MM
        self._put(page, self.words("page", number=number, of=of), CENTRED_NUMBER, frame, foot)
        if number > 1:
            self._put(page, self.sheet.number, SMALL, frame, frame.top - 9 * MM)
        self._prove(page, number, of)

    def official_page(self, page: Page, number: int, of: int) -> None:
        """GB/T 9704-2012, 7.5: the number 7 mm below the text area, one character in, right on odd pages."""
        frame = OFFICIAL
        style = Style(OFFICIAL_NUMBER.size, OFFICIAL_NUMBER.leading, align=Align.RIGHT if number % 2 else Align.LEFT)
        inner = Frame(frame.left + 16, frame.top, frame.right + 16, frame.bottom)
        foot = frame.page_height - frame.bottom + (12 if self.described else 7) * MM
        self._marks(page, frame)
        self._put(page, self.words("page", number=number, of=of), style, inner, foot)
        self._prove(page, number, of)

    def _prove(self, page: Page, number: int, of: int) -> None:
        """Put the code on the first page once the last one is set: it vouches for the text of all of them."""
        stamp = self.sheet.stamp
        if stamp is None or number < of:
            return
        first = page.document.pages[0]
        code = stamp.code(self.sheet.number, self.sheet.template, page.document.text)
        if code and not self.sheet.preview:
            put_code(first, self.fonts, code)

    def _marks(self, page: Page, frame: Frame) -> None:
        if self.sheet.preview:
            self._put(page, self.words("preview"), WARNING, frame, PREVIEW_TOP)
        if self.described:
            below = frame.page_height - frame.bottom + NOTE_BELOW
            self._put(page, template(NOTES)("described"), NOTE, frame, below)

    def _put(self, page: Page, text: str, style: Style, frame: Frame, top: float) -> None:
        _put(page, self.fonts, text, style, frame, top)


def _put(page: Page, fonts: Fonts, text: str, style: Style, frame: Frame, top: float) -> None:
    for number, line in enumerate(break_lines(fonts, text, style, frame.width)):
        y = top + (number + 0.5) * style.leading + BASELINE * style.size
        page.text(frame.left + line.x, y, line.runs, style.colour)


def put_copy_mark(
    page: Page, fonts: Fonts, words: Template, template_name: str, copy: int, *, preview: bool = False
) -> None:
    """Draw what marks a page of a reprint: at its head, and on a form at its foot too, where a slip is torn off."""
    official = template_name.startswith("dispatch_order-")
    frame = OFFICIAL if official else FORM
    _put(page, fonts, words("copy", copy=copy), MARK, frame, FORM.top - 9 * MM)
    if preview:
        _put(page, fonts, words("preview"), WARNING, frame, PREVIEW_TOP)
    if not official:
        _put(page, fonts, words("copy", copy=copy), FOOT_MARK, frame, frame.page_height - frame.bottom + 8 * MM)


def put_code(page: Page, fonts: Fonts, text: str) -> None:
    """Draw the code in the upper left corner of the text's width, where no frame and no mark of a reprint has anything.

    24 mm: a module is 0.42 mm or, under the longest numbers, 0.37 mm, which a scan at 150 dots an inch tells apart.
    """
    page.code(text, modules(text), CODE_LEFT, CODE_TOP, CODE_SIDE)
    left = CODE_LEFT + CODE_SIDE + CODE_QUIET
    beside = Frame(left, CODE_TOP, FORM.page_width - left - 28 * MM, 0)
    _put(page, fonts, template("proof-1")("caption"), CAPTION, beside, CODE_TOP)


FORM = Frame(left=28 * MM, top=20 * MM, right=20 * MM, bottom=18 * MM)
"""A form that is bound at the left: 28 mm there."""
OFFICIAL = Frame(left=28 * MM, top=37 * MM, right=26 * MM, bottom=35 * MM)
"""GB/T 9704-2012, 5.2.1: 天头 37 mm, 订口 28 mm, text area 156 mm by 225 mm."""
OFFICIAL_BODY = Style(15.75, 225 * MM / 22, align=Align.JUSTIFIED, indent=2)
"""22 lines of 28 characters (GB/T 9704-2012, 5.2.3): 16 pt would fit 27."""


def layout_of(sheet: Sheet, own: Layout) -> Layout:
    """Return the layout of a paper: the station's for an order or a notice, else the paper's own."""
    return sheet.manner.layout_for(sheet.template) or own


def form_flow(fonts: Fonts, words: Template, sheet: Sheet) -> Flow:
    """Begin a form."""
    return _flow(fonts, words, sheet, layout_of(sheet, Layout.FORM))


def official_flow(fonts: Fonts, words: Template, sheet: Sheet) -> Flow:
    """Begin a paper in the frame of official documents."""
    return _flow(fonts, words, sheet, layout_of(sheet, Layout.OFFICIAL))


def _flow(fonts: Fonts, words: Template, sheet: Sheet, layout: Layout) -> Flow:
    furniture = Furniture(fonts, words, sheet)
    if layout is Layout.OFFICIAL:
        return Flow(fonts, replace(OFFICIAL, furniture=furniture.official_page))
    return Flow(fonts, replace(FORM, furniture=furniture.form_page))


def body_of(flow: Flow, own: Style) -> Style:
    """Return a form's ``own`` style of running text, in the official frame at 22 lines of 28 characters."""
    if flow.frame.left != OFFICIAL.left or flow.frame.top != OFFICIAL.top:
        return own
    return replace(own, size=OFFICIAL_BODY.size, leading=OFFICIAL_BODY.leading)
