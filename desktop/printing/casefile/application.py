"""人民调解申请书: who applies against whom, what happened, and what is asked for."""

from __future__ import annotations

from desktop.printing.casefile.case import CaseSheet
from desktop.printing.casefile.form import drawn, headed, signs
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.moments import count_words
from desktop.printing.pieces import BODY, party_table
from desktop.printing.template import Template


def render(sheet: CaseSheet, fonts: Fonts | None = None) -> bytes:
    """Return the application as PDF; raises as `drawn` does."""
    return drawn(sheet, _draw, fonts, numbered=False)


def _draw(flow: Flow, words: Template, sheet: CaseSheet) -> None:
    for party in sheet.parties:
        party_table(flow, words, party)
    flow.space(6)
    headed(flow, words("facts"), sheet.facts)
    asked = [words("request", ordinal=count_words(n), text=text) for n, text in enumerate(sheet.requests, 1)]
    headed(flow, words("requests"), *(asked or [words("requests_blank")]))
    flow.text(words("told"), BODY, glued=True)
    flow.space(10, glued=True)
    applicants = [party.name for party in sheet.parties if party.side_label == sheet.parties[0].side_label]
    signs(flow, words, [f"{words('sign_applicant')}\n{name}" for name in applicants])
