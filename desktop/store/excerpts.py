"""What a record is called in lists of mixed kinds, when it happened, and the text around what was found."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from desktop.store.words import folded
from sync.records.matters import Matter
from sync.records.mediations import Agreement, Mediation
from sync.records.orders import DispatchOrder
from sync.records.persons import Organisation, Person
from sync.records.record import Record
from sync.records.visits import Visit

TITLE_LENGTH: Final = 40
AROUND: Final = 24


def title_of(record: Record) -> str:
    """Return a short line for ``record``: its name, number or the beginning of its text."""
    match record:
        case Visit():
            found = " ".join(p for p in (record.number, record.text) if p)
        case Matter():
            found = record.title
        case DispatchOrder():
            found = f"{record.number} {record.subject}"
        case Mediation():
            found = record.disputed or record.facts
        case Agreement():
            found = record.number
        case Person() | Organisation():
            found = record.name
        case _:
            found = ""
    line = " ".join(found.split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1] + "…"


def moment_of(record: Record) -> datetime | None:
    """Return when it happened, where a kind says so; else when it was entered."""
    match record:
        case Visit():
            return record.happened_at
        case Matter():
            return record.discovered_at
        case DispatchOrder():
            return record.issued_at
        case Mediation():
            return record.started_at
        case _:
            return record.made.at


def excerpt(said: str, words: list[str]) -> str:
    """Return the text around the first of the folded ``words``, on one line."""
    line = " ".join(said.split())
    whole = folded(line)
    at = min((i for word in words if (i := whole.find(word)) >= 0), default=0)
    if len(whole) != len(line):  # folding changed lengths: the place is near enough
        at = min(at, max(len(line) - AROUND, 0))
    start, end = max(at - AROUND, 0), min(at + 2 * AROUND, len(line))
    return ("…" if start else "") + line[start:end] + ("…" if end < len(line) else "")
