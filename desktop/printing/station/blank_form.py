"""Blank forms for a power cut, with numbers of their own: 群众诉求登记表 and 人民调解协议书 to fill in by hand."""

from __future__ import annotations

from dataclasses import replace

from desktop.printing.casefile.form import drawn
from desktop.printing.document import Page
from desktop.printing.flow import Atom, Flow
from desktop.printing.fonts import Fonts
from desktop.printing.lines import Align, Style
from desktop.printing.pieces import (
    DATE,
    HEADING,
    PARTY,
    SEAL,
    SEAL_HEIGHT,
    SIGN_HEIGHT,
    keepers,
    paired,
    party_table,
    sign_box,
)
from desktop.printing.sheets import PartyBox
from desktop.printing.station.values import BlankSheet
from desktop.printing.tables import Cell, Row, table
from desktop.printing.template import Template

NOTE = Style(10, 16, align=Align.CENTRE)
LABEL = Style(11, 17, align=Align.CENTRE)
VALUE = Style(11, 17)
CLAUSE = Style(12, 20, align=Align.JUSTIFIED, indent=2)
SLIP_TITLE = Style(13, 22, bold=True, align=Align.CENTRE)
GREY = (0.6, 0.6, 0.6)
COLUMNS = (0.14, 0.225, 0.12, 0.145, 0.13, 0.24)
OTHERS = (0.22, 0.12, 0.38, 0.28)
LINE, ROW, TEXT, ANSWER, SIGN = 28.0, 25.0, 112.0, 46.0, 44.0
SIDES = ("applicant", "respondent")


def render(sheet: BlankSheet, fonts: Fonts | None = None) -> bytes:
    """Return the blank form that ``sheet.template`` names as PDF; raises as `casefile.form.drawn` does."""
    return drawn(sheet, _agreement if sheet.committee else _registration, fonts)


def _registration(flow: Flow, words: Template, sheet: BlankSheet) -> None:
    flow.text(words("unit", unit=sheet.unit), NOTE, glued=True)
    flow.text(words("use"), NOTE, glued=True)
    rows = [
        _row(words, ("happened_at", 5)),
        _row(words, ("channel", 5)),
        _row(words, ("nature", 5)),
        _row(words, ("name", 1), ("sex", 1), ("ethnic", 1)),
        _row(words, ("document", 3), ("age", 1)),
        _row(words, ("address", 3), ("phone", 1)),
        Row([Cell(words(f"other_{key}"), LABEL) for key in ("name", "sex", "document", "phone")], 20, columns=OTHERS),
        *(Row([Cell("", LABEL)] * 4, ROW, columns=OTHERS) for _ in range(3)),
        _row(words, ("respondents", 3), ("headcount", 1)),
        Row([Cell(words("text"), LABEL), Cell("", VALUE, span=5)], TEXT),
        Row([Cell(words("answer"), LABEL), Cell("", VALUE, span=5)], ANSWER),
        Row([_signed(words, "signed_by_visitor"), _signed(words, "signed_by_hand")], SIGN, columns=(0.5, 0.5)),
    ]
    flow.add(table(flow, COLUMNS, rows))
    flow.space(4, glued=True)
    flow.text(words("slip_title"), SLIP_TITLE, glued=True)
    slip = [
        Row([Cell(words("slip_code"), LABEL), Cell(sheet.code, VALUE)], ROW, glued=True),
        Row([Cell(words("slip_received"), LABEL), Cell("", VALUE)], ROW, glued=True),
        Row(
            [Cell(words("slip_seal"), LABEL), Cell(words("slip_unit", unit=sheet.unit, phone=sheet.phone), VALUE)], ROW
        ),
    ]
    flow.add(table(flow, (0.2, 0.8), slip))


def _row(words: Template, *asked: tuple[str, int]) -> Row:
    """Labels, each with an empty place of so many columns; what can be ticked is printed there."""
    cells = []
    for key, span in asked:
        choices = words(f"{key}_choices") if words.has(f"{key}_choices") else ""
        cells += [Cell(words(key), LABEL), Cell(choices, VALUE, span)]
    return Row(cells, ROW)


def _signed(words: Template, key: str) -> Cell:
    return Cell(words(key), VALUE, top=True, foot=words("date_line"), foot_style=DATE)


def _agreement(flow: Flow, words: Template, sheet: BlankSheet) -> None:
    flow.text(words("use"), NOTE, glued=True)
    for side in SIDES:
        flow.text(words("party_with_side", side=words(side)), PARTY, glued=True)
        party_table(flow, words, PartyBox(name=""), headed=False)
    flow.text(words("organisation_hint"), NOTE)
    for key, count in (("facts", 7), ("agreed", 12), ("performance", 4)):
        flow.text(words(key), HEADING, glued=True)
        flow.add([_ruled(flow, last=at == count - 1) for at in range(count)])
        flow.space(6)
    end = Flow(flow.fonts, flow.frame)
    end.text(words("effect"), CLAUSE, glued=True)
    end.text(words("copies_by_hand"), CLAUSE, glued=True)
    end.space(8, glued=True)
    parties = [(sign_box(words, words("sign_party")), SIGN_HEIGHT)] * len(SIDES)
    rows = [*paired(words, parties), *paired(words, list(keepers(words, (), "")))]
    seal = f"{sheet.committee}\n{words('sign_committee')}"
    rows.append(Row([Cell(seal, SEAL, span=2, foot=words("date_line"), foot_style=DATE)], SEAL_HEIGHT))
    end.add(table(end, (0.5, 0.5), [replace(row, glued=row is not rows[-1]) for row in rows]))
    flow.add(end.atoms)


def _ruled(flow: Flow, *, last: bool) -> Atom:
    """One line to write on."""
    left, right = flow.frame.left, flow.frame.left + flow.frame.width

    def draw(page: Page, top: float) -> None:
        page.line((left, top + LINE - 4), (right, top + LINE - 4), 0.5, colour=GREY)

    return Atom(LINE, draw, glued=last)
