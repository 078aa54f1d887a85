"""The 当事人栏 of an agreement: what stood on the parties' cards on the day it was drawn, in words, without numbers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from desktop.actions.cards import age_on
from desktop.actions.takers import taking_part
from desktop.store.store import Reader
from resources import Wording, wording
from sync.records.errors import RuleBroken
from sync.records.mediations import PartyBlock
from sync.records.participations import AGENTS, SIDED, Participation
from sync.records.persons import Organisation, Person, Sex

_SAID = frozenset({Sex.MALE, Sex.FEMALE})


def party_blocks(reader: Reader, mediation_id: str, day: date, without: Collection[str] = ()) -> tuple[PartyBlock, ...]:
    """Return the parties of a mediation by side (人民调解法 29: 当事人的基本情况); each needs a name.

    ``without`` are the ids of parties who do not take part in what is agreed.

    Identity numbers are left out (个人信息保护法 6). Codes become the words that the paper prints.
    """
    taking = taking_part(reader, mediation_id)
    parties = [p for p in taking if p.role in SIDED and p.party not in without]
    blocks = [_block(reader, part, _agent(reader, part, taking, day), day) for part in parties]
    return tuple(sorted(blocks, key=lambda b: b.side))


def _agent(reader: Reader, part: Participation, taking: list[Participation], day: date) -> str:
    """Who acts for a party on ``day``, each with the power; whose power has not begun or has ended is left out."""
    said = wording("zh")
    names = []
    for agent in taking:
        if agent.role in AGENTS and agent.principal == part.party and _stands(agent, day):
            key = "actions.agent_words_scope" if agent.scope else "actions.agent_words"
            name, role = getattr(reader.get(agent.party), "name", ""), said(f"records.partyrole_{agent.role.value}")
            names.append(said(key, name=name, role=role, scope=_power(said, agent)))
    return "、".join(names)


def _power(said: Wording, agent: Participation) -> str:
    """The scope in words; that it is a special authority (特别授权) stands first, unless the scope says so itself."""
    special = said("forms.field_special")
    return f"{special}，{agent.scope}" if agent.special and special not in agent.scope else agent.scope


def _stands(agent: Participation, day: date) -> bool:
    return (agent.starts_on or day) <= day <= (agent.ends_on or day)


def _block(reader: Reader, part: Participation, agent: str, day: date) -> PartyBlock:
    party = reader.get(part.party)
    if not isinstance(party, (Person, Organisation)) or not party.name:
        raise RuleBroken("actions.party_without_name", field="parties")
    contact = "、".join(party.phones)
    if isinstance(party, Organisation):
        return PartyBlock(
            party=party.id,
            side=part.side,
            role=part.role.value,
            name=party.name,
            organisation=True,
            contact=contact,
            address=party.address,
            representative=party.legal_representative,
            agent=agent,
        )
    return PartyBlock(
        party=party.id,
        side=part.side,
        role=part.role.value,
        name=party.name,
        sex=sex_word(party),
        ethnic_group=people_word(party),
        age=age_on(party.born_on, day),
        occupation=party.occupation,
        contact=contact,
        address=party.address or party.employer,
        agent=agent,
    )


def sex_word(person: Person) -> str:
    """男 or 女; nothing where it is unknown or was not told."""
    return wording("zh")(f"records.sex_{person.sex.value}") if person.sex in _SAID else ""


def people_word(person: Person) -> str:
    """The ethnic group in words, for a foreigner the nationality (国籍)."""
    if person.nationality:
        return person.nationality
    return wording("zh")(f"records.ethnic_{person.ethnic_group}") if person.ethnic_group else ""
