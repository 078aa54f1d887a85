"""卷宗封底: how many pages the file has, and who put it together."""

from __future__ import annotations

from desktop.printing.casefile.case import CaseSheet
from desktop.printing.casefile.form import drawn, signs
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.lines import Align, Style
from desktop.printing.template import Template

TITLE = Style(28, 60, bold=True, align=Align.CENTRE)
PAGES = Style(16, 30, align=Align.CENTRE)


def render(sheet: CaseSheet, fonts: Fonts | None = None) -> bytes:
    """Return the back cover as PDF; raises as `drawn` does."""
    return drawn(sheet, _draw, fonts, title=TITLE)


def _draw(flow: Flow, words: Template, sheet: CaseSheet) -> None:
    flow.space(160, glued=True)
    flow.text(words("pages_known", pages=sheet.pages) if sheet.pages else words("pages"), PAGES, glued=True)
    flow.space(160, glued=True)
    signs(flow, words, [words("sign_filer"), words("sign_checker")])
