"""个人信息处理告知书: who handles what, why and how long, and which rights there are (个人信息保护法 17, 30)."""

from __future__ import annotations

from desktop.printing.casefile.form import drawn, signs
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.lines import Align, Style
from desktop.printing.station.values import PrivacySheet
from desktop.printing.template import Template

TITLE = Style(20, 32, bold=True, align=Align.CENTRE)
TEXT = Style(11, 17, align=Align.JUSTIFIED, indent=2)
HEAD = Style(11, 18, bold=True)
PARTS = ("purpose", "kinds", "sensitive", "sharing", "keeping", "rights")


def render(sheet: PrivacySheet, fonts: Fonts | None = None) -> bytes:
    """Return the notice as PDF; raises as `casefile.form.drawn` does."""
    return drawn(sheet, _draw, fonts, title=TITLE, numbered=False)


def _draw(flow: Flow, words: Template, sheet: PrivacySheet) -> None:
    flow.text(words("opening", unit=sheet.unit), TEXT)
    where = [words("phone", phone=sheet.phone)] if sheet.phone else []
    where += [words("address", address=sheet.address)] if sheet.address else []
    _part(flow, words("handler_head"), words("handler", unit=sheet.unit, where="，".join(["", *where])))
    for part in PARTS:
        _part(flow, words(f"{part}_head"), *words.listed(part))
    flow.text(words("consent_head"), HEAD, glued=True)
    for choice in words.listed("consent"):
        flow.text(choice, TEXT, glued=True)
    flow.space(4, glued=True)
    signs(flow, words, [f"{words('sign_told')}\n{sheet.told}", words("sign_guardian")])


def _part(flow: Flow, heading: str, *clauses: str) -> None:
    flow.text(heading, HEAD, glued=True)
    for clause in clauses:
        flow.text(clause, TEXT)
    flow.space(3)
