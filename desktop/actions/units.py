"""This desk's unit in the directory: its short name for numbers, and the street office above it."""

from __future__ import annotations

from desktop.session import Session
from desktop.store.store import Reader
from desktop.store.units import unit_of, units
from sync.records.graphemes import cut
from sync.records.units import Level, OrgUnit

LONGEST_SHORT_NAME = 12
COMMITTEE = "人民调解委员会"
COMMUNITY, PARTY_COMMITTEE = "社区", "党委"
STATIONS = ("群众诉求服务站", "诉求服务站", "服务站")
"""How names of stations end: what stands before is the place, whose committees these are."""


def own_unit(reader: Reader, session: Session) -> OrgUnit | None:
    """Return this desk's unit; None before the first exchange brought the directory."""
    return unit_of(reader, session.unit)


def short_name(reader: Reader, session: Session) -> str:
    """Return what stands before 人调字 and 发令 in numbers: the committee's short name, or the start of the unit's."""
    unit = own_unit(reader, session)
    return cut(unit.committee if unit and unit.committee else session.unit_name, LONGEST_SHORT_NAME)


def committee_name(reader: Reader, session: Session) -> str:
    """Return the full name of this unit's people's mediation committee, as its papers say it."""
    unit = own_unit(reader, session)
    name = unit.name if unit else session.unit_name
    return name if name.endswith(COMMITTEE) else f"{_place(name)}{COMMITTEE}"


def issuing_body(name: str) -> str:
    """Return who orders, for the unit ``name`` at whose desk the order was issued.

    Neither a station nor a community is a body that could order anything: the community's party committee does, by
    its authority.
    """
    place = _place(name)
    return f"{place}{PARTY_COMMITTEE}" if place.endswith(COMMUNITY) else name


def _place(name: str) -> str:
    ending = next((end for end in STATIONS if name.endswith(end) and name != end), "")
    return name.removesuffix(ending)


def unit_above(reader: Reader, session: Session, level: Level) -> OrgUnit | None:
    """Return the nearest unit of ``level`` above this desk's."""
    known = units(reader)
    current, passed = known.get(session.unit), set[str]()
    while current is not None and current.unit not in passed:
        passed.add(current.unit)
        if current.level is level:
            return current
        current = known.get(current.parent or "")
    return None
