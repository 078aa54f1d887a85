"""The tree of units as the administrator's verbs grow it: names, parents, short names in papers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sync.records.errors import Refused
from sync.records.kinds import UNIT_PREFIX, new_id, new_identity
from sync.records.names import normal_name
from sync.records.record import Made
from sync.records.units import Level, OrgUnit
from sync.server.store.directory import Unit, find_unit, units
from sync.server.store.projections import add_own
from sync.server.store.records import EVERYONE
from sync.server.store.store import Connection, district

_ABOVE: Final = {Level.STATION: Level.COMMUNITY, Level.COMMUNITY: Level.STREET}
_ENDINGS: Final = ("群众诉求服务站", "服务站", "工作站", "社区居民委员会", "社区")


def made_here(conn: Connection, now: datetime, by: str = "") -> Made:
    """Return the maker of records that the district writes: ``by`` is nobody for its own command line."""
    here = district(conn)
    return Made(by=by, unit=here.unit, store=here.store, at=now)


def add_unit(
    conn: Connection,
    identity: str,
    name: str,
    level: Level,
    parent: str | None,
    now: datetime,
    *,
    department: bool = False,
    committee: str = "",
    telephone: str = "",
    address: str = "",
) -> None:
    """Write a unit's record; ``committee`` is its short name in the numbers of papers."""
    record = OrgUnit(
        id=new_id("org_unit"),
        made=made_here(conn, now),
        unit=identity,
        name=name,
        level=level,
        parent=parent,
        department=department,
        committee=committee,
        telephone=telephone,
        address=address,
    )
    add_own(conn, record, EVERYONE, now)


def parent_of(conn: Connection, words: str, level: Level, now: datetime) -> str:
    """Return the parent's identity; one that nobody knows is made one level above, below the district."""
    root = district(conn).unit
    if not words:
        return root
    try:
        return find_unit(conn, words).unit
    except Refused as error:
        if error.key != "district.no_such_unit" or level not in _ABOVE or words.startswith(f"{UNIT_PREFIX}_"):
            raise
    identity = new_identity(UNIT_PREFIX)
    add_unit(conn, identity, stored_name(words), _ABOVE[level], root, now, committee=short_name(words))
    return identity


def below(known: Mapping[str, Unit], top: str) -> frozenset[str]:
    """Return ``top`` and all units under it."""
    children: dict[str, list[str]] = {}
    for unit in known.values():
        children.setdefault(unit.parent or "", []).append(unit.unit)
    found, waiting = {top}, [top]
    while waiting:
        new = [child for child in children.get(waiting.pop(), ()) if child not in found]
        found.update(new)
        waiting += new
    return frozenset(found)


def existing_unit(conn: Connection, name: str, parent: str) -> str | None:
    """Return the identity of the unit called ``name`` (below ``parent``, where that is known), if there is one."""
    above = find_unit(conn, parent).unit if parent and _is_known(conn, parent) else None
    found = [u.unit for u in units(conn).values() if u.name == name and not u.department and above in (None, u.parent)]
    if len(found) > 1:
        raise Refused("district.ambiguous_unit", unit=name)
    return found[0] if found else None


def _is_known(conn: Connection, words: str) -> bool:
    return any(words in (u.unit, u.name) for u in units(conn).values())


def stored_name(text: str) -> str:
    """Return the name of a unit or a person as it is stored; Refused where it is empty."""
    name = normal_name(text)
    if not name:
        raise Refused("district.no_name")
    return name


def short_name(name: str) -> str:
    """凤凰社区 to 凤凰: what stands in a number, where nobody says otherwise."""
    for ending in _ENDINGS:
        if name.endswith(ending) and name != ending:
            return name.removesuffix(ending)
    return name
