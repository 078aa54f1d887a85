"""Names for list rows: who a party is, and how a record of ours stands at the district."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import cast

from desktop.store.amending import amended
from desktop.store.projections import NAMING_ANY, REVISES
from desktop.store.reader import Reader, chunks, listed
from sync.records.participations import Participation, PartyRole
from sync.records.persons import Organisation, Person

SEPARATOR = "、"
_STATES = f"""
    SELECT link.subject, record.state FROM link JOIN record ON record.line = link.line
    WHERE {NAMING_ANY} AND link.via = ?
"""  # noqa: S608 our own words
_WORST = {"held": 2, "unsent": 1}


def party_names(reader: Reader, ids: Iterable[str]) -> dict[str, str]:
    """Return the present names of persons and organisations by id; those that are not here are missing."""
    found = reader.current(ids)
    return {party: value.name for party, value in found.items() if isinstance(value, (Person, Organisation))}


def standing_participations(reader: Reader, subjects: Iterable[str]) -> dict[str, list[Participation]]:
    """Return who takes part in each subject: amended and withdrawn participations left out."""
    found = cast("dict[str, list[Participation]]", reader.linked_to(set(subjects), "participation.subject"))
    gone = amended(reader, [p.id for some in found.values() for p in some])
    return {subject: [p for p in some if p.id not in gone and not p.withdrawn] for subject, some in found.items()}


def names_by_side(reader: Reader, subject: str, without: Collection[str] = ()) -> dict[int, list[str]]:
    """Return the names of the parties of a mediation or matter by side, the first side first.

    Who is hidden, stands on no side (agents, interpreters), or is among the ids ``without``, is left out.
    """
    parts = sorted(standing_participations(reader, [subject]).get(subject, []), key=lambda p: (p.side, p.id))
    names = party_names(reader, [p.party for p in parts])
    found: dict[int, list[str]] = {}
    for part in parts:
        if part.side and _shown(part) and names.get(part.party) and part.party not in without:
            found.setdefault(part.side, []).append(names[part.party])
    return found


def party_lines(reader: Reader, subjects: Sequence[str]) -> dict[str, str]:
    """Return for each subject the names of its parties on one line; hidden ones and companions are left out."""
    parts = standing_participations(reader, subjects)
    shown = {s: [p.party for p in sorted(some, key=lambda p: (p.side, p.id)) if _shown(p)] for s, some in parts.items()}
    names = party_names(reader, {party for some in shown.values() for party in some})
    return {s: SEPARATOR.join(dict.fromkeys(names.get(p, "") for p in some)) for s, some in shown.items()}


def _shown(participation: Participation) -> bool:
    return not participation.hidden and participation.role not in (PartyRole.REPORTER, PartyRole.COMPANION)


def card_states(reader: Reader, own: Mapping[str, str]) -> dict[str, str]:
    """Return how cards stand at the district: held or unsent as long as the card or one of its edits is."""
    states = dict(own)
    for some in chunks(own):
        for card_id, state in reader.sql(_STATES, (listed(some), REVISES)).fetchall():
            states[card_id] = max(states[card_id], state, key=lambda s: _WORST.get(s, 0))
    return states
