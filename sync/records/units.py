"""The four-level platform and the people who work in it: org units, staff members, roles, mediators' offices."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sync.records.record import Fact


class Level(StrEnum):
    """Where an org unit stands: city departments are part of the tree, outside the district."""

    STATION = "station"
    COMMUNITY = "community"
    STREET = "street"
    DISTRICT = "district"
    CITY = "city"


class Role(StrEnum):
    """What a staff member may do. The three administrators exclude each other (GB/T 22239-2019, level 3)."""

    REGISTRAR = "registrar"
    MEDIATOR = "mediator"
    STATION_LEAD = "station_lead"
    ISSUING_SECRETARY = "issuing_secretary"
    DEPARTMENT = "department"
    DISPATCHER = "dispatcher"
    VIEWER = "viewer"
    COUNSELLOR = "counsellor"
    SYSTEM = "system"
    SECURITY = "security"
    AUDIT = "audit"


ADMINISTRATORS = frozenset({Role.SYSTEM, Role.SECURITY, Role.AUDIT})
LATER: Final = frozenset({Role.COUNSELLOR})
"""Roles that came after the first version: a record names them in `StaffMember.further`, since an end that does not
know the word would not read the record at all."""
OF_ONE_PAGE: Final = frozenset({Role.COUNSELLOR})
"""Roles that do one work alone: who has no other one sees at a desk the page of that work, and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrgUnit(Fact):
    """A unit of the tree that the district supplies; ``department`` marks one that answers dispatch orders.

    ``committee`` is the short name that stands before 人调字 in agreement numbers. A change of a unit is a new
    fact that amends the former one and keeps ``unit``, the identity that others refer to. ``recipient`` (age1…) is of a
    body that takes accusations: what is sealed to it nobody else reads.
    """

    unit: str
    name: str
    level: Level
    parent: str | None = None
    department: bool = False
    committee: str = ""
    code: str = ""
    telephone: str = ""
    address: str = ""
    closed_on: date | None = None
    recipient: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember(Fact):
    """A person who works here. ``staff`` is the identity that outlives changes of name, unit and roles.

    ``further`` has the roles of `LATER`, words of a newer program among them: `held` says which somebody has.
    """

    staff: str
    name: str
    unit: str
    roles: tuple[Role, ...]
    post: str = ""
    telephone: str = ""
    left_on: date | None = None
    further: tuple[str, ...] = ()

    @property
    def held(self) -> frozenset[Role]:
        """All roles that this program knows."""
        return frozenset(self.roles) | {role for role in LATER if role.value in self.further}


def of_one_page(roles: Collection[Role]) -> bool:
    """Whether somebody with ``roles`` does one work alone (`OF_ONE_PAGE`)."""
    return bool(roles) and set(roles) <= OF_ONE_PAGE


def role_fields(roles: Collection[Role]) -> tuple[tuple[Role, ...], tuple[str, ...]]:
    """Return ``roles`` as a record's `StaffMember.roles` and `StaffMember.further`, each once, in their order."""
    once = tuple(dict.fromkeys(roles))
    return tuple(role for role in once if role not in LATER), tuple(role.value for role in once if role in LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediatorAppointment(Fact):
    """An office in a people's mediation committee, 委员 or 聘任 (人民调解法 13), with its dates."""

    staff: str
    committee: str
    elected: bool = False
    starts_on: date
    ends_on: date | None = None
