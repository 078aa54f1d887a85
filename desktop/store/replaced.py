"""What takes the place of a held record: a fact that amends it, or what somebody here said does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from desktop.store.projections import AMENDS, AMONG_IDS, NAMING_ANY
from desktop.store.reader import Reader, chunks, listed
from desktop.store.work import Work
from sync.records.audit import HELD_CLOSED

MENDED, GIVEN_UP = HELD_CLOSED
PROVED: Final = "settled"
"""The journal's state of what the district has accepted."""

_NOTE: Final = "closed."
_AMENDING: Final = f"""
    SELECT link.subject, later.id, later.state FROM link JOIN record AS later ON later.line = link.line
    WHERE {NAMING_ANY} AND link.via = '{AMENDS}'
"""  # noqa: S608 our own words
_NOTED: Final = "SELECT key, value FROM meta WHERE key IN (SELECT ?2 || value FROM json_each(?1))"
_STATES: Final = f"SELECT record.id, record.state FROM record WHERE {AMONG_IDS}"  # noqa: S608 our own words
_HELD: Final = "SELECT id, kind FROM record WHERE state = 'held' AND line >= ?"
_RANK: Final = {"unsent": 0, "held": 1, PROVED: 2}


@dataclass(frozen=True, slots=True)
class Successor:
    """The record that takes a held one's place, its state in the journal, and whether it mends or makes void."""

    id: str
    state: str
    what: str

    @property
    def took(self) -> bool:
        """Whether it stands in the place now: the district has it, or it is held itself and shown instead."""
        return self.state in (PROVED, "held")


def note_place(work: Work, old: str, what: str, new: str) -> None:
    """Keep that ``new`` takes the place of the held record ``old``, where no fact says so itself."""
    work.set_meta(f"{_NOTE}{old}", f"{what} {new}")


def successors(reader: Reader, ids: Collection[str]) -> dict[str, Successor]:
    """Return what takes the place of those of ``ids`` that something does, what is furthest first."""
    found: dict[str, Successor] = {}
    for some in chunks(ids):
        for old, new, state in reader.sql(_AMENDING, (listed(some),)).fetchall():
            _keep(found, old, Successor(new, state, MENDED))
        noted = [(key[len(_NOTE) :], *value.split(" ", 1)) for key, value in reader.sql(_NOTED, (listed(some), _NOTE))]
        states = dict(reader.sql(_STATES, (listed([new for _, _, new in noted]),)).fetchall()) if noted else {}
        for old, what, new in noted:
            if new in states:
                _keep(found, old, Successor(new, states[new], what))
    return found


def out_of_place(reader: Reader, first: int = 0) -> Counter[str]:
    """Count by kind the held records from line ``first`` on whose place another has taken: nothing of them lacks."""
    held = dict(reader.sql(_HELD, (first,)).fetchall())
    taken = successors(reader, held) if held else {}
    return Counter(held[old] for old, one in taken.items() if one.took)


def _keep(found: dict[str, Successor], old: str, new: Successor) -> None:
    known = found.get(old)
    if known is None or _RANK.get(new.state, 0) > _RANK.get(known.state, 0):
        found[old] = new
