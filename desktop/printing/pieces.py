"""Pieces that the forms of a mediation share: a party's table, headed texts, places to sign and to seal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from desktop.printing.flow import Atom, Flow
from desktop.printing.lines import Align, Style
from desktop.printing.sheets import PartyBox
from desktop.printing.tables import Cell, Row, table
from desktop.printing.template import Template

TITLE = Style(22, 34, bold=True, align=Align.CENTRE)
NUMBER = Style(12, 22, align=Align.RIGHT)
PARTY = Style(12, 20, bold=True)
LABEL = Style(12, 18, align=Align.CENTRE)
VALUE = Style(12, 18)
HEADING = Style(15, 26, bold=True)
BODY = Style(15, 26, align=Align.JUSTIFIED, indent=2)
SIGN = Style(12, 18)
SEAL = Style(12, 20, align=Align.CENTRE)
DATE = Style(12, 20, align=Align.RIGHT)
SIGN_HEIGHT = 84.0
SEAL_HEIGHT = 122.0
"""Points: a committee's round seal is 42 mm across."""


def party_table(flow: Flow, words: Template, party: PartyBox, *, headed: bool = True) -> None:
    if headed:
        side = words("party_with_side", side=party.side_label) if party.side_label else words("party")
        flow.text(side, PARTY, glued=True)
    rows = _organisation(words, party) if party.organisation else _person(words, party)
    if party.agent:
        rows.append(_wide(words("agent"), party.agent))
    flow.add(table(flow, PARTY_COLUMNS, [Row(row.cells, PARTY_ROW, glued=row is not rows[-1]) for row in rows]))
    flow.space(6)


PARTY_ROW = 26.0
PARTY_COLUMNS = (0.16, 0.24, 0.09, 0.09, 0.09, 0.15, 0.09, 0.09)
LONG_NAME = 8
"""Characters that fit beside the other fields; a longer name has a row of its own."""


def _person(words: Template, party: PartyBox) -> list[Row]:
    people = words("nationality" if party.nationality else "ethnic_group")
    facts = [words("sex"), party.sex, people, party.nationality or party.ethnic_group, words("age"), party.age]
    name = Cell(words("name"), LABEL)
    if len(party.name) > LONG_NAME:
        spans = (1, 1, 2, 2, 1, 1)
        second = Row([Cell(text, LABEL, span) for text, span in zip(facts, spans, strict=True)])
        rows = [Row([name, Cell(party.name, VALUE, span=7)]), second]
    else:
        rows = [Row([name, Cell(party.name, LABEL), *(Cell(text, LABEL) for text in facts)])]
    return [*rows, _two(words, "occupation", party.occupation, party.contact), _wide(words("address"), party.address)]


def _organisation(words: Template, party: PartyBox) -> list[Row]:
    return [
        _wide(words("organisation"), party.name),
        _two(words, "representative", party.representative, party.contact),
        _wide(words("organisation_address"), party.address),
    ]


def _two(words: Template, key: str, value: str, contact: str) -> Row:
    left = [Cell(words(key), LABEL), Cell(value, VALUE, span=2)]
    return Row([*left, Cell(words("contact"), LABEL, span=2), Cell(contact, VALUE, span=3)])


def _wide(label: str, value: str) -> Row:
    return Row([Cell(label, LABEL), Cell(value, VALUE, span=7)])


def height_of(atoms: list[Atom]) -> float:
    return sum(atom.height for atom in atoms)


def paired(words: Template, boxes: list[tuple[Cell, float]]) -> Iterator[Row]:
    """Two boxes a row; a place that nobody has is said to be blank, so that nothing can be added there."""
    for at in range(0, len(boxes), 2):
        pair = boxes[at : at + 2]
        cells = [cell for cell, _height in pair]
        if len(cells) == 1:
            cells.append(Cell(words("blank"), SEAL))
        yield Row(cells, max(height for _cell, height in pair))


def party_box(words: Template, party: PartyBox) -> tuple[Cell, float]:
    """Where a party signs; an organisation's seal needs as much room as the committee's."""
    lines = [words("sign_organisation" if party.organisation else "sign_party"), party.name]
    if party.organisation:
        lines.append(words("sign_representative"))
    if party.agent:
        lines.append(words("sign_agent"))
    height = SEAL_HEIGHT if party.organisation else SIGN_HEIGHT + (SIGN.leading if party.agent else 0)
    return sign_box(words, "\n".join(lines)), height


def keepers(words: Template, mediators: Sequence[str], recorder: str) -> Iterator[tuple[Cell, float]]:
    """A box for each mediator, and the recorder's: every mediator signs for himself (人民调解法 29)."""
    for mediator in mediators or ("",):
        yield sign_box(words, f"{words('sign_mediator')}\n{mediator}"), SIGN_HEIGHT
    yield sign_box(words, f"{words('sign_recorder')}\n{recorder}"), SIGN_HEIGHT


def sign_box(words: Template, text: str) -> Cell:
    return Cell(text, SIGN, top=True, foot=words("date_line"), foot_style=DATE)
