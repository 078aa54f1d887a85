"""人民调解调查记录: what was seen and asked on the spot, one for each inspection."""

from __future__ import annotations

from desktop.printing.casefile.case import CaseSheet, Session
from desktop.printing.casefile.form import PAIRS, PLAIN, drawn, long_row, pair, signs
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.moments import moment_words
from desktop.printing.tables import table
from desktop.printing.template import Template

TEXT = 330.0


def render(sheet: CaseSheet, fonts: Fonts | None = None) -> bytes:
    """Return a record for each of ``sheet.sessions`` as PDF, or a blank one; raises as `drawn` does."""
    return drawn(sheet, _draw, fonts)


def _draw(flow: Flow, words: Template, sheet: CaseSheet) -> None:
    for place, session in enumerate(sheet.sessions or (Session(title="", started_at=sheet.started_at),)):
        if place:
            flow.turn()
        _one(flow, words, sheet, session)


def _one(flow: Flow, words: Template, sheet: CaseSheet, session: Session) -> None:
    at = moment_words(session.started_at) if session.title else ""
    if session.ended_at:
        at = f"{at}至{moment_words(session.ended_at)}"
    rows = [
        pair(words, ("time", at)),
        pair(words, ("place", session.place)),
        pair(words, ("present", session.present), ("asked", "")),
        long_row(words, "text", session.text, TEXT),
    ]
    flow.add(table(flow, PAIRS, rows))
    flow.space(4)
    flow.text(words("read"), PLAIN, glued=True)
    flow.space(4, glued=True)
    asker = f"{words('sign_asker')}\n{'、'.join(sheet.mediators)}"
    signs(flow, words, [words("sign_asked"), asker, f"{words('sign_recorder')}\n{sheet.recorder}"])
