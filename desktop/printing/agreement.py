"""人民调解协议书 and 人民调解口头协议登记表: the national form's fields in order, signatures and seal at the end."""

from __future__ import annotations

from dataclasses import replace

from desktop.printing.document import Document
from desktop.printing.flow import Atom, Flow
from desktop.printing.fonts import Fonts, installed
from desktop.printing.frames import form_flow
from desktop.printing.lines import break_lines
from desktop.printing.moments import capital_money_words, count_words, day_words, money_words
from desktop.printing.pieces import (
    BODY,
    DATE,
    HEADING,
    NUMBER,
    SEAL,
    SEAL_HEIGHT,
    TITLE,
    height_of,
    keepers,
    paired,
    party_box,
    party_table,
)
from desktop.printing.sheets import AgreementSheet
from desktop.printing.tables import Cell, Row, table
from desktop.printing.template import Template, template
from desktop.printing.texts import check_texts
from sync.records.mediations import Term

STOPS = ("。", "！", "？", "”")
SHORT = 6
"""Lines of 履行方式 that go to the page of the signatures, so that these never stand on a page by themselves."""


def render(sheet: AgreementSheet, fonts: Fonts | None = None) -> bytes:
    """Return the agreement as PDF. Raises RuleBroken("printing.no_glyph") and Refused("printing.no_font")."""
    fonts = fonts or installed()
    check_texts(fonts, sheet)
    words = template(sheet.template)
    flow = form_flow(fonts, words, sheet)
    flow.text(words("title"), TITLE, glued=True)
    flow.space(4, glued=True)
    flow.text(words("number", number=sheet.number), NUMBER, glued=True)
    for party in sheet.parties:
        party_table(flow, words, party)
    flow.space(10)
    end = _signatures(flow, words, sheet)
    _body(flow, words, sheet, end)
    flow.add(end)
    document = Document(fonts, words("subject", number=sheet.number))
    flow.fill(document)
    return document.finish()


def _body(flow: Flow, words: Template, sheet: AgreementSheet, end: list[Atom]) -> None:
    """What was agreed; a short 履行方式 goes to the page of the signatures, ``end``, where both fit on one."""
    flow.text(words("facts"), HEADING, glued=True)
    flow.text(sheet.facts, BODY)
    if sheet.disputed:
        flow.text(sheet.disputed, BODY)
    flow.space(6)
    flow.text(words("agreed"), HEADING, glued=True)
    for number, term in enumerate(sheet.terms, 1):
        flow.text(_term(words, number, term), BODY)
    flow.space(6)
    performance = sheet.performance or words("performance_by_terms")
    lines = len(break_lines(flow.fonts, performance, BODY, flow.frame.width))
    room = flow.frame.height - height_of(end) - HEADING.leading - 6
    short = lines <= SHORT and lines * BODY.leading <= room
    flow.text(words("performance"), HEADING, glued=True)
    flow.text(performance, BODY, glued=short)
    flow.space(6, glued=short)


def _term(words: Template, number: int, term: Term) -> str:
    """One term as sentences: a number, what is done, how much in digits and capitals, until when."""
    details = []
    if term.amount_fen is not None:
        capitals = capital_money_words(term.amount_fen)
        details.append(words("term_amount", digits=money_words(term.amount_fen), capitals=capitals))
    if term.due_on is not None:
        details.append(words("term_due", day=day_words(term.due_on)))
    text = term.text.strip()
    closed = text if text.endswith(STOPS) else text.rstrip("；;，,") + "。"
    return words("term", ordinal=count_words(number), text=closed) + ("；".join(details) + "。" if details else "")


def _last_clause(words: Template, sheet: AgreementSheet) -> str:
    """The sentence above the signatures: how many copies there are, or when an oral agreement was reached."""
    if sheet.oral:
        return words("agreed_on", day=day_words(sheet.agreed_on)) if sheet.agreed_on else ""
    rest = sheet.copies - len(sheet.parties) - 1
    if rest > 0:
        return words("more_copies", copies=count_words(sheet.copies), rest=count_words(rest))
    return words("copies", copies=count_words(sheet.copies))


def _signatures(flow: Flow, words: Template, sheet: AgreementSheet) -> list[Atom]:
    """Signatures and seal stay together with the copies sentence: no seal on a page without text (GB/T 9704, 7.3.5).

    Where so many sign that they fill a page, the seal stays with the last who sign.
    """
    end = Flow(flow.fonts, flow.frame)
    if sheet.replaces:
        end.text(words("replaces", number=sheet.replaces), BODY, glued=True)
    if not sheet.oral:
        end.text(words("effect"), BODY, glued=True)
    end.text(_last_clause(words, sheet), BODY, glued=True)
    end.space(10, glued=True)
    groups = [list(keepers(words, sheet.mediators, sheet.recorder))]
    if not sheet.oral:
        groups.insert(0, [party_box(words, party) for party in sheet.parties])
    rows = [row for group in groups for row in paired(words, group)]
    text = f"{sheet.committee}\n{words('sign_committee')}"
    seal = Row([Cell(text, SEAL, span=2, foot=words("date_line"), foot_style=DATE)], SEAL_HEIGHT)
    signs = list(table(end, (0.5, 0.5), [*(replace(row, glued=True) for row in rows), seal]))
    if height_of(end.atoms) + height_of(signs) > flow.frame.height:
        signs = list(table(end, (0.5, 0.5), [*rows[:-1], replace(rows[-1], glued=True), seal]))
    end.add(signs)
    return end.atoms
