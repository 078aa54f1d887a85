"""Who takes part in what, with a role, on a side, and for whom: one shape for visits, matters and mediations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sync.records.record import Fact


class PartyRole(StrEnum):
    """The part somebody plays. ``REPORTER`` is hidden from parties, papers and departments by default."""

    VISITOR = "visitor"
    REPRESENTATIVE = "representative"
    COMPANION = "companion"
    REPORTER = "reporter"
    APPLICANT = "applicant"
    RESPONDENT = "respondent"
    LEGAL_AGENT = "legal_agent"
    ENTRUSTED_AGENT = "entrusted_agent"
    INTERPRETER = "interpreter"
    THIRD_PARTY = "third_party"
    HELPER = "helper"


AGENTS = frozenset({PartyRole.LEGAL_AGENT, PartyRole.ENTRUSTED_AGENT})
SIDED = frozenset({PartyRole.APPLICANT, PartyRole.RESPONDENT, PartyRole.THIRD_PARTY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation(Fact):
    """``party`` (a person or an organisation) takes part in ``subject`` (a visit, a matter, a mediation).

    ``side`` counts the sides of a dispute from 1; 0 stands on none. An agent names the ``principal`` that it acts
    for, the ``scope`` of the power and its dates. ``withdrawn`` ends an earlier participation, named by ``amends``.
    ``special``: the power covers settling, waiving and admitting (特别授权, agents.py); ``original_seen``: somebody
    here saw the original of the power; ``principal_signs``: the agent only speaks, the principal signs in person.
    """

    subject: str
    party: str
    role: PartyRole
    side: int = 0
    principal: str | None = None
    scope: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    hidden: bool = False
    withdrawn: bool = False
    special: bool = False
    original_seen: bool = False
    principal_signs: bool = False
