"""What the notices of acceptance and of refusal share: a competent body writes, the station only hands it over."""

from __future__ import annotations

from desktop.printing.casefile.form import PLAIN, RIGHT, signs
from desktop.printing.flow import Flow
from desktop.printing.frames import body_of
from desktop.printing.lines import Align, Style
from desktop.printing.moments import day_words
from desktop.printing.pieces import BODY
from desktop.printing.station.values import NoticeSheet
from desktop.printing.template import Template

NUMBER = Style(12, 22, align=Align.CENTRE)
SMALL = Style(11, 18, align=Align.JUSTIFIED, indent=2)
SEAL_ROOM = 40.0


def opened(flow: Flow, words: Template, sheet: NoticeSheet) -> None:
    """The body's own number is written by hand: its series is not ours."""
    flow.text(words("body_number"), NUMBER, glued=True)
    flow.space(8, glued=True)
    flow.text(words("to", name=sheet.to), body_of(flow, PLAIN), glued=True)


def closed(flow: Flow, words: Template, sheet: NoticeSheet) -> None:
    """Body with room for its seal, date, who hands it over, and that it was received."""
    flow.text(words("ask", contact=sheet.contact), body_of(flow, BODY), glued=True)
    flow.space(SEAL_ROOM, glued=True)
    flow.text(words("seal", body=sheet.body), body_of(flow, RIGHT), glued=True)
    flow.text(day_words(sheet.decided_on), body_of(flow, RIGHT))
    flow.space(10, glued=True)
    flow.text(words("passed_on", body=sheet.body, station=sheet.station), SMALL, glued=True)
    flow.space(6, glued=True)
    signs(flow, words, [f"{words('sign_received')}\n{sheet.to}", words("sign_delivered")])
