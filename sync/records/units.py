"""The four-level platform and the people who work in it: org units, staff members, roles, mediators' offices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

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
    SYSTEM = "system"
    SECURITY = "security"
    AUDIT = "audit"


ADMINISTRATORS = frozenset({Role.SYSTEM, Role.SECURITY, Role.AUDIT})


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
    """A person who works here. ``staff`` is the identity that outlives changes of name, unit and roles."""

    staff: str
    name: str
    unit: str
    roles: tuple[Role, ...]
    post: str = ""
    telephone: str = ""
    left_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MediatorAppointment(Fact):
    """An office in a people's mediation committee, 委员 or 聘任 (人民调解法 13), with its dates."""

    staff: str
    committee: str
    elected: bool = False
    starts_on: date
    ends_on: date | None = None
