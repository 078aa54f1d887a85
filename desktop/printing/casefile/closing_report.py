"""人民调解结案报告表: the whole mediation on one page, for districts that ask for it."""

from __future__ import annotations

from desktop.printing.casefile.case import CaseSheet
from desktop.printing.casefile.form import PAIRS, drawn, long_row, pair, signs
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.moments import day_words
from desktop.printing.tables import table
from desktop.printing.template import Template
from sync.records.times import BEIJING

PARTIES, FACTS, RESULT, OPINION = 70.0, 150.0, 60.0, 70.0


def render(sheet: CaseSheet, fonts: Fonts | None = None) -> bytes:
    """Return the report as PDF; raises as `drawn` does."""
    return drawn(sheet, _draw, fonts, numbered=False)


def _draw(flow: Flow, words: Template, sheet: CaseSheet) -> None:
    parties = "\n".join("　".join(t for t in (p.name, p.contact, p.address) if t) for p in sheet.parties)
    accepted = day_words(sheet.started_at.astimezone(BEIJING).date())
    closed = day_words(sheet.ended_on) if sheet.ended_on else ""
    last = sheet.visits[-1].performed if sheet.visits else ""
    rows = [
        pair(words, ("file_number", sheet.number), ("filled_on", "")),
        pair(words, ("unit", sheet.committee), ("handler", "、".join(sheet.mediators))),
        pair(words, ("accepted_on", accepted), ("closed_on", closed)),
        long_row(words, "parties", parties, PARTIES),
        long_row(words, "facts", sheet.facts, FACTS),
        pair(words, ("result", sheet.result), height=RESULT),
        pair(words, ("performance", last)),
        pair(words, ("opinion", ""), height=OPINION),
    ]
    flow.add(table(flow, PAIRS, rows, glued=True))
    flow.space(8, glued=True)
    signs(flow, words, [words("sign_handler"), words("sign_head")])
