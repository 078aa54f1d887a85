"""送达地址确认书: where papers reach a party, also in a later case (深圳经济特区矛盾纠纷多元化解条例 74)."""

from __future__ import annotations

from desktop.printing.casefile.case import CaseSheet
from desktop.printing.casefile.form import PAIRS, PLAIN, drawn, long_row, pair, signs
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.pieces import BODY
from desktop.printing.sheets import PartyBox
from desktop.printing.tables import table
from desktop.printing.template import Template

NOTES, ELECTRONIC, ADDRESS = 96.0, 54.0, 44.0


def render(sheet: CaseSheet, fonts: Fonts | None = None) -> bytes:
    """Return a form for each party as PDF; raises as `drawn` does."""
    return drawn(sheet, _draw, fonts)


def _draw(flow: Flow, words: Template, sheet: CaseSheet) -> None:
    for place, party in enumerate(sheet.parties):
        if place:
            flow.turn()
        _one(flow, words, party)


def _one(flow: Flow, words: Template, party: PartyBox) -> None:
    flow.text(words("text"), BODY)
    flow.space(6)
    rows = [
        pair(words, ("party_name", party.name)),
        pair(words, ("post_address", party.address), height=ADDRESS),
        pair(words, ("postcode", ""), ("phone", party.contact)),
        pair(words, ("electronic", words("electronic_text")), height=ELECTRONIC),
        pair(words, ("proxy", "")),
        long_row(words, "notes", words("notes_text"), NOTES),
    ]
    flow.add(table(flow, PAIRS, rows))
    flow.space(8)
    flow.text(words("agree"), PLAIN, glued=True)
    flow.space(6, glued=True)
    signs(flow, words, [f"{words('sign_party')}\n{party.name}"])
