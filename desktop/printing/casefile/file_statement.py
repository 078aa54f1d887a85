"""卷宗情况说明: anything special about the file; which documents it lacks."""

from __future__ import annotations

from desktop.printing.casefile.case import CaseSheet
from desktop.printing.casefile.form import drawn, headed, signs
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.template import Template


def render(sheet: CaseSheet, fonts: Fonts | None = None) -> bytes:
    """Return the statement as PDF; raises as `drawn` does."""
    return drawn(sheet, _draw, fonts)


def _draw(flow: Flow, words: Template, sheet: CaseSheet) -> None:
    said = words("missing", documents="、".join(sheet.missing)) if sheet.missing else words("whole")
    headed(flow, words("text"), said)
    flow.space(180)
    signs(flow, words, [words("sign_filer"), words("sign_checker")])
