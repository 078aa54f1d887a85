"""受理告知书: the competent body tells that it has taken a matter up (信访工作条例 22, 23, 34)."""

from __future__ import annotations

from desktop.printing.casefile.form import drawn
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.frames import body_of
from desktop.printing.moments import day_words
from desktop.printing.pieces import BODY
from desktop.printing.station.notice import closed, opened
from desktop.printing.station.values import NoticeSheet
from desktop.printing.template import Template


def render(sheet: NoticeSheet, fonts: Fonts | None = None) -> bytes:
    """Return the notice as PDF; raises as `casefile.form.drawn` does."""
    return drawn(sheet, _draw, fonts, numbered=False)


def _draw(flow: Flow, words: Template, sheet: NoticeSheet) -> None:
    opened(flow, words, sheet)
    said = {"registered": sheet.registered, "matter": sheet.matter, "body": sheet.body}
    flow.text(words("text", day=day_words(sheet.decided_on), **said), body_of(flow, BODY))
    if sheet.due_on is not None:
        flow.text(words("due", day=day_words(sheet.due_on)), body_of(flow, BODY))
    else:
        flow.text(words("due_petition" if sheet.petition else "due_open"), body_of(flow, BODY))
    if sheet.petition:
        flow.text(words("petition"), body_of(flow, BODY))
    closed(flow, words, sheet)
