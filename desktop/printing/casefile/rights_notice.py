"""人民调解当事人权利义务告知书: rights and duties told before mediation begins (人民调解法 3, 4, 23, 24, 31 to 33)."""

from __future__ import annotations

from desktop.printing.casefile.case import CaseSheet
from desktop.printing.casefile.form import LONG, drawn, headed, signs
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.lines import Align, Style
from desktop.printing.template import Template

TITLE = Style(20, 32, bold=True, align=Align.CENTRE)


def render(sheet: CaseSheet, fonts: Fonts | None = None) -> bytes:
    """Return the notice as PDF; raises as `drawn` does."""
    return drawn(sheet, _draw, fonts, title=TITLE, numbered=False)


def _draw(flow: Flow, words: Template, sheet: CaseSheet) -> None:
    flow.text(words("opening", committee=sheet.committee), LONG)
    for part in ("nature", "rights", "duties", "effect", "avoidance"):
        clauses = words.listed(part)
        numbered = [f"（{number}）{clause}" for number, clause in enumerate(clauses, 1)]
        headed(flow, words(f"{part}_head"), *(numbered if len(clauses) > 1 else clauses), small=True)
    who = "、".join(sheet.mediators)
    told = (
        words("told", mediators=who, committee=sheet.committee)
        if who
        else words("told_blank", committee=sheet.committee)
    )
    flow.text(told, LONG, glued=True)
    flow.space(8, glued=True)
    signs(flow, words, [f"{words('sign_party')}\n{party.name}" for party in sheet.parties])
