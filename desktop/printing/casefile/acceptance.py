"""人民调解受理登记表: the committee takes the dispute up, on application or of its own motion (人民调解法 17)."""

from __future__ import annotations

from desktop.printing.casefile.case import CaseSheet
from desktop.printing.casefile.form import PAIRS, drawn, long_row, names_of, pair, signs
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.moments import day_words
from desktop.printing.tables import table
from desktop.printing.template import Template
from sync.records.times import BEIJING

OWN = {None: "by_either", True: "by_itself", False: "by_application"}
SOURCE = {None: "source_open", True: "source_itself", False: "source_application"}
FACTS, HOW = 176.0, 52.0
FACTS_BESIDE_WILLS = 72.0
"""Least height in points for the facts; less where the parties' wills are told, so that two still sign on the page."""


def render(sheet: CaseSheet, fonts: Fonts | None = None) -> bytes:
    """Return the form as PDF; raises as `drawn` does."""
    return drawn(sheet, _draw, fonts)


def _draw(flow: Flow, words: Template, sheet: CaseSheet) -> None:
    own, asked = words(OWN[sheet.own_motion]), "how_text" if sheet.agreed_all else "how_text_asked"
    wills = "\n".join(words("will", name=name, said=said) for name, said in sheet.wills)
    rows = [
        pair(
            words, ("accepted_on", day_words(sheet.started_at.astimezone(BEIJING).date())), ("category", sheet.category)
        ),
        pair(words, ("how", words(asked, committee=sheet.committee, own=own)), height=HOW),
        pair(words, ("parties", names_of(sheet))),
        *([pair(words, ("wills", wills))] if wills else []),
        pair(words, ("source", words(SOURCE[sheet.own_motion]))),
        long_row(words, "facts", sheet.facts, FACTS_BESIDE_WILLS if wills else FACTS),
        pair(words, ("remark", words("remark_text"))),
    ]
    flow.add(table(flow, PAIRS, rows, glued=True))  # nobody signs on a page that says nothing
    flow.space(8, glued=True)
    lines = [f"{words('sign_party')}\n{party.name}" for party in sheet.parties]
    signs(flow, words, [*lines, f"{words('sign_registrar')}\n{sheet.recorder}"], seal=sheet.committee)
