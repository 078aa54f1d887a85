"""申请人 of a paper for a court: a person's fields, or an organisation's with credit code and legal representative."""

from __future__ import annotations

from dataclasses import replace

from desktop.printing.casefile.case import Applicant
from desktop.printing.flow import Flow
from desktop.printing.moments import day_words
from desktop.printing.pieces import LABEL, PARTY, VALUE
from desktop.printing.tables import Cell, Row, table
from desktop.printing.template import Template
from sync.records.names import mask_number

COLUMNS = (0.2, 0.3, 0.2, 0.3)
LEAST = 27.0


def applicant_table(flow: Flow, words: Template, applicant: Applicant, number: int, *, masked: bool) -> None:
    """Add the block of one applicant, numbered from 1; places that nothing fills are for the pen.

    ``masked``: a preview is seen by whoever stands by, so the number of a document is in clear on a print alone.
    """
    if masked:
        kind, _, document = applicant.identity.rpartition(" ")
        applicant = replace(applicant, identity=f"{kind} {mask_number(document)}".strip())
    flow.text(words("applicant", number=number), PARTY, glued=True)
    rows = _organisation(words, applicant) if applicant.organisation else _person(words, applicant)
    if applicant.agent:
        rows.append(_wide(words, "agent", applicant.agent))
    flow.add(table(flow, COLUMNS, [Row(row.cells, LEAST, glued=row is not rows[-1]) for row in rows]))
    flow.space(8)


def _person(words: Template, one: Applicant) -> list[Row]:
    born = day_words(one.born_on) if one.born_on else ""
    return [
        _pair(words, ("name", one.name), ("sex", one.sex)),
        _pair(words, ("born_on", born), ("people", one.people)),
        _wide(words, "identity", one.identity),
        _wide(words, "home", one.address),
        _wide(words, "contact", one.contact),
    ]


def _organisation(words: Template, one: Applicant) -> list[Row]:
    return [
        _wide(words, "organisation", one.name),
        _wide(words, "credit_code", one.credit_code),
        _pair(words, ("representative", one.representative), ("representative_post", one.representative_post)),
        _wide(words, "organisation_address", one.address),
        _wide(words, "contact", one.contact),
    ]


def _pair(words: Template, *pairs: tuple[str, str]) -> Row:
    return Row([cell for key, value in pairs for cell in (Cell(words(key), LABEL), Cell(value, VALUE))])


def _wide(words: Template, key: str, value: str) -> Row:
    return Row([Cell(words(key), LABEL), Cell(value, VALUE, span=3)])
