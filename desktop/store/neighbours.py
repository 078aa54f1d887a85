"""The records one step away from a record: person, organisation, visit, matter, order, mediation, papers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from desktop.store.links import (
    agreements_of,
    mediations_of_matter,
    orders_of_matter,
    participations_of,
    subjects_of_party,
    visits_of_matter,
)
from desktop.store.reader import Reader
from desktop.store.said import moment_of, title_of
from desktop.store.same import leading_of
from sync.records.kinds import kind_of
from sync.records.matters import Matter
from sync.records.mediations import Agreement, Mediation
from sync.records.orders import DispatchOrder
from sync.records.persons import Organisation, Person
from sync.records.record import Record
from sync.records.visits import Visit

NEWEST: Final = 200
"""So many neighbours at most, the newest: somebody may have come every day for years."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A record that another one leads to."""

    kind: str
    id: str
    title: str
    at: datetime


def neighbours(reader: Reader, record_id: str) -> list[Neighbour]:
    """Return what ``record_id`` leads to: its people first, then matters and what belongs to them, newest first.

    Refused ("store.no_such_record", "store.erased") where the record itself is not here.
    """
    record = reader.get(record_id)
    named = list(dict.fromkeys(_ids(reader, record)))
    led = leading_of(reader, [record_id, *named])  # cards of one person lead to one page
    ids = [found for found in dict.fromkeys(led.get(i, i) for i in named) if found != led.get(record_id, record_id)]
    values = reader.current(ids[:NEWEST])
    return [_neighbour(values[found]) for found in ids if found in values]


def _ids(reader: Reader, record: Record) -> Iterator[str]:
    match record:
        case Person() | Organisation():
            yield from _newest(subjects_of_party(reader, record.id))
        case Visit():
            yield from _parties(reader, record.id)
            yield from (found for found in (record.matter, record.like, record.amends) if found)
        case Matter():
            yield from _parties(reader, record.id)
            yield from _of_matter(reader, record.id)
        case DispatchOrder():
            yield from _around(reader, record.matter)
        case Mediation():
            yield from _parties(reader, record.id)
            yield from (found.id for found in agreements_of(reader, record.id))
            yield from _around(reader, record.matter)
        case Agreement():
            yield from (block.party for block in record.parties)
            yield record.mediation
            yield from _around(reader, record.matter)
        case _:
            yield from (subject for name in _NAMING if (subject := getattr(record, name, "")))


_NAMING: Final = ("subject", "matter", "mediation", "order", "paper", "card")


def _around(reader: Reader, matter: str) -> Iterator[str]:
    yield matter
    yield from _parties(reader, matter)
    yield from _of_matter(reader, matter)


def _of_matter(reader: Reader, matter: str) -> Iterator[str]:
    mediations = mediations_of_matter(reader, matter)
    yield from _newest(found.id for found in mediations)
    yield from (paper.id for found in mediations for paper in agreements_of(reader, found.id))
    yield from _newest(found.id for found in orders_of_matter(reader, matter))
    yield from _newest(found.id for found in visits_of_matter(reader, matter))


def _parties(reader: Reader, subject: str) -> Iterator[str]:
    return (part.party for part in participations_of(reader, subject))


def _newest(ids: Iterable[str]) -> list[str]:
    """The newest first: ids of version 7 begin with their time."""
    return sorted(ids, key=lambda found: found.split("_", 1)[-1], reverse=True)


def _neighbour(record: Record) -> Neighbour:
    kind = kind_of(record.id)
    return Neighbour(kind.name if kind else "", record.id, title_of(record), moment_of(record))
