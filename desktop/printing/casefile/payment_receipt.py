"""收条: a payment that an agreement names was received, one for each term with an amount."""

from __future__ import annotations

from desktop.printing.casefile.case import Agreed, CaseSheet
from desktop.printing.casefile.form import PLAIN, drawn, signs
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.moments import capital_money_words, count_words, money_words
from desktop.printing.pieces import BODY
from desktop.printing.template import Template
from sync.records.mediations import Term


def render(sheet: CaseSheet, fonts: Fonts | None = None) -> bytes:
    """Return a receipt for each amount as PDF, or a blank one; raises as `drawn` does."""
    return drawn(sheet, _draw, fonts)


def _draw(flow: Flow, words: Template, sheet: CaseSheet) -> None:
    agreed = sheet.agreed
    paid = [] if agreed is None else [(n, t) for n, t in enumerate(agreed.terms, 1) if t.amount_fen]
    if agreed is None or not paid:
        flow.text(words("text_open", payer="　" * 8, number=sheet.number or "　" * 10), BODY)
        _end(flow, words, "")
        return
    for place, (number, term) in enumerate(paid):
        if place:
            flow.turn()
        flow.text(_text(words, sheet, agreed, number, term), BODY)
        _end(flow, words, _side(sheet, term.payee))


def _text(words: Template, sheet: CaseSheet, agreed: Agreed, number: int, term: Term) -> str:
    fen = term.amount_fen or 0
    return words(
        "text",
        payer=_side(sheet, term.payer) or words("other_side"),
        number=agreed.number,
        ordinal=count_words(number),
        digits=money_words(fen),
        capitals=capital_money_words(fen),
    )


def _side(sheet: CaseSheet, side: int) -> str:
    return sheet.side_names[side - 1] if 0 < side <= len(sheet.side_names) else ""


def _end(flow: Flow, words: Template, payee: str) -> None:
    flow.space(6, glued=True)
    flow.text(words("manner"), PLAIN, glued=True)
    flow.space(10, glued=True)
    signs(flow, words, [f"{words('sign_payee')}\n{payee}", words("sign_witness")])
