"""Rows of a ledger become visits, persons and participations, in one transaction for a batch."""

from __future__ import annotations

import dataclasses
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desktop.files import ledgers
from desktop.files.ledger_rows import LedgerRow
from desktop.store.known import EarlierVisit, earlier_visits, persons_by_number
from desktop.store.store import Work
from sync.records.canonical import plain
from sync.records.cards import Revision
from sync.records.kinds import keyed_id
from sync.records.participations import Participation, PartyRole
from sync.records.persons import Person
from sync.records.record import Made
from sync.records.requirements import check_person, check_visit
from sync.records.visits import REPORTED, Visit


@dataclass(frozen=True, slots=True)
class ImportKey:
    """The station's key: the same at all its desks, so that all give the same row the same identity."""

    secret: bytes

    def digest(self, purpose: str, content: bytes) -> bytes:
        """Return HMAC-SHA-256 over ``content`` for one purpose."""
        return hmac.digest(self.secret, purpose.encode() + b"\0" + content, "sha256")

    def id_of(self, kind: str, content: bytes) -> str:
        """Return the id of a record of ``kind`` that follows from ``content``."""
        return keyed_id(kind, self.digest(kind, content))


@dataclass(frozen=True, slots=True)
class Keyed:
    """A row and its identity."""

    row: LedgerRow
    identity: bytes


@dataclass(slots=True)
class Taken:
    """How many rows were new, and how many of them may repeat an earlier visit."""

    added: int = 0
    hinted: int = 0


@dataclass(slots=True)
class _Batch:
    """What is looked up once for all rows of a transaction, before anything is added."""

    key: ImportKey
    made: Made
    there: set[str]
    persons: dict[str, list[Person]]
    earlier: dict[datetime | str, list[EarlierVisit]] = field(default_factory=dict)

    def remember(self, visit: EarlierVisit) -> None:
        """Keep a visit to be found by its moment and by the names of those who came."""
        keys: tuple[datetime | str, ...] = (visit.visit.happened_at, *visit.names)
        for key in keys:
            self.earlier.setdefault(key, []).append(visit)


def take_rows(work: Work, made: Made, key: ImportKey, rows: Sequence[Keyed]) -> Taken:
    """Add the rows of ``rows`` that are not here yet; what was added before, amended or erased stays as it is."""
    visits = {keyed.identity: key.id_of("visit", keyed.identity) for keyed in rows}
    there = work.known(visits.values())
    fresh = [keyed for keyed in rows if visits[keyed.identity] not in there]
    if not fresh:
        return Taken()
    batch = _Batch(
        key=key,
        made=made,
        there=work.known({person_id(key, keyed) for keyed in fresh}),
        persons=persons_by_number(work, {keyed.row.document.number for keyed in fresh}),
    )
    for visit in earlier_visits(work, {k.row.happened_at for k in fresh}, {k.row.name for k in fresh}):
        batch.remember(visit)
    taken = Taken()
    for keyed in fresh:
        added = _add(work, batch, visits[keyed.identity], keyed)
        taken.added += 1
        taken.hinted += added.like is not None
    return taken


def person_id(key: ImportKey, keyed: Keyed) -> str:
    """Return the id that the row's person has if the row makes the card.

    With a document number it follows from number and name, so that rows of several files and desks meet in one card.
    """
    row = keyed.row
    if row.document.number:
        return key.id_of("person", f"{row.document.type}\0{row.document.number}\0{row.name}".encode())
    return key.id_of("person", keyed.identity)


def _add(work: Work, batch: _Batch, visit_id: str, keyed: Keyed) -> Visit:
    row = keyed.row
    person = _person(work, batch, keyed) if row.somebody else None
    party = frozenset({person.id} if person else ())
    visit = Visit(
        id=visit_id,
        made=batch.made,
        channel=row.channel,
        happened_at=row.happened_at,
        text=row.text,
        category=row.category,
        category_word=row.category_word,
        headcount=row.headcount,
        place="" if person and person.address == row.address else row.address,
        answered=row.answered,
        answer=row.answer,
        remark=row.remark,
        import_key=keyed.identity.hex(),
        like=_like(batch, row, party),
    )
    check_visit(visit, person)
    work.add(visit)
    if person:
        work.add(_participation(batch, keyed, visit.id, person.id))
    names = frozenset({row.name} if row.name else ())
    batch.remember(EarlierVisit(visit, party, names, _marks(row, visit)))
    return visit


def _person(work: Work, batch: _Batch, keyed: Keyed) -> Person:
    """The card of who came: known by the same document number and name, or made of what the row says."""
    row = keyed.row
    told = _told(batch, keyed)
    # Two names for one number are two cards until a person has looked: joining them would lose one.
    cards = batch.persons.get(row.document.number, []) if row.document.number else []
    for place, known in enumerate(cards):
        if known.name == row.name or not (known.name and row.name):
            cards[place] = _tell_phones(work, batch, keyed, known)
            return cards[place]
    if told.id not in batch.there:
        work.add(told)
        batch.there.add(told.id)
        if row.document.number:
            batch.persons.setdefault(row.document.number, []).append(told)
    return told


def _told(batch: _Batch, keyed: Keyed) -> Person:
    row = keyed.row
    kept = [(ledgers.DOCUMENT_TYPE, row.document_word), (ledgers.ETHNIC_GROUP, row.ethnic_word)]
    return check_person(
        Person(
            id=person_id(batch.key, keyed),
            made=batch.made,
            name=row.name,
            document=row.document,
            sex=row.sex,
            ethnic_group=row.ethnic_group,
            phones=row.phones,
            address=row.address,
            note=";".join(f"{column}:{word}" for column, word in kept if word),
        )
    )


def _tell_phones(work: Work, batch: _Batch, keyed: Keyed, known: Person) -> Person:
    """A known person's card gets telephones that it lacks; the edit's id follows from the row, as all ids here do."""
    lacking = tuple(phone for phone in keyed.row.phones if phone not in known.phones)
    if not lacking:
        return known
    phones = (*known.phones, *lacking)
    work.add(
        Revision(
            id=batch.key.id_of("revision", keyed.identity),
            made=batch.made,
            card=known.id,
            seen=work.folded(known.id).heads,
            fields={"phones": plain(phones)},
        )
    )
    return dataclasses.replace(known, phones=phones)


def _participation(batch: _Batch, keyed: Keyed, visit: str, person: str) -> Participation:
    reported = keyed.row.channel in REPORTED
    return Participation(
        id=batch.key.id_of("participation", keyed.identity),
        made=batch.made,
        subject=visit,
        party=person,
        role=PartyRole.REPORTER if reported else PartyRole.VISITOR,
        hidden=reported,
    )


def _marks(row: LedgerRow, visit: Visit) -> frozenset[str]:
    """By what a row without a name is known again."""
    told = (visit.place,) if row.name else (row.address, *row.phones)
    return frozenset(told) - {""}


def _like(batch: _Batch, row: LedgerRow, party: frozenset[str]) -> str | None:
    """A visit that this one may repeat: two of these are the same: the moment, the words, who or where it was."""
    mine = {row.address, *row.phones} - {""}
    earlier: list[EarlierVisit] = [*batch.earlier.get(row.happened_at, ()), *batch.earlier.get(row.name, ())]
    for other in earlier:
        same_person = bool(party & other.parties) or bool(row.name and row.name in other.names)
        same_person = same_person or bool(mine & other.marks)
        same = (other.visit.happened_at == row.happened_at, other.visit.text == row.text, same_person)
        if sum(same) >= 2:
            return other.visit.id
    return None
