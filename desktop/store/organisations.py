"""Lists of organisations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Row

from desktop.store.names import card_states
from desktop.store.paging import LIMIT, collect, page, text_match
from desktop.store.paging import after as begin_after
from desktop.store.parties import lines_by_party
from desktop.store.reader import Reader
from desktop.store.rows import OrganisationRow
from desktop.store.same import joined_with
from desktop.store.tables import of_kind, record
from sync.records.participations import Participation
from sync.records.persons import Organisation
from sync.records.record import Record

PAGE = page(record, None).where(of_kind("organisation"), record.c.readable == 1)


def list_organisations(
    reader: Reader, *, text: str = "", after: str | None = None, limit: int = LIMIT
) -> list[OrganisationRow]:
    """Return organisations, those that came here last first; ``text`` is looked for in all that a card says."""
    statement = begin_after(reader, PAGE, record, None, after)
    match = text_match(reader, record, text)
    if match is not None:
        statement = statement.where(match[0])
    return organisation_rows(reader, collect(reader, statement, record, limit, match[1] if match else None))


def match_organisations(reader: Reader, text: str, limit: int = 8) -> list[OrganisationRow]:
    """Return organisations whose name holds ``text``, or whose credit code or telephone does."""
    statement = PAGE.where(record.c.line.in_(lines_by_party(reader, text)))
    return organisation_rows(reader, collect(reader, statement, record, limit))


def organisation_rows(reader: Reader, found: Sequence[tuple[Row[Any], Record]]) -> list[OrganisationRow]:
    """Return list rows for records of organisations, with how many matters they take part in, by any of their cards."""
    firms = [(row, cast(Organisation, value)) for row, value in found]
    states = card_states(reader, {o.id: row.state for row, o in firms})
    cards = joined_with(reader, [o.id for _, o in firms])
    every = {card for some in cards.values() for card in some}
    parts = cast("dict[str, list[Participation]]", reader.linked_to(every, "participation.party"))
    matters = {
        party: len({p.subject for card in some for p in parts.get(card, ()) if _matter(p)})
        for party, some in cards.items()
    }
    return [
        OrganisationRow(
            id=value.id,
            name=value.name,
            credit_code=value.credit_code,
            legal_representative=value.legal_representative,
            phones=value.phones,
            address=value.address,
            matters=matters.get(value.id, 0),
            conflicted=bool(row.conflicted),
            sent=states[value.id],
        )
        for row, value in firms
    ]


def _matter(part: Participation) -> bool:
    return part.subject.startswith("mat_") and not part.withdrawn
