"""Whose orders, mediations and stations anybody sees: those below a street or community, or all of the district.

A department sees its orders, and nothing else of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sync.records.orders import DispatchOrder
from sync.records.units import Level, Role
from sync.server.store.directory import Unit, units
from sync.server.store.notices import was_told
from sync.server.store.store import Connection
from sync.server.tree import below
from sync.server.web.visitor import NotAllowed, Visitor

OVERSEERS: Final = frozenset({Role.DISPATCHER, Role.VIEWER})
"""Who sees what the units below his own do, unless it is a department."""


@dataclass(frozen=True, slots=True)
class Sight:
    """``department`` is whose orders alone are seen, "" for who is no department's; ``below`` the units whose orders
    are, None for those of every unit. ``unit`` is the person's own: what it was told of it sees, too.
    """

    unit: str
    department: str = ""
    below: frozenset[str] | None = None


def sight_of(who: Visitor, known: Mapping[str, Unit]) -> Sight:
    """Return what ``who`` sees; a viewer in a department sees what that department does."""
    unit, here = who.person.unit, known.get(who.person.unit)
    if not who.roles & OVERSEERS or (here is not None and here.department):
        return Sight(unit, department=unit)
    if here is None or here.level in (Level.DISTRICT, Level.CITY):
        return Sight(unit)
    return Sight(unit, below=below(known, unit))


def overseen(who: Visitor, known: Mapping[str, Unit]) -> frozenset[str] | None:
    """Return the units whose mediations ``who`` sees, None for all; NotAllowed for who is a department's."""
    sight = sight_of(who, known)
    if sight.department:
        raise NotAllowed
    return sight.below


def stations_seen(who: Visitor, known: Mapping[str, Unit]) -> frozenset[str] | None:
    """Return the units whose stations ``who`` sees, None for all; NotAllowed for who is a department's.

    The system administrator keeps the devices of the whole district.
    """
    return None if Role.SYSTEM in who.roles else overseen(who, known)


def own_sight(conn: Connection, who: Visitor) -> Sight:
    """Return what ``who`` sees."""
    return sight_of(who, units(conn))


def sees(conn: Connection, sight: Sight, order: DispatchOrder) -> bool:
    """Whether an order is among them."""
    if sight.department:
        return sight.department in order.departments
    if sight.below is None or {order.issuing_unit, *order.departments} & sight.below:
        return True
    return was_told(conn, order.id, sight.unit)
