"""人民调解协议书 and 人民调解口头协议登记表: the national form's fields in order, signatures and seal at the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from desktop.printing.document import Document
from desktop.printing.flow import Atom, Flow
from desktop.printing.fonts import Fonts, installed
from desktop.printing.frames import form_flow
from desktop.printing.lines import break_lines
from desktop.printing.many_parties import COLUMNS, divided, list_rows, sign_rows
from desktop.printing.moments import count_words, day_words, moment_words
from desktop.printing.pieces import (
    BODY,
    DATE,
    HEADING,
    NUMBER,
    PARTY,
    SEAL,
    SEAL_HEIGHT,
    TITLE,
    height_of,
    keepers,
    paired,
    party_box,
    party_table,
)
from desktop.printing.share_annex import signed_annex
from desktop.printing.sheets import AgreementSheet, PartyBox
from desktop.printing.tables import Cell, Row, table
from desktop.printing.template import Template, words_of
from desktop.printing.terms import sides_words, term_words, total_words
from desktop.printing.texts import check_texts

SHORT = 6
"""Lines of 履行方式 that go to the page of the signatures, so that these never stand on a page by themselves."""


Mark = tuple[int, float]
"""Where on the paper something begins: the page from 0, and points from its upper edge."""


def render(sheet: AgreementSheet, fonts: Fonts | None = None, marks: dict[str, Mark] | None = None) -> bytes:
    """Return the agreement as PDF. Raises RuleBroken("printing.no_glyph") and Refused("printing.no_font").

    ``marks`` is filled with where each of the sheet's texts begins, by its field's name ("terms.0" for the first term).
    """
    fonts = fonts or installed(sheet.manner.face)
    check_texts(fonts, sheet)
    words = words_of(sheet)
    flow = form_flow(fonts, words, sheet)
    flow.text(words("title"), TITLE, glued=True)
    flow.space(4, glued=True)
    flow.text(words("number", number=sheet.number), NUMBER, glued=True)
    for label, boxed, listed in divided(sheet.parties, words):
        for party in boxed:
            party_table(flow, words, party)
        if listed:
            flow.text(words("list_title", side=label or words("party"), count=len(listed)), PARTY, glued=True)
            flow.add(table(flow, COLUMNS, list_rows(words, listed)))
            flow.space(6)
    flow.space(10)
    end = _signatures(flow, words, sheet)
    _body(flow, words, sheet, end)
    flow.mark("end")
    flow.add(end)
    if _annexed(words, sheet):
        signed_annex(flow, words, sheet.number, sheet.shares)
    document = Document(fonts, words("subject", number=sheet.number))
    flow.fill(document)
    if marks is not None:
        marks.update({name: (document.pages.index(page), top) for name, (page, top) in flow.marks.items()})
    return document.finish()


def _body(flow: Flow, words: Template, sheet: AgreementSheet, end: list[Atom]) -> None:
    """What was agreed; a short 履行方式 goes to the page of the signatures, ``end``, where both fit on one."""
    flow.mark("facts")
    flow.text(words("facts"), HEADING, glued=True)
    flow.text(sheet.facts, BODY)
    if sheet.disputed:
        flow.mark("disputed")
        flow.text(sheet.disputed, BODY)
    flow.space(6)
    if sheet.responsibility and words.has("responsibility"):
        flow.mark("responsibility")
        flow.text(words("responsibility"), HEADING, glued=True)
        flow.text(sheet.responsibility, BODY)
        flow.space(6)
    flow.mark("terms")
    flow.text(words("agreed"), HEADING, glued=True)
    sides = sides_words(words, sheet.parties)
    for number, term in enumerate(sheet.terms, 1):
        flow.mark(f"terms.{number - 1}")
        flow.text(term_words(words, number, term, sides), BODY)
    if _annexed(words, sheet):
        flow.mark("shares")
        flow.text(words("by_annex", count=len(sheet.shares)), BODY)
    if total := total_words(words, sheet):
        flow.mark("total")
        flow.text(total, BODY)
    flow.space(6)
    if sheet.remaining and words.has("remaining"):
        flow.mark("remaining")
        flow.text(words("remaining"), HEADING, glued=True)
        flow.text(sheet.remaining, BODY)
        flow.text(words("remaining_goes_on"), BODY)
        flow.space(6)
    performance = sheet.performance or words("performance_by_terms")
    lines = len(break_lines(flow.fonts, performance, BODY, flow.frame.width))
    room = flow.frame.height - height_of(end) - HEADING.leading - 6
    short = lines <= SHORT and lines * BODY.leading <= room
    flow.mark("performance")
    flow.text(words("performance"), HEADING, glued=True)
    flow.text(performance, BODY, glued=short)
    flow.space(6, glued=short)


def _annexed(words: Template, sheet: AgreementSheet) -> bool:
    """Whether shares stand in an annex: one person's needs none, and earlier editions have no words for it."""
    return len(sheet.shares) > 1 and words.has("annex_title")


def _not_in_annex(words: Template, sheet: AgreementSheet, some: list[PartyBox]) -> list[PartyBox]:
    """Those of a list who have no line in the annex to sign in; of two namesakes, as many as it does not name."""
    named = Counter(share.name for share in sheet.shares if _annexed(words, sheet))
    left = []
    for one in some:
        named[one.name] -= 1
        if named[one.name] < 0:
            left.append(one)
    return left


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
    if sheet.read_by and sheet.read_at is not None and words.has("read_aloud"):
        end.text(words("read_aloud", name=sheet.read_by, moment=moment_words(sheet.read_at)), BODY, glued=True)
    opening = len(end.atoms)
    end.text(_last_clause(words, sheet), BODY, glued=True)
    end.space(10, glued=True)
    rows = list(paired(words, list(keepers(words, sheet.mediators, sheet.recorder))))
    listed: list[Row] = []
    if not sheet.oral:
        sides = list(divided(sheet.parties, words))
        boxed = [party for _label, some, _listed in sides for party in some]
        boxes = [party_box(words, party) for party in boxed]
        here = [_not_in_annex(words, sheet, some) for _label, _boxed, some in sides]
        listed = [row for some in here if some for row in sign_rows(words, some)]
        rows = [*paired(words, boxes), *listed, *rows]
    text = f"{sheet.committee}\n{words('sign_committee')}"
    seal = Row([Cell(text, SEAL, span=2, foot=words("date_line"), foot_style=DATE)], SEAL_HEIGHT)
    signs = list(table(end, (0.5, 0.5), [*(replace(row, glued=True) for row in rows), seal]))
    if height_of(end.atoms) + height_of(signs) > flow.frame.height:
        signs = list(table(end, (0.5, 0.5), [*rows[:-1], replace(rows[-1], glued=True), seal]))
        if listed:  # what need not stand above the signatures leaves its room to them
            end.atoms[:opening] = [replace(atom, glued=False) for atom in end.atoms[:opening]]
    end.add(signs)
    return end.atoms
