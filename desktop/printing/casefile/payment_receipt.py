"""收条: a payment that an agreement names was received, one for each term with an amount."""

from __future__ import annotations

from dataclasses import replace

from desktop.printing.casefile.case import Agreed, CaseSheet
from desktop.printing.casefile.form import PLAIN, drawn, signs
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.lines import Align, Style
from desktop.printing.moments import capital_money_words, count_words, money_words
from desktop.printing.pieces import BODY
from desktop.printing.template import Template
from sync.records.mediations import Term

SLIP_TITLE = Style(14, 26, bold=True, align=Align.CENTRE)


def render(sheet: CaseSheet, fonts: Fonts | None = None) -> bytes:
    """Return a receipt for each amount, or for each of many persons, as PDF, or a blank one; raises as `drawn` does."""
    return drawn(sheet, _draw, fonts)


def _draw(flow: Flow, words: Template, sheet: CaseSheet) -> None:
    agreed = sheet.agreed
    paid = [] if agreed is None else [(n, t) for n, t in enumerate(agreed.terms, 1) if t.amount_fen]
    if agreed is None or not paid:
        flow.text(words("text_open", payer="　" * 8, number=sheet.number or "　" * 10), BODY)
        _end(flow, words, "")
        return
    if agreed.shares:
        _each(flow, words, sheet, agreed, paid)
        return
    for place, (number, term) in enumerate(paid):
        if place:
            flow.turn()
        flow.text(_text(words, sheet, agreed, number, term), BODY)
        _end(flow, words, _side(sheet, term.payee))


def _each(flow: Flow, words: Template, sheet: CaseSheet, agreed: Agreed, paid: list[tuple[int, Term]]) -> None:
    """A receipt for each of many persons, two a page; which of several instalments it is, is written by hand."""
    payer = _side(sheet, paid[0][1].payer) or words("other_side")
    for share in agreed.shares:
        whole = len(paid) == 1
        said = {"payer": payer, "number": share.agreement or agreed.number, "name": share.name}
        said["period"] = f"（{share.period}）" if share.period else ""
        if whole:
            digits, capitals = money_words(share.amount_fen), capital_money_words(share.amount_fen)
            text = words("text_share", digits=digits, capitals=capitals, **said)
        else:
            text = words("text_share_open", **said)
        slip = Flow(flow.fonts, flow.frame)
        slip.text(words("slip_title"), SLIP_TITLE, glued=True)
        slip.text(text, BODY, glued=True)
        _end(slip, words, share.name)
        slip.space(22)
        flow.add([replace(atom, glued=atom is not slip.atoms[-1]) for atom in slip.atoms])


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
