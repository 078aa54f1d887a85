"""付款明细表: whom the payer of an agreement pays how much into which account; for the payer alone."""

from __future__ import annotations

from desktop.printing.casefile.form import PLAIN, drawn, signs
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.share_annex import paid_list
from desktop.printing.station.values import PaymentSheet
from desktop.printing.template import Template


def render(sheet: PaymentSheet, fonts: Fonts | None = None) -> bytes:
    """Return the list as PDF; raises as `casefile.form.drawn` does."""
    return drawn(sheet, _draw, fonts)


def _draw(flow: Flow, words: Template, sheet: PaymentSheet) -> None:
    flow.text(words("text", payer=sheet.payer, matter=sheet.matter), PLAIN)
    flow.space(6, glued=True)
    paid_list(flow, words, sheet.shares)
    flow.space(8)
    flow.text(words("secret"), PLAIN, glued=True)
    flow.space(8, glued=True)
    signs(flow, words, [f"{words('sign_payer')}\n{sheet.payer}", words("sign_given")])
