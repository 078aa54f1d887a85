"""卷宗封面: what the file is about, who mediated, when, and how long it is kept."""

from __future__ import annotations

from desktop.printing.casefile.case import CaseSheet
from desktop.printing.casefile.form import drawn, pair
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.lines import Align, Style
from desktop.printing.moments import day_words
from desktop.printing.tables import Row, table
from desktop.printing.template import Template
from sync.records.times import BEIJING

COMMITTEE = Style(18, 34, bold=True, align=Align.CENTRE)
TITLE = Style(36, 64, bold=True, align=Align.CENTRE)
COLUMNS = (0.22, 0.28, 0.22, 0.28)
HEIGHT = 46.0


def render(sheet: CaseSheet, fonts: Fonts | None = None) -> bytes:
    """Return the cover as PDF; raises as `drawn` does."""
    return drawn(sheet, _draw, fonts, title=TITLE, numbered=False)


def _draw(flow: Flow, words: Template, sheet: CaseSheet) -> None:
    flow.text(sheet.committee, COMMITTEE, glued=True)
    flow.space(60, glued=True)
    since = day_words(sheet.started_at.astimezone(BEIJING).date())
    until = day_words(sheet.ended_on) if sheet.ended_on else words("until_open")
    dates = since if since == until else words("dates_text", since=since, until=until)
    rows: list[Row] = [
        pair(words, ("file_name", sheet.title), height=HEIGHT),
        pair(words, ("file_number", sheet.number), height=HEIGHT),
        pair(words, ("mediators", "、".join(sheet.mediators)), height=HEIGHT),
        pair(words, ("dates", dates), height=HEIGHT),
        pair(words, ("filed_by", ""), ("filed_on", ""), height=HEIGHT),
        pair(words, ("retention", ""), height=HEIGHT),
        pair(words, ("remark", ""), height=HEIGHT * 2),
    ]
    flow.add(table(flow, COLUMNS, rows))
