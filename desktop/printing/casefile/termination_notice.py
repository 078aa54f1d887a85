"""终止调解告知书: mediation ended, and which ways are open (人民调解法 26, 深圳经济特区矛盾纠纷多元化解条例 28)."""

from __future__ import annotations

from dataclasses import replace

from desktop.printing.casefile.case import CaseSheet
from desktop.printing.casefile.form import drawn, headed, names_of, signs
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.frames import body_of
from desktop.printing.moments import day_words
from desktop.printing.pieces import BODY
from desktop.printing.template import Template
from sync.records.times import BEIJING


def render(sheet: CaseSheet, fonts: Fonts | None = None) -> bytes:
    """Return the notice as PDF; raises as `drawn` does."""
    return drawn(sheet, _draw, fonts)


def _draw(flow: Flow, words: Template, sheet: CaseSheet) -> None:
    body = body_of(flow, BODY)
    flow.text(words("to", parties=names_of(sheet)), replace(body, indent=0))
    day = day_words(sheet.started_at.astimezone(BEIJING).date())
    said = {"committee": sheet.committee, "day": day, "matter": sheet.title}
    reason = sheet.ended_reason.rstrip("。；;")
    flow.text(words("text", reason=reason, **said) if reason else words("text_no_reason", **said), body)
    headed(flow, words("routes_head"), *words("routes_labour" if sheet.labour else "routes").splitlines())
    flow.text(words("time"), body)
    flow.text(words("received"), body, glued=True)
    flow.space(10, glued=True)
    signs(flow, words, [f"{words('sign_party')}\n{party.name}" for party in sheet.parties], seal=sheet.committee)
