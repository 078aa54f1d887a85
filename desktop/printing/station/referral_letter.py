"""转送函: a station passes a matter on to the body that decides it, with a slip by which that body answers."""

from __future__ import annotations

from desktop.printing.casefile.form import LEAST, PAIRS, PLAIN, RIGHT, drawn, long_row, pair
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.frames import body_of
from desktop.printing.lines import Align, Style
from desktop.printing.moments import day_words, moment_words
from desktop.printing.pieces import BODY, LABEL, PARTY, VALUE
from desktop.printing.station.values import ReferralSheet
from desktop.printing.tables import Cell, Row, table
from desktop.printing.template import Template

WARNING = Style(12, 20, bold=True, align=Align.JUSTIFIED, indent=2)
DEMAND = Style(13, 22, align=Align.JUSTIFIED, indent=2)
TEXT, SEAL_ROOM = 84.0, 22.0


def render(sheet: ReferralSheet, fonts: Fonts | None = None) -> bytes:
    """Return the letter as PDF; raises as `casefile.form.drawn` does."""
    return drawn(sheet, _draw, fonts)


def _draw(flow: Flow, words: Template, sheet: ReferralSheet) -> None:
    flow.text(words("to", unit=sheet.to), body_of(flow, PLAIN), glued=True)
    reason = sheet.reason.strip().rstrip("。；;")
    key = "text" if reason else "text_plain"
    flow.text(words(key, station=sheet.station, matter=sheet.matter, reason=reason), body_of(flow, BODY))
    flow.space(4, glued=True)
    flow.add(table(flow, PAIRS, _rows(words, sheet)))
    flow.space(6)
    if sheet.accusation:
        flow.text(words("accusation"), WARNING)
    if sheet.petition:
        flow.text(words("demand_petition"), DEMAND)
    flow.text(words("return_petition" if sheet.petition else "demand"), DEMAND, glued=True)
    flow.space(SEAL_ROOM, glued=True)
    flow.text(words("seal", station=sheet.station), body_of(flow, RIGHT), glued=True)
    flow.text(day_words(sheet.sent_on), body_of(flow, RIGHT))
    _slip(flow, words, sheet)


def _rows(words: Template, sheet: ReferralSheet) -> list[Row]:
    at = moment_words(sheet.happened_at) if sheet.happened_at else ""
    return [
        pair(words, ("nature", sheet.nature), ("category", sheet.category)),
        pair(words, ("registered", sheet.registered), ("happened_at", at)),
        pair(words, ("petitioners", "、".join(sheet.petitioners))),
        pair(words, ("contact", sheet.contact)),
        pair(words, ("address", sheet.address)),
        pair(words, ("respondents", sheet.respondents)),
        long_row(words, "matter_text", sheet.text, TEXT),
        *([long_row(words, "handled", sheet.handled, LEAST)] if sheet.handled else []),
        pair(words, ("enclosures", "；".join(sheet.enclosures) or words("no_enclosures"))),
        pair(words, ("clerk", sheet.clerk), ("clerk_phone", sheet.clerk_phone)),
    ]


def _slip(flow: Flow, words: Template, sheet: ReferralSheet) -> None:
    """The slip stays together: the body fills it in and sends it back."""
    flow.space(14, glued=True)
    flow.text(words("slip_title", number=sheet.number), PARTY, glued=True)
    rows = [
        pair(words, ("slip_unit", sheet.to)),
        pair(words, ("slip_receiver", ""), ("slip_received_at", "")),
        Row([Cell(words("slip_decision"), LABEL), Cell(words("slip_choices"), VALUE, span=3)], 78.0),
        pair(words, ("slip_clerk", ""), ("slip_phone", "")),
    ]
    flow.add(table(flow, PAIRS, [Row(r.cells, r.height, glued=r is not rows[-1]) for r in rows]))
