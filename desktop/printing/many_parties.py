"""Many people on one side of an agreement: one line each instead of a box, and small places to sign.

Twenty-three workers in boxes are six pages of paper in which nobody finds anything. Whoever has an agent, and every
organisation, keeps a box: there is more to say and to sign.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from desktop.printing.lines import Align, Style
from desktop.printing.sheets import PartyBox
from desktop.printing.tables import Cell, Row
from desktop.printing.template import Template

MANY = 6
"""So many people of one side have boxes; more stand in a list."""
COLUMNS = (0.06, 0.14, 0.06, 0.09, 0.08, 0.11, 0.17, 0.29)
ACROSS = 4
"""Places to sign beside each other."""
SIGN_COLUMNS = (1 / ACROSS,) * ACROSS
HEAD = Style(10, 14, bold=True, align=Align.CENTRE)
LINE = Style(10, 14, align=Align.CENTRE)
LEFT = Style(10, 14)
SIGN = Style(11, 16)
DATE = Style(9, 14, align=Align.RIGHT)
LEAST, SIGN_HEIGHT = 22.0, 46.0


def divided(parties: Sequence[PartyBox], words: Template) -> Iterator[tuple[str, list[PartyBox], list[PartyBox]]]:
    """Yield each side: its label, those who have boxes, those who stand in a list."""
    for label, some in groupby(parties, key=lambda party: party.side_label):
        side = list(some)
        listed = [party for party in side if not party.organisation and not party.agent]
        if len(listed) <= MANY or not words.has("list_title"):
            listed = []
        yield label, [party for party in side if party not in listed], listed


def list_rows(words: Template, listed: Sequence[PartyBox]) -> list[Row]:
    """Return one line for each of ``listed`` under a heading line that comes again on every page."""
    keys = ("list_number", "list_name", "sex", "ethnic_group", "age", "list_occupation", "contact", "list_address")
    rows = [Row([Cell(words(key), HEAD) for key in keys], LEAST, glued=True, heading=True)]
    for number, one in enumerate(listed, 1):
        people = one.nationality or one.ethnic_group
        centred = (str(number), one.name, one.sex, people, one.age, one.occupation)
        left = (one.contact, one.address)
        cells = [*(Cell(text, LINE) for text in centred), *(Cell(text, LEFT) for text in left)]
        rows.append(Row(cells, LEAST))
    return rows


def sign_rows(words: Template, listed: Sequence[PartyBox]) -> Iterator[Row]:
    """Yield the places in which ``listed`` sign, four to a row, each with a line for the date."""
    yield Row([Cell(words("list_signs"), SIGN, span=ACROSS)], LEAST, columns=SIGN_COLUMNS)
    for at in range(0, len(listed), ACROSS):
        names = [f"{number}　{one.name}" for number, one in enumerate(listed[at : at + ACROSS], at + 1)]
        cells = [Cell(name, SIGN, top=True, foot=words("date_line"), foot_style=DATE) for name in names]
        cells += [Cell(words("blank"), LINE)] * (ACROSS - len(cells))
        yield Row(cells, SIGN_HEIGHT, columns=SIGN_COLUMNS)
