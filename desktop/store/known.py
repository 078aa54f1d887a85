"""What a ledger's row may already be: persons by whole document numbers, visits by their moment or who came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from desktop.store.columns import to_micros
from desktop.store.names import party_names, standing_participations
from desktop.store.parties import by_whole_names, by_whole_numbers
from desktop.store.projections import HAPPENED_AT, NEWEST
from desktop.store.reader import CHUNK, Reader, listed
from desktop.store.words import number_key
from sync.records.participations import Participation
from sync.records.persons import Person
from sync.records.record import Record
from sync.records.visits import Visit

MOST = 1000
"""So many earlier visits are looked at for one batch of rows: a hint is only a hint."""
_AT: Final = f"""
    SELECT record.id FROM (
        SELECT line FROM visit WHERE happened_at IN (SELECT value FROM json_each(?1))
        UNION ALL
        SELECT record.line FROM record WHERE {NEWEST} AND {HAPPENED_AT} IN (SELECT value FROM json_each(?1))
        ORDER BY line DESC LIMIT ?2
    ) AS at JOIN record ON record.line = at.line ORDER BY record.line DESC
"""  # noqa: S608 our own words


@dataclass(frozen=True, slots=True)
class EarlierVisit:
    """A visit that is here already, with the ids and the names of those who take part in it.

    ``marks`` are what else it may be known by: its place, and telephones and addresses of those without a name.
    """

    visit: Visit
    parties: frozenset[str]
    names: frozenset[str]
    marks: frozenset[str] = frozenset()


def persons_by_number(reader: Reader, numbers: Iterable[str]) -> dict[str, list[Person]]:
    """Return the persons whose present document number is one of ``numbers``, the oldest card first."""
    wanted = {number_key(number) for number in numbers if number}
    found: dict[str, list[Person]] = {}
    for _, person in reader.at_lines(by_whole_numbers(reader, wanted)):
        if isinstance(person, Person) and number_key(person.document.number) in wanted:
            found.setdefault(person.document.number, []).append(person)
    return found


def earlier_visits(reader: Reader, moments: Iterable[datetime], names: Iterable[str]) -> list[EarlierVisit]:
    """Return visits that happened at one of ``moments``, or in which somebody takes part who is called as one of
    ``names``; at most `MOST` of either, the newest."""
    ids = dict.fromkeys([*_at(reader, set(moments)), *_of(reader, {name for name in names if name})])
    visits = [v for v in reader.current(ids).values() if isinstance(v, Visit)]
    parts = standing_participations(reader, [v.id for v in visits])
    parties = {p.party for some in parts.values() for p in some}
    called = party_names(reader, parties)
    nameless = reader.current([party for party in parties if not called.get(party)])
    return [_earlier(value, {p.party for p in parts.get(value.id, ())}, called, nameless) for value in visits]


def _earlier(value: Visit, parties: set[str], called: dict[str, str], nameless: Mapping[str, Record]) -> EarlierVisit:
    marks = {value.place}
    for person in (nameless.get(party) for party in parties):
        if isinstance(person, Person):
            marks |= {person.address, *person.phones}
    names = frozenset(called[p] for p in parties if called.get(p))
    return EarlierVisit(value, frozenset(parties), names, frozenset(marks - {""}))


def _at(reader: Reader, moments: set[datetime]) -> list[str]:
    wanted = sorted(moments)
    found: list[str] = []
    for start in range(0, len(wanted), CHUNK):
        some = listed(to_micros(moment) for moment in wanted[start : start + CHUNK])
        found += [row[0] for row in reader.sql(_AT, (some, MOST)).fetchall()]
    return found[:MOST]


def _of(reader: Reader, names: set[str]) -> list[str]:
    """The ids of the visits of everybody who is called so."""
    lines = by_whole_names(reader, names, MOST)
    persons = [value.id for _, value in reader.at_lines(lines)]
    parts = cast("dict[str, list[Participation]]", reader.linked_to(persons[:MOST], "participation.party"))
    return sorted({p.subject for some in parts.values() for p in some}, reverse=True)[:MOST]
