"""司法确认申请书: both sides ask the court to confirm their agreement (人民调解法 33, 民事诉讼法 205).

Persons and organisations have blocks of their own, so two persons, or a person and a firm, each get the form they need.
"""

from __future__ import annotations

from desktop.printing.casefile.applicants import applicant_table
from desktop.printing.casefile.case import CaseSheet
from desktop.printing.casefile.form import PLAIN, drawn, headed, signs
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.moments import capital_money_words, count_words, day_words, money_words
from desktop.printing.pieces import BODY, HEADING, LABEL, VALUE
from desktop.printing.tables import Cell, Row, table
from desktop.printing.template import Template
from sync.records.mediations import Term

COLUMNS = (0.1, 0.6, 0.15, 0.15)
LEAST = 27.0


def render(sheet: CaseSheet, fonts: Fonts | None = None) -> bytes:
    """Return the application with its list of materials as PDF; raises as `drawn` does."""
    return drawn(sheet, _draw, fonts, numbered=False)


def _draw(flow: Flow, words: Template, sheet: CaseSheet) -> None:
    for place, applicant in enumerate(sheet.applicants, 1):
        applicant_table(flow, words, applicant, place, masked=sheet.preview)
    agreed = sheet.agreed
    number = agreed.number if agreed else "　" * 10
    said = {"committee": sheet.committee, "number": number}
    if agreed:
        headed(flow, words("claim_head"), words("claim", day=day_words(agreed.drawn_on), **said))
    else:
        headed(flow, words("claim_head"), words("claim_undated", **said))
    reasons = [words("reasons", matter=sheet.title, committee=sheet.committee)]
    reasons += [_term(n, term) for n, term in enumerate(agreed.terms if agreed else (), 1)]
    headed(flow, words("reasons_head"), *reasons, words("law"), words("honest"))
    flow.text(words("to"), BODY, glued=True)
    flow.text(words("court_blank"), PLAIN, glued=True)
    flow.space(8, glued=True)
    signs(flow, words, [f"{words('sign_each')}\n{party.name}" for party in sheet.parties])
    _materials(flow, words, sheet)


def _materials(flow: Flow, words: Template, sheet: CaseSheet) -> None:
    """附件清单 (民诉法解释 354): what every application needs, and what persons, organisations and agents add."""
    kinds = {"person" if not one.organisation else "organisation" for one in sheet.applicants}
    named = [*words.listed("materials")]
    named += [
        line for kind in ("person", "organisation") if kind in kinds for line in words.listed(f"materials_{kind}")
    ]
    if any(one.agent for one in sheet.applicants):
        named += words.listed("materials_agent")
    flow.turn()
    flow.text(words("materials_head"), HEADING, glued=True)
    heads = [Cell(words(f"materials_{column}"), LABEL) for column in ("number", "name", "copies", "checked")]
    rows = [Row(heads, LEAST, glued=True, columns=COLUMNS, heading=True)]
    for number, name in enumerate(named, 1):
        cells = [Cell(str(number), LABEL), Cell(name, VALUE), Cell("", LABEL), Cell("□", LABEL)]
        rows.append(Row(cells, LEAST, columns=COLUMNS))
    flow.add(table(flow, COLUMNS, rows))
    flow.space(8)
    flow.text(words("materials_note"), VALUE)


def _term(number: int, term: Term) -> str:
    text = f"{count_words(number)}、{term.text.strip().rstrip('；;，,。')}"
    if term.amount_fen:
        text += f"，{money_words(term.amount_fen)}（{capital_money_words(term.amount_fen)}）"
    if term.due_on:
        text += f"，{day_words(term.due_on)}前"
    return text + "。"
