"""Parties out of a form's rows: cards for those who are new, and each one's role, side and principal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.actions.cards import card, keep_organisation, keep_person, told_about_organisation, told_about_person
from desktop.actions.persons import plain_document
from desktop.actions.reading import Answers
from desktop.actions.takers import Taker, participation, taking_part
from desktop.forms.form import Draft
from desktop.store.store import Reader, Work
from sync.records.errors import RuleBroken
from sync.records.ids import prefix_of
from sync.records.kinds import KINDS
from sync.records.participations import AGENTS, SIDED, PartyRole
from sync.records.persons import Organisation, Person
from sync.records.record import Made
from sync.records.requirements import check_participation

_SIDE = {PartyRole.APPLICANT: 1, PartyRole.RESPONDENT: 2, PartyRole.THIRD_PARTY: 3}
_POWER = ("special", "original_seen", "principal_signs")
"""What is ticked about an agent's power; an agent by law (法定代理人) has none of it to show."""


def keep_parties(work: Work, made: Made, answers: Answers) -> list[Taker]:
    """Make or mend the cards of the rows of ``parties`` and return who takes part how."""
    rows = answers.rows("parties")
    ids = [_keep(work, made, row) for row in rows]
    by_name = {row.name("name"): party for row, party in zip(rows, ids, strict=True)}
    takers = [_taker(row, party, by_name, made) for row, party in zip(rows, ids, strict=True)]
    speaking = [
        Taker(taker.party, PartyRole.REPRESENTATIVE)
        for row, taker in zip(rows, takers, strict=True)
        if taker.role in SIDED and row.yes("representative")
    ]
    return [*takers, *speaking]


def _keep(work: Work, made: Made, row: Answers) -> str:
    known = row.record("party", "person", "organisation")
    if row.word("party_kind") == "organisation" or (known and not is_person(known)):
        party = keep_organisation(work, made, told_about_organisation(row), known)
    else:
        party = keep_person(work, made, told_about_person(row), known)
    if party is None:
        raise RuleBroken("actions.required", field=row.path("name"))
    return party


def _taker(row: Answers, party: str, by_name: Mapping[str, str], made: Made) -> Taker:
    role = row.choice("role", PartyRole, PartyRole.APPLICANT)
    principal = None
    if role in AGENTS:
        principal = by_name.get(row.name("principal"))
        if principal is None or principal == party:
            raise RuleBroken("actions.no_such_principal", field=row.path("principal"))
    taker = Taker(
        party,
        role,
        row.whole("side") or _SIDE.get(role, 0) if role in SIDED else 0,
        principal,
        row.line("scope"),
        row.day("starts_on"),
        row.day("ends_on"),
        hidden=role is PartyRole.REPORTER,
        **{name: row.yes(name) for name in _POWER},
    )
    try:
        check_participation(participation(taker, "", made))
    except RuleBroken as broken:
        raise RuleBroken(broken.key, field=row.path(broken.field), **broken.values) from broken
    return taker


def party_rows(reader: Reader, subject: str) -> list[Draft]:
    """Return the rows of ``parties`` for everybody who takes part in ``subject``."""
    taking = taking_part(reader, subject)
    cards = {p.party: reader.get(p.party) for p in taking}
    rows = []
    speaking = {p.party for p in taking if p.role is PartyRole.REPRESENTATIVE}
    sided = {p.party for p in taking if p.role in SIDED}
    for part in taking:
        if part.role is PartyRole.REPRESENTATIVE and part.party in sided:
            continue  # the tick in the row of the same person
        principal = cards.get(part.principal or "")
        rows.append(
            {
                **party_values(cards[part.party]),
                "role": part.role.value,
                "representative": part.role in SIDED and part.party in speaking,
                "side": part.side or None,
                "principal": getattr(principal, "name", ""),
                "scope": part.scope,
                "starts_on": part.starts_on.isoformat() if part.starts_on else None,
                "ends_on": part.ends_on.isoformat() if part.ends_on else None,
                **{name: getattr(part, name) for name in _POWER},
            }
        )
    return rows


def party_values(party: Any) -> Draft:
    """Return a card's values as the columns of the rows of parties."""
    row: Draft = {"party": party.id, "name": party.name, "address": party.address}
    row["phone"] = party.phones[0] if party.phones else ""
    if isinstance(party, Organisation):
        more = {name: getattr(party, name) for name in ("credit_code", "legal_representative")}
        return {**row, **more, "party_kind": "organisation"}
    return {**row, "party_kind": "person", "occupation": party.occupation, "document": plain_document(party.document)}


def is_person(party: str) -> bool:
    """Whether an id is a person's."""
    return prefix_of(party) == KINDS["person"].prefix


def name_of(reader: Reader, party: str) -> str:
    """Return the name on a party's card."""
    name: str = card(reader, party, Person if is_person(party) else Organisation).name
    return name
