"""Whether an agent may sign a settlement in a party's place: special authority, its dates, its original.

Whoever admits, waives, changes a claim or settles for another needs a special power (特别授权). The Civil Procedure
Law says so of lawsuits (民诉法 62); mediation follows it by analogy. A power names its period (民法典 165).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from sync.records.participations import Participation, PartyRole


class PowerFault(StrEnum):
    """What an entrusted agent's power lacks on a day."""

    NOT_SPECIAL = "not_special"
    NOT_YET = "not_yet"
    OVER = "over"
    UNSEEN = "unseen"


def power_faults(agent: Participation, day: date) -> tuple[PowerFault, ...]:
    """Return what ``agent`` lacks to sign for its principal on ``day``: for an agent by law nothing (民法典 23)."""
    if agent.role is not PartyRole.ENTRUSTED_AGENT:
        return ()
    faults = (
        (PowerFault.NOT_SPECIAL, not agent.special),
        (PowerFault.NOT_YET, agent.starts_on is not None and day < agent.starts_on),
        (PowerFault.OVER, agent.ends_on is not None and day > agent.ends_on),
        (PowerFault.UNSEEN, not agent.original_seen),
    )
    return tuple(fault for fault, there in faults if there)


def signing_agents(taking: Iterable[Participation], parties: Iterable[str]) -> list[Participation]:
    """Return the agents who sign for one of ``parties`` (ids): all but those whose principal signs in person."""
    named, agents = set(parties), (PartyRole.LEGAL_AGENT, PartyRole.ENTRUSTED_AGENT)
    return [
        p for p in taking if p.role in agents and p.principal in named and not p.withdrawn and not p.principal_signs
    ]
