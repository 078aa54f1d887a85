"""The register of authority at the district: entered, ended, listed; every station pulls it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from sync.protocol.codec import decode
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.order_authorities import OrderAuthority, standing
from sync.records.text import check_text
from sync.records.times import BEIJING
from sync.server.people_log import Event
from sync.server.store.directory import find_unit, get_unit
from sync.server.store.log import write_log
from sync.server.store.projections import add_own
from sync.server.store.records import EVERYONE, directory, kept, lock_numbers
from sync.server.store.store import Connection, DistrictStore
from sync.server.tree import made_here


def register(conn: Connection) -> list[OrderAuthority]:
    """Return the entries that stand, ended ones too."""
    found = (decode(sealed) for sealed in directory(conn, "order_authority"))
    return standing(record for record in found if isinstance(record, OrderAuthority))


def add_authority(
    store: DistrictStore,
    unit: str,
    departments: Sequence[str],
    paper: str,
    granted_by: str,
    starts_on: date,
    ends_on: date | None = None,
    by: str = "",
    *,
    now: datetime | None = None,
    entry: str = "",
) -> OrderAuthority:
    """Enter that ``unit``'s committee may order ``departments`` (names or identities; none: every one).

    ``entry`` is the id that a form chose before: where it stands already, nothing is entered again. Refused
    ("district.no_such_unit"); RuleBroken: "authority.no_department", "authority.dissolved" (a department),
    "authority.no_committee", "authority.unit_closed", "authority.no_paper", "authority.days".
    """
    now = now or datetime.now(UTC)
    if not paper.strip() or not granted_by.strip():
        raise RuleBroken("authority.no_paper", field="paper")
    _check_days(starts_on, ends_on)
    with store.write() as conn:
        lock_numbers(conn)
        record = OrderAuthority(
            id=entry or new_id("order_authority"),
            made=made_here(conn, now, by),
            unit=_committee(conn, unit),
            departments=tuple(_department(conn, words) for words in departments),
            paper=check_text(paper.strip(), field="paper", lines=False, limit=200),
            granted_by=check_text(granted_by.strip(), field="granted_by", lines=False, limit=100),
            starts_on=starts_on,
            ends_on=ends_on,
        )
        if not (entry and kept(conn, [entry])):
            _keep(conn, record, now, by)
    return record


def change_authority(
    store: DistrictStore, entry: str, ends_on: date | None, reason: str, by: str = "", *, now: datetime | None = None
) -> OrderAuthority:
    """Give an entry another last day, None for no end. Refused, RuleBroken as `end_authority`, and "authority.days"."""
    now = now or datetime.now(UTC)
    why = _reason(reason, "reason")
    with store.write() as conn:
        lock_numbers(conn)
        found = _standing(conn, entry)
        _check_days(found.starts_on, ends_on)
        made, id_ = made_here(conn, now, by), new_id("order_authority")
        changed = replace(found, id=id_, made=made, amends=found.id, amend_reason=why, ends_on=ends_on)
        _keep(conn, changed, now, by)
    return changed


def end_authority(
    store: DistrictStore, entry: str, reason: str, by: str = "", *, now: datetime | None = None
) -> OrderAuthority:
    """Withdraw an entry from today on. Refused("authority.no_such_entry"), RuleBroken("authority.no_reason")."""
    now = now or datetime.now(UTC)
    why = _reason(reason, "end_reason")
    with store.write() as conn:
        lock_numbers(conn)
        found = _standing(conn, entry)
        today = now.astimezone(BEIJING).date()
        made, id_ = made_here(conn, now, by), new_id("order_authority")
        ended = replace(found, id=id_, made=made, amends=found.id, amend_reason=why, ends_on=today, withdrawn=True)
        _keep(conn, ended, now, by)
    return ended


def _standing(conn: Connection, entry: str) -> OrderAuthority:
    found = next((one for one in register(conn) if one.id == entry and not one.withdrawn), None)
    if found is None:
        raise Refused("authority.no_such_entry", entry=entry[:60])
    return found


def _reason(text: str, field: str) -> str:
    if not text.strip():
        raise RuleBroken("authority.no_reason", field=field)
    return check_text(text.strip(), field=field, lines=False, limit=200)


def _check_days(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise RuleBroken("authority.days", field="ends_on", first=starts_on, last=ends_on)


def _keep(conn: Connection, record: OrderAuthority, now: datetime, by: str) -> None:
    add_own(conn, record, EVERYONE, now)
    write_log(conn, Event.AUTHORITY_ENTERED, at=now, staff=by, subject=record.id, detail=record.unit[:60])


def _committee(conn: Connection, words: str) -> str:
    """The unit whose committee it is: none of a department, none of what was dissolved."""
    unit = find_unit(conn, words)
    if unit.department or unit.closed:
        raise RuleBroken(
            "authority.unit_closed" if unit.closed else "authority.no_committee", field="unit", name=unit.name
        )
    return unit.unit


def _department(conn: Connection, words: str) -> str:
    unit = find_unit(conn, words)
    if not unit.department:
        raise RuleBroken("authority.no_department", field="departments", name=unit.name)
    if unit.closed:
        raise RuleBroken("authority.dissolved", field="departments", name=unit.name)
    return unit.unit


def names_of(conn: Connection, entry: OrderAuthority) -> tuple[str, str]:
    """Return the unit's name, and those of its departments as a list in words."""
    names = "、".join(get_unit(conn, department).name for department in entry.departments)
    return get_unit(conn, entry.unit).name, names
