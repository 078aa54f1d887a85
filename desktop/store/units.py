"""The directories: units, staff and mediators as their latest records say, by identity."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Final, TypeVar, cast

from desktop.store.amending import amended
from desktop.store.projections import SELDOM, naming
from desktop.store.reader import Reader, current
from sync.records.record import Record
from sync.records.units import MediatorAppointment, OrgUnit, StaffMember

_ALL: Final = f"SELECT body FROM record WHERE kind = ? AND {SELDOM} AND readable = 1"  # noqa: S608 our own words
_UNIT: Final = f"""
    SELECT record.body FROM link JOIN record ON record.line = link.line
    WHERE {naming("?1")} AND link.via = 'org_unit.unit' AND record.readable = 1
    AND NOT EXISTS (SELECT 1 FROM link WHERE {naming("record.id")} AND link.via = 'amends')
    ORDER BY record.id DESC LIMIT 1
"""  # noqa: S608 our own words
R = TypeVar("R", bound=Record)


def units(reader: Reader) -> dict[str, OrgUnit]:
    """Return the latest record of every unit of the tree, by the unit's identity."""
    return {value.unit: value for value in _standing(reader, "org_unit", OrgUnit)}


def unit_of(reader: Reader, identity: str) -> OrgUnit | None:
    """Return the latest record of one unit, without reading a whole city's; None where it is not known."""
    known = reader.known_units
    if identity not in known:
        row = reader.sql(_UNIT, (identity,)).fetchone()
        known[identity] = _unit(row[0]) if row else None
    return known[identity]


@lru_cache(maxsize=4)
def _unit(body: bytes) -> OrgUnit:
    """Every number of a paper asks for the same unit: its bytes are read once."""
    return cast(OrgUnit, current("org_unit", body, None))


def staff(reader: Reader) -> dict[str, StaffMember]:
    """Return the latest record of every staff member, those who left too, by the person's identity."""
    return {value.staff: value for value in _standing(reader, "staff_member", StaffMember)}


def staff_names(reader: Reader) -> dict[str, str]:
    """Return the present name of every staff member, by identity."""
    return {identity: member.name for identity, member in staff(reader).items()}


def mediators(reader: Reader, committee: str, on: date) -> list[MediatorAppointment]:
    """Return the appointments in ``committee`` that hold on that day."""
    found = _standing(reader, "mediator_appointment", MediatorAppointment)
    return [
        a for a in found if a.committee == committee and a.starts_on <= on and (a.ends_on is None or on <= a.ends_on)
    ]


def _standing(reader: Reader, kind: str, type_: type[R]) -> Iterable[R]:
    """Return the records of a kind that no later one amends, by id: where two branches stand, the greater id counts."""
    values = [current(kind, body, None) for (body,) in reader.sql(_ALL, (kind,)).fetchall()]
    gone = amended(reader, [v.id for v in values])
    return sorted((v for v in values if isinstance(v, type_) and v.id not in gone), key=lambda v: v.id)
