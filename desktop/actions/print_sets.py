"""For whom the sets of a paper are: one for each party and one that is kept, as the paper's own copies say."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.actions.desk import Desk
from desktop.actions.papers import MOST_COPIES, usual_copies
from desktop.store.units import units
from sync.records.mediations import Agreement
from sync.records.orders import DispatchOrder
from sync.records.papers import PaperKind


@dataclass(frozen=True, slots=True)
class PaperSet:
    """One collated set: the party or unit that gets it, and its name. Without an ``id`` it is a further one."""

    id: str
    name: str


def sets_of(desk: Desk, paper: PaperKind, subject: str) -> tuple[PaperSet, ...]:
    """Return for whom a first print has sets; none where a paper has one copy, and for reprints.

    An agreement: each party has one and the committee keeps one (人民调解法 29), what is over is for a court or an
    organ that asks. An order: each department, the street office, the file.
    """
    copies = usual_copies(desk, paper, subject)
    if copies < 2:
        return ()
    with desk.store.read() as reader:
        found = reader.find(subject, Agreement) or reader.find(subject, DispatchOrder)
        places = {identity: unit.name for identity, unit in units(reader).items()}
    sets: list[PaperSet] = []
    if isinstance(found, Agreement):
        sets = [PaperSet(party.party, party.name) for party in found.parties]
        sets.append(PaperSet(found.unit, found.committee or desk.session.unit_name))
    elif isinstance(found, DispatchOrder):
        named = [*found.departments, *([found.street_copy] if found.street_copy else []), found.issuing_unit]
        sets = [PaperSet(unit, places.get(unit, "")) for unit in named]
    sets += [PaperSet("", "")] * (copies - len(sets))
    return tuple(sets[:MOST_COPIES])
