"""不予受理告知书: the competent body tells that it does not take a matter up, why, and where to turn to."""

from __future__ import annotations

from desktop.printing.casefile.form import drawn, headed
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
    reason = sheet.reason.strip().rstrip("。；;")
    flow.text(
        words("text", day=day_words(sheet.decided_on), reason=reason, rule=sheet.rule, **said), body_of(flow, BODY)
    )
    headed(flow, words("routes_head"), *words.listed("routes"))
    closed(flow, words, sheet)
