"""Units and staff as the newest records say; written when such a record arrives or is made here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, select

from sync.records.errors import Refused
from sync.records.units import Level, OrgUnit, Role, StaffMember
from sync.server.store.schema import staff, unit
from sync.server.store.together import Question


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the tree as it stands."""

    unit: str
    record: str
    name: str
    level: Level
    parent: str | None
    department: bool
    closed: bool


@dataclass(frozen=True, slots=True)
class Staff:
    """A staff member as one record says; ``seq`` is that record's number."""

    staff: str
    record: str
    unit: str
    name: str
    roles: frozenset[Role]
    gone: bool
    seq: int


def clean(text: str) -> str:
    """Return ``text`` without NUL, which PostgreSQL's text type cannot hold."""
    return text.replace("\0", "")


def put_unit(conn: Connection, record: OrgUnit) -> None:
    """Let ``record`` stand for its unit."""
    values = {
        "record": record.id,
        "name": clean(record.name),
        "level": record.level.value,
        "parent": record.parent,
        "department": record.department,
        "closed": record.closed_on is not None,
    }
    if conn.execute(unit.update().where(unit.c.unit == record.unit).values(values)).rowcount == 0:
        conn.execute(unit.insert().values(unit=record.unit, **values))


def put_staff(conn: Connection, record: StaffMember, seq: int) -> None:
    """Add what ``record`` says; the greatest ``seq`` of a staff identity holds, amended ones before all others."""
    amended = conn.execute(select(staff.c.record).where(staff.c.amends == record.id).limit(1)).scalar()
    conn.execute(
        staff.insert().values(
            record=record.id,
            amends=clean(record.amends)[:64] if record.amends else None,
            staff=record.staff,
            unit=record.unit,
            name=clean(record.name),
            roles=" ".join(role.value for role in record.roles),
            gone=record.left_on is not None,
            seq=0 if amended else seq,
        )
    )


def units(conn: Connection) -> dict[str, Unit]:
    """Return all units by identity."""
    return {row.unit: _unit(row) for row in conn.execute(select(unit).order_by(unit.c.name))}


def above(known: Mapping[str, Unit], unit: str) -> frozenset[str]:
    """Return the units over ``unit`` in the tree of ``known``."""
    found, here = set[str](), known.get(unit)
    while here is not None and here.parent and here.parent not in found:
        found.add(here.parent)
        here = known.get(here.parent)
    return frozenset(found)


def staff_names(conn: Connection) -> dict[str, str]:
    """Return the present name of everybody who works or worked anywhere, by identity."""
    return {row.staff: row.name for row in conn.execute(select(staff.c.staff, staff.c.name).order_by(staff.c.seq))}


def get_unit(conn: Connection, identity: str) -> Unit:
    """Return one unit; Refused ("district.no_such_unit")."""
    row = conn.execute(select(unit).where(unit.c.unit == identity)).one_or_none()
    if row is None:
        raise Refused("district.no_such_unit", unit=identity)
    return _unit(row)


def find_unit(conn: Connection, words: str) -> Unit:
    """Return the unit with the identity or the name ``words``.

    Refused: "district.no_such_unit", or "district.ambiguous_unit" where several have that name.
    """
    rows = conn.execute(select(unit).where((unit.c.unit == clean(words)) | (unit.c.name == clean(words)))).all()
    if not rows:
        raise Refused("district.no_such_unit", unit=words)
    if len(rows) > 1:
        raise Refused("district.ambiguous_unit", unit=words)
    return _unit(rows[0])


_MEMBERS: Final = select(staff.c.staff).where(staff.c.unit == bindparam("of_unit"))
_HISTORY: Final = select(staff).where(staff.c.staff.in_(_MEMBERS)).order_by(staff.c.seq)


def staff_history(unit_identity: str) -> Question[list[Staff]]:
    """Ask for every record about all who work or worked in a unit, in the order of their numbers."""
    return Question(_HISTORY, {"of_unit": unit_identity}, lambda rows: [_staff(*row) for row in rows])


def get_staff(conn: Connection, identity: str) -> Staff:
    """Return a staff member as they stand; Refused ("district.no_such_staff")."""
    row = conn.execute(select(staff).where(staff.c.staff == identity).order_by(staff.c.seq.desc()).limit(1)).first()
    if row is None:
        raise Refused("district.no_such_staff")
    return _staff(*row)


def homes(conn: Connection, identities: Collection[str]) -> dict[str, str]:
    """Return the unit of each of these staff identities by its newest record."""
    if not identities:
        return {}
    query = select(staff.c.staff, staff.c.unit).where(staff.c.staff.in_(sorted(identities))).order_by(staff.c.seq)
    return {row.staff: row.unit for row in conn.execute(query)}


def roles_from(words: str) -> frozenset[Role]:
    """Return the roles that a column's words name."""
    return frozenset(Role(word) for word in words.split())


def _unit(row: Row[Any]) -> Unit:
    return Unit(
        row.unit,
        row.record,
        row.name,
        Level(row.level),
        row.parent,
        row.department,
        row.closed,
    )


def _staff(
    record: str, amends: str | None, identity: str, unit_identity: str, name: str, roles: str, gone: bool, seq: int
) -> Staff:
    """Read a row of `staff`, in the order of its columns."""
    return Staff(identity, record, unit_identity, name, roles_from(roles), gone, seq)
