"""Lists of persons, and likely matches while somebody types a number, a telephone or a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

from sqlalchemy import Integer, Row, literal_column, select, union_all
from sqlalchemy import text as sql

from desktop.store.columns import from_micros
from desktop.store.names import card_states
from desktop.store.paging import LIMIT, Found, collect, page, text_match
from desktop.store.paging import after as begin_after
from desktop.store.parties import has_number, likely_lines
from desktop.store.projections import AMONG_IDS, HAPPENED_AT, LINE, NEWEST, NEWEST_PERSONS
from desktop.store.reader import Reader, listed
from desktop.store.rows import PersonRow
from desktop.store.same import joined_with, leading_of
from desktop.store.tables import person, record, with_ids
from desktop.store.words import name_key, number_key
from sync.records.participations import Participation
from sync.records.persons import Person
from sync.records.record import Record

PAGE = page(person, None)
_newest = select(literal_column(LINE, Integer).label("line")).where(sql(NEWEST_PERSONS)).select_from(record)
ALL: Final[Any] = union_all(select(person.c.line), _newest).subquery("person")
"""The persons of the list together with the newest, as `visits.ALL`."""
PAGE_OF_ALL = page(ALL, None)
NEW: Final = f"SELECT 1 FROM record WHERE {NEWEST_PERSONS} LIMIT 1"  # noqa: S608 our own words
_MOMENTS: Final = f"""
    SELECT record.id, visit.happened_at FROM record JOIN visit ON visit.line = record.line WHERE {AMONG_IDS}
    UNION ALL
    SELECT record.id, {HAPPENED_AT} FROM record WHERE {AMONG_IDS} AND {NEWEST}
"""  # noqa: S608 our own words
_CARDS = page(record, None).where(record.c.kind == "person", record.c.readable == 1)
"""Those that are asked for by line or id."""
MOST_LIKELY = 60
"""So many cards are looked at for each rank of likeness."""


def list_persons(reader: Reader, *, text: str = "", after: str | None = None, limit: int = LIMIT) -> list[PersonRow]:
    """Return persons, those that came here last first; ``text`` is looked for in all that a card says."""
    source: Any = ALL if reader.sql(NEW).fetchone() else person
    statement = begin_after(reader, PAGE if source is person else PAGE_OF_ALL, source, None, after)
    readable = select(record.c.line).where(record.c.line == source.c.line, record.c.readable == 1).correlate(source)
    statement = statement.where(readable.exists())
    match = text_match(reader, source, text)
    if match is not None:
        statement = statement.where(match[0])
    return person_rows(reader, collect(reader, statement, source, limit, match[1] if match else None))


def match_persons(
    reader: Reader, *, number: str = "", phone: str = "", name: str = "", limit: int = 8
) -> list[PersonRow]:
    """Return persons whose document number, telephone or name holds this, or whose name is read so, likeliest first.

    Each is looked for by itself: a number found comes before a telephone, a telephone before a name. A number is
    looked for from six, a telephone from four, a name from two characters on. Of cards that stand for one person the
    leading one is returned, by whichever of them the person was found.
    """
    found: dict[int, tuple[Row[Any], Record]] = {}
    for query, shortest, fields in (
        (number_key(number), 6, ("document",)),
        (number_key(phone), 4, ("phones",)),
        (name_key(name), 2, ()),
    ):
        if len(query) >= shortest:
            lines = likely_lines(reader, query, MOST_LIKELY)
            holds = has_number(query, fields) if fields else _named
            rows = {row.line: (row, value) for row, value in _rows(reader, lines) if holds(value)}
            found |= {line: rows[line] for line in lines if line in rows and line not in found}
    return person_rows(reader, _leading(reader, list(found.values()))[:limit])


def _leading(reader: Reader, found: Found) -> Found:
    """Let the leading card stand for those that it leads, each person once, in the order in which they were found."""
    led = leading_of(reader, [value.id for _, value in found])
    if not led:
        return found
    leading = collect(reader, _CARDS.where(with_ids(set(led.values()))), record, len(led))
    there = {value.id: (row, value) for row, value in (*leading, *found)}
    ids = dict.fromkeys(led.get(value.id, value.id) for _, value in found)
    return [there[i] for i in ids if i in there]


def _named(value: Record) -> bool:
    return isinstance(value, Person)


def _rows(reader: Reader, lines: list[int]) -> Found:
    return collect(reader, _CARDS.where(record.c.line.in_(lines)), record, len(lines)) if lines else []


def person_rows(reader: Reader, found: Sequence[tuple[Row[Any], Record]]) -> list[PersonRow]:
    """Return list rows for records of persons, with how often they came."""
    persons = [(row, cast(Person, value)) for row, value in found]
    states = card_states(reader, {p.id: row.state for row, p in persons})
    visits = _visits(reader, [p.id for _, p in persons])
    return [_row(row, value, states[value.id], visits.get(value.id, [])) for row, value in persons]


def _visits(reader: Reader, persons: list[str]) -> dict[str, list[Any]]:
    """Return for each person when the visits happened in which it takes part, by any of its cards."""
    cards = joined_with(reader, persons)
    every = {card for some in cards.values() for card in some}
    linked = cast("dict[str, list[Participation]]", reader.linked_to(every, "participation.party"))
    parts = {person: [p for card in cards[person] for p in linked.get(card, ())] for person in persons}
    subjects = {p.subject for some in parts.values() for p in some}
    moments = {row[0]: from_micros(row[1]) for row in reader.sql(_MOMENTS, (listed(subjects),)).fetchall()}
    return {
        person: [moments[s] for s in {p.subject for p in some if not p.withdrawn} if s in moments]
        for person, some in parts.items()
    }


def _row(row: Row[Any], value: Person, state: str, visits: list[Any]) -> PersonRow:
    return PersonRow(
        id=value.id,
        name=value.name,
        sex=value.sex,
        born_on=value.born_on,
        document_type=value.document.type,
        document_answer=value.document.answer,
        document_number=value.document.number,
        phones=value.phones,
        address=value.address,
        visits=len(visits),
        last_visit_at=max(visits, default=None),
        conflicted=bool(row.conflicted),
        sent=state,
    )
