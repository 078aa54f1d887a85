"""Page numbers of a file, in a box where they used to be pencilled: top right on odd pages, top left on even ones."""

from __future__ import annotations

from desktop.printing.document import A4, Document, Page
from desktop.printing.flow import BASELINE
from desktop.printing.fonts import Fonts
from desktop.printing.frames import MM
from desktop.printing.lines import Align, Style, break_lines

NUMBER = Style(11, 14, align=Align.CENTRE)
WIDTH, HEIGHT, EDGE, TOP = 13 * MM, 7 * MM, 6 * MM, 7 * MM
"""The box: it stands in the margins of every paper, beside what they have at their heads."""


def in_box(x: float, y: float) -> bool:
    """Whether a place on a page, in points from its top left corner, is in one of the two boxes."""
    inside = EDGE <= x <= EDGE + WIDTH or A4[0] - EDGE - WIDTH <= x <= A4[0] - EDGE
    return inside and TOP <= y <= TOP + HEIGHT


def stamps(fonts: Fonts, numbers: range) -> bytes:
    """Return a PDF with a page for each number, and nothing else on it."""
    document = Document(fonts, "", prefix="N")
    for number in numbers:
        _stamp(document.page(), fonts, number)
    return document.finish()


def _stamp(page: Page, fonts: Fonts, number: int) -> None:
    left = A4[0] - EDGE - WIDTH if number % 2 else EDGE
    right, bottom = left + WIDTH, TOP + HEIGHT
    for start, end in (
        ((left, TOP), (right, TOP)),
        ((right, TOP), (right, bottom)),
        ((right, bottom), (left, bottom)),
        ((left, bottom), (left, TOP)),
    ):
        page.line(start, end, 0.6)
    (line,) = break_lines(fonts, str(number), NUMBER, WIDTH)
    page.text(left + line.x, TOP + HEIGHT / 2 + BASELINE * NUMBER.size, line.runs)
