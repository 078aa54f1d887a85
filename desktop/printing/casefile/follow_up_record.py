"""人民调解回访记录: how an agreement is kept (人民调解法 31), one for each return visit."""

from __future__ import annotations

from desktop.printing.casefile.case import CaseSheet, Visited
from desktop.printing.casefile.form import PAIRS, drawn, long_row, names_of, pair, signs
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.moments import moment_words
from desktop.printing.tables import table
from desktop.printing.template import Template

TEXT = 300.0


def render(sheet: CaseSheet, fonts: Fonts | None = None) -> bytes:
    """Return a record for each return visit as PDF, or a blank one; raises as `drawn` does."""
    return drawn(sheet, _draw, fonts, numbered=False)


def _draw(flow: Flow, words: Template, sheet: CaseSheet) -> None:
    for place, visit in enumerate(sheet.visits or (None,)):
        if place:
            flow.turn()
        _one(flow, words, sheet, visit)


def _one(flow: Flow, words: Template, sheet: CaseSheet, visit: Visited | None) -> None:
    number = sheet.agreed.number if sheet.agreed else ""
    answer = "" if visit is None or visit.satisfied is None else "satisfied_yes" if visit.satisfied else "satisfied_no"
    rows = [
        pair(words, ("parties", names_of(sheet))),
        pair(words, ("agreement", number)),
        pair(words, ("reason", sheet.title)),
        pair(
            words, ("time", moment_words(visit.happened_at) if visit else ""), ("manner", visit.manner if visit else "")
        ),
        pair(words, ("performed", visit.performed if visit else ""), ("satisfied", words(answer) if answer else "")),
        long_row(words, "text", visit.text if visit else "", TEXT, foot=words("guide")),
    ]
    flow.add(table(flow, PAIRS, rows, glued=True))
    flow.space(8, glued=True)
    signs(flow, words, [words("sign_visitor")])
