"""Who takes part in a matter, as a unit may see it that has to handle it: never who reported it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sync.records.participations import Participation, PartyRole
from sync.records.persons import Organisation, Person
from sync.records.seen import standing
from sync.server.store.cards import folded_cards
from sync.server.store.matters import MatterHere, parts_in
from sync.server.store.store import Connection

_CALLED: Final = frozenset(
    {
        *(PartyRole.VISITOR, PartyRole.REPRESENTATIVE, PartyRole.APPLICANT),
        *(PartyRole.LEGAL_AGENT, PartyRole.ENTRUSTED_AGENT),
    }
)
"""Whose telephone the unit needs; of the others it sees the name."""


@dataclass(frozen=True, slots=True)
class Taker:
    """Somebody who takes part: the roles, the name, and the telephones where the unit needs them."""

    roles: tuple[PartyRole, ...]
    name: str
    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class People:
    """Who takes part; nobody where the unit has nothing to do with the matter any more."""

    takers: tuple[Taker, ...] = ()


def people_of(conn: Connection, here: MatterHere) -> People:
    """Return who takes part in a matter; a reporter is left out, in every other part as well."""
    parts = [part for part in standing(parts_in(conn, here))[0].values() if not part.withdrawn]
    hidden = {part.party for part in parts if part.hidden or part.role is PartyRole.REPORTER}
    seen = sorted((p for p in parts if p.party not in hidden), key=lambda p: (list(PartyRole).index(p.role), p.id))
    cards = {card.id: card.value for card in folded_cards(conn, {p.party for p in seen}) if card.unit == here.scope}
    found = []
    for party in dict.fromkeys(part.party for part in seen):
        card = cards.get(party)
        if isinstance(card, (Person, Organisation)):
            found.append(_taker(card, [part for part in seen if part.party == party]))
    return People(tuple(found))


def _taker(card: Person | Organisation, parts: list[Participation]) -> Taker:
    roles = tuple(dict.fromkeys(part.role for part in parts))
    return Taker(roles, card.name, card.phones if _CALLED & set(roles) else ())
