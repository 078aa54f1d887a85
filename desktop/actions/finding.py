"""Finding records again: one search over everything, what was opened last, and searches that are kept by name.

What somebody opened and which searches they keep is theirs and this store's alone: it never travels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from desktop.actions.desk import Desk
from desktop.actions.query_codes import number_meant
from desktop.store.earlier import how_far
from desktop.store.neighbours import Neighbour, neighbours
from desktop.store.passed_matters import told_of
from desktop.store.rows import Hit
from desktop.store.said import moment_of, title_of
from desktop.store.search import PASSED_OPEN, search
from desktop.store.store import Reader
from sync.records.errors import RuleBroken
from sync.records.graphemes import cut
from sync.records.kinds import is_a, kind_of
from sync.records.matter_state import OPEN_STAGES
from sync.records.mediations import Outcome
from sync.records.order_stages import OVER, OrderStage
from sync.records.times import BEIJING

MOST_OPENED: Final = 20
MOST_KEPT: Final = 30
MOST_HITS: Final = 60
NAME_LENGTH: Final = 40


class Since(StrEnum):
    """How far back a search looks; days are counted at +08:00."""

    EVER = ""
    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Standing(StrEnum):
    """How a record must stand: at the district, or in its own life."""

    ANY = ""
    OPEN = "open"
    UNSENT = "unsent"
    HELD = "held"


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=False):
    """What is asked of the search: the words, one kind or all, how far back, how it stands, which unit or all."""

    text: str = ""
    kind: str = ""
    since: Since = Since.EVER
    standing: Standing = Standing.ANY
    unit: str = ""


class Kept(msgspec.Struct, frozen=True):
    """A search that somebody keeps by a name."""

    name: str
    question: Question


@dataclass(frozen=True, slots=True)
class Opened:
    """A record that was opened lately."""

    kind: str
    id: str
    title: str
    at: datetime


_DAYS: Final = {Since.TODAY: 0, Since.WEEK: 6, Since.MONTH: 29, Since.YEAR: 364}
_STATES: Final[dict[Standing, frozenset[str]]] = {
    Standing.ANY: frozenset(),
    Standing.OPEN: frozenset({*OPEN_STAGES, *(set(OrderStage) - OVER), Outcome.OPEN, PASSED_OPEN}),
    Standing.UNSENT: frozenset({"unsent"}),
    Standing.HELD: frozenset({"held"}),
}

_HOMES: Final = {
    "agreement": "mediation",
    "mediation_event": "mediation",
    "order_reply": "order",
    "step": "matter",
    "signature": "paper",
    "revision": "card",
    "follow_up": "subject",
    "print": "subject",
    "print_outcome": "print",
    "attachment": "subject",
    "participation": "subject",
}
"""Kinds that have no page of their own: the field that names what they belong to."""


def find(desk: Desk, question: Question, cancelled: Callable[[], bool] = bool) -> list[Hit]:
    """Return what answers ``question``, best first, at most `MOST_HITS`; see `desktop.store.search.search`.

    What a later fact amends is left out: the later one says the same, and more. A receipt's query code answers with its
    visit; RuleBroken where it is wrong (`desktop.actions.query_codes`).
    """
    with desk.store.read() as reader:
        found = search(
            reader,
            number_meant(reader, question.text),
            kinds={question.kind} if question.kind else None,
            since=beginning(question.since, desk.now()),
            states=_STATES[question.standing],
            units={question.unit} if question.unit else (),
            limit=MOST_HITS,
            cancelled=cancelled,
        )
    return [hit for hit in found if hit.stands]


def percent_filled(desk: Desk) -> int:
    """Return how much of an earlier version's store the index of today knows: less may be found until it is 100."""
    with desk.store.read() as reader:
        done, total = how_far(reader)
    return 100 * done // total if done < total else 100


def beginning(since: Since, now: datetime) -> datetime | None:
    """Return the midnight at +08:00 from which a search looks; None where it looks at all times."""
    if since is Since.EVER:
        return None
    midnight = now.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=_DAYS[since])


def neighbours_of(desk: Desk, record_id: str) -> list[Neighbour]:
    """Return the records one step away from ``record_id``."""
    with desk.store.read() as reader:
        return neighbours(reader, record_id)


def home_of(desk: Desk, record_id: str) -> str:
    """Return the record on whose page ``record_id`` is shown: an agreement's mediation, a step's matter, itself."""
    with desk.store.read() as reader:
        return home_in(reader, record_id)


def home_in(reader: Reader, record_id: str) -> str:
    """Return as `home_of` within a snapshot."""
    while (kind := kind_of(record_id)) is not None and (field := _HOMES.get(kind.name)):
        record_id = str(getattr(reader.get(record_id), field))
    if is_a(record_id, "matter") and not reader.known([record_id]) and (passed := told_of(reader, record_id)):
        return passed[0].id  # of another unit, which gave it to this one
    return record_id


def note_opened(desk: Desk, record_id: str) -> None:
    """Note that this person opened a record."""
    with desk.store.write() as work:
        ids = [record_id, *(found for found in _opened(work, desk) if found != record_id)]
        work.set_meta(_key("opened", desk), msgspec.json.encode(ids[:MOST_OPENED]).decode())


def opened_lately(desk: Desk) -> list[Opened]:
    """Return the records that this person opened, the last one first; erased ones are left out."""
    with desk.store.read() as reader:
        ids = _opened(reader, desk)
        values = reader.current(ids)
    kinds = {found: kind_of(found) for found in ids}
    return [
        Opened(kind.name, found, title_of(values[found]), moment_of(values[found]))
        for found in ids
        if found in values and (kind := kinds[found]) is not None
    ]


def kept_questions(desk: Desk) -> list[Kept]:
    """Return the searches that this person keeps, in the order in which they were first kept."""
    with desk.store.read() as reader:
        return _kept(reader, desk)


def keep_question(desk: Desk, name: str, question: Question) -> list[Kept]:
    """Keep a search by a name, in the place of one with the same name; returns all that are kept.

    RuleBroken: no name, or as many are kept as may be.
    """
    name = cut(" ".join(name.split()), NAME_LENGTH)
    if not name:
        raise RuleBroken("actions.search_needs_name", field="name")
    with desk.store.write() as work:
        kept = _kept(work, desk)
        names = [each.name for each in kept]
        new = Kept(name, question)
        kept = [new if each.name == name else each for each in kept] if name in names else [*kept, new]
        if len(kept) > MOST_KEPT:
            raise RuleBroken("actions.search_too_many", field="name", most=MOST_KEPT)
        work.set_meta(_key("kept", desk), msgspec.json.encode(kept).decode())
    return kept


def forget_question(desk: Desk, name: str) -> list[Kept]:
    """Keep the search called ``name`` no longer; returns those that are left."""
    with desk.store.write() as work:
        kept = [each for each in _kept(work, desk) if each.name != name]
        work.set_meta(_key("kept", desk), msgspec.json.encode(kept).decode())
    return kept


def _key(what: str, desk: Desk) -> str:
    return f"{what}:{desk.session.staff}"


def _opened(reader: Reader, desk: Desk) -> list[str]:
    said = reader.meta(_key("opened", desk))
    return msgspec.json.decode(said, type=list[str]) if said else []


def _kept(reader: Reader, desk: Desk) -> list[Kept]:
    said = reader.meta(_key("kept", desk))
    return msgspec.json.decode(said, type=list[Kept]) if said else []
