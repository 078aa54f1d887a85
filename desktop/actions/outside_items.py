"""Items of outside systems come in by a file: a matter each, with its number there, its own days and where it stands.

A row is known by its system and number: read again it changes nothing, but that a day which that system moved is
moved here too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from desktop.actions import audit
from desktop.actions.care import after_many
from desktop.actions.desk import Desk
from desktop.actions.imported_rows import ImportKey
from desktop.actions.imports import BATCH, Imported, Progress, import_key, reason_of
from desktop.files.ledger_rows import RowRefused
from desktop.files.ledger_words import labels
from desktop.files.ledgers import Row, open_ledger
from desktop.files.outside_rows import COLUMNS, REQUIRED, OutsideRow, read_outside_row
from desktop.files.rejected import RejectedRows
from desktop.store.external import by_external
from desktop.store.store import Work
from desktop.store.units import units
from resources import Wording, wording
from sync.records.audit import AuditAction
from sync.records.errors import Refused
from sync.records.graphemes import cut
from sync.records.matters import ExternalNumber, Matter, Nature, Step, StepKind
from sync.records.participations import Participation, PartyRole
from sync.records.persons import Person
from sync.records.record import Made
from sync.records.requirements import check_person
from sync.records.visits import Category

TITLE_LENGTH: Final = 30


KNOWN_SYSTEMS: Final = ("信访", "民意速办", "粤平安")


def system_of(path: Path) -> str:
    """Return the system that a file's name says it is from; empty where it says none."""
    return next((name for name in KNOWN_SYSTEMS if name in path.name), "")


@dataclass(slots=True)
class _Tally:
    read: int = 0
    added: int = 0
    moved: int = 0


def import_items(
    desk: Desk,
    path: Path,
    system: str = "",
    progress: Progress = lambda _done, _total: None,
    cancelled: Callable[[], bool] = bool,
    *,
    language: str = "zh",
) -> Imported:
    """Import the file at ``path``; ``system`` (else the file's name) says whose it is where no column does.

    Refused("imports.cancelled") where ``cancelled`` says so (rows taken so far stay), ("imports.no_key"), and what
    `open_ledger` raises.
    """
    desk.must_may("matter")
    key = import_key(desk)
    ledger = open_ledger(path, COLUMNS, REQUIRED)
    rejected, tally = RejectedRows(path, ledger.header), _Tally()
    try:
        with ledger.rows() as rows:
            read = _read(rows, system or system_of(path), rejected, tally, wording(language))
            while batch := list(islice(read, BATCH)):
                if cancelled():
                    raise Refused("imports.cancelled", added=tally.added)
                with desk.store.write() as work:
                    _take(work, desk.made(), key, batch, tally)
                progress(tally.read, max(ledger.total, tally.read))
        rejected_file = rejected.finish()
    finally:
        rejected.discard()
    after_many(desk.store, tally.added)
    _note(desk, path, tally, rejected.count)
    unchanged = tally.read - tally.added - rejected.count
    return Imported(tally.read, tally.added, unchanged, rejected.count, rejected_file, ledger.extra, moved=tally.moved)


def _read(
    rows: Iterator[Row], system: str, rejected: RejectedRows, tally: _Tally, say: Wording
) -> Iterator[OutsideRow]:
    natures, categories = labels("nature", Nature), labels("category", Category)
    for row in rows:
        tally.read += 1
        try:
            yield read_outside_row(row, system, natures, categories)
        except RowRefused as refused:
            rejected.add(row.line.cells, refused.column, reason_of(say, refused.broken))


def _take(work: Work, made: Made, key: ImportKey, rows: list[OutsideRow], tally: _Tally) -> None:
    """Add what is new, and move the days that were moved."""
    known = by_external(work, {(row.system, row.number) for row in rows})
    bodies = {unit.name: identity for identity, unit in units(work).items() if unit.closed_on is None}
    for row in rows:
        there = known.get((row.system, row.number))
        if there is None:
            known[row.system, row.number] = _add(work, made, key, row, bodies.get(row.body))
            tally.added += 1
        elif row.due_on and _moved(there, row):
            work.revise(there.id, {"external": _with_day(there, row)}, made)
            tally.moved += 1


def _add(work: Work, made: Made, key: ImportKey, row: OutsideRow, body: str | None) -> Matter:
    identity = f"{row.system}\0{row.number}".encode()
    matter = Matter(
        id=key.id_of("matter", identity),
        made=made,
        title=cut(row.title, TITLE_LENGTH),
        nature=row.nature,
        category=row.category,
        category_word=row.category_word,
        text=row.text,
        unit=made.unit,
        place=row.place,
        discovered_at=row.registered,
        external=(ExternalNumber(system=row.system, number=row.number, due_on=row.due_on),),
    )
    if work.sealed(matter.id) is not None:  # its number was taken out of the card by hand
        return matter
    work.add(matter)
    _add_party(work, made, key, row, identity, matter.id)
    if body is not None and body != made.unit and row.received is not None:
        received = Step(
            id=key.id_of("step", identity),
            made=made,
            matter=matter.id,
            kind=StepKind.RECEIVED,
            happened_at=row.received,
            by_unit=body,
        )
        work.add(received)
    return matter


def _add_party(work: Work, made: Made, key: ImportKey, row: OutsideRow, identity: bytes, matter: str) -> None:
    if not (row.name or row.phones):
        return
    person = check_person(Person(id=key.id_of("person", identity), made=made, name=row.name, phones=row.phones))
    work.add(person)
    part = Participation(
        id=key.id_of("participation", identity),
        made=made,
        subject=matter,
        party=person.id,
        role=PartyRole.APPLICANT,
        side=1,
    )
    work.add(part)


def _moved(matter: Matter, row: OutsideRow) -> bool:
    return any((e.system, e.number) == (row.system, row.number) and e.due_on != row.due_on for e in matter.external)


def _with_day(matter: Matter, row: OutsideRow) -> list[ExternalNumber]:
    return [
        ExternalNumber(system=e.system, number=e.number, due_on=row.due_on)
        if (e.system, e.number) == (row.system, row.number)
        else e
        for e in matter.external
    ]


def _note(desk: Desk, path: Path, tally: _Tally, refused: int) -> None:
    if not (tally.added or tally.moved):
        return
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    detail = f"sha256={digest} items read={tally.read} added={tally.added} moved={tally.moved} refused={refused}"
    with desk.store.write() as work:
        audit.note(work, desk.made(), AuditAction.IMPORTED, detail=detail)
