"""The directory of duty officers at the district: whole lists of departments, from a spreadsheet or from a form."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sync.protocol.codec import decode
from sync.records.duty_rosters import DutyRoster, DutyShift, read_dates, read_hours, read_weekdays
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.names import normal_name
from sync.records.order_authorities import standing
from sync.records.telephones import normal_phone
from sync.records.text import check_text
from sync.server.people_log import Event
from sync.server.spreadsheets import Row, read_rows
from sync.server.store.directory import find_unit
from sync.server.store.log import write_log
from sync.server.store.projections import add_own
from sync.server.store.records import EVERYONE, directory, lock_numbers
from sync.server.store.store import Connection, DistrictStore
from sync.server.tree import made_here

COLUMNS: Final = {
    "department": ("部门", "职能部门", "单位", "department"),
    "name": ("姓名", "值班人员", "值班员", "name"),
    "post": ("职务", "岗位", "post"),
    "telephone": ("电话", "联系电话", "值班电话", "手机", "telephone"),
    "weekdays": ("星期", "值班日", "weekdays"),
    "dates": ("日期", "值班日期", "dates"),
    "hours": ("时间", "时段", "班次", "hours"),
}
NEEDED: Final = ("department", "name", "telephone")


def rosters(conn: Connection) -> list[DutyRoster]:
    """Return the newest list of each department."""
    found = (decode(sealed) for sealed in directory(conn, "duty_roster"))
    newest = {one.department: one for one in standing(r for r in found if isinstance(r, DutyRoster))}
    return list(newest.values())


def import_rosters(store: DistrictStore, file: Path, by: str = "") -> list[DutyRoster]:
    """Take the lists of the departments that the file names in the place of their former ones; others stay.

    Refused as `read_rows` says, or "duty.row" with the number of the first row that is wrong: then nothing was taken.
    Returns the lists that changed.
    """
    now = datetime.now(UTC)
    rows = read_rows(file, COLUMNS, NEEDED)
    changed: list[DutyRoster] = []
    with store.write() as conn:
        lock_numbers(conn)
        before = {roster.department: roster for roster in rosters(conn)}
        for department, shifts in _by_department(conn, rows).items():
            former = before.get(department)
            if former is not None and former.shifts == shifts:
                continue
            changed.append(_put(conn, department, shifts, former, by, now))
    return changed


def replace_roster(
    store: DistrictStore, department: str, shifts: tuple[DutyShift, ...], by: str, expected: str, now: datetime
) -> None:
    """Put ``shifts`` in the place of the list of ``department`` whose id is ``expected`` ("" for none).

    Refused("tables.published_meanwhile") where another list stands there by now; RuleBroken for a department that is
    none, or was dissolved. The same list again changes nothing.
    """
    with store.write() as conn:
        lock_numbers(conn)
        department = _department(conn, department)
        former = next((one for one in rosters(conn) if one.department == department), None)
        if (former.id if former else "") != expected:
            raise Refused("tables.published_meanwhile")
        if (former.shifts if former else ()) != shifts:
            _put(conn, department, shifts, former, by, now)


def _put(
    conn: Connection, department: str, shifts: tuple[DutyShift, ...], former: DutyRoster | None, by: str, now: datetime
) -> DutyRoster:
    made, amends = made_here(conn, now, by), former.id if former else None
    record = DutyRoster(id=new_id("duty_roster"), made=made, amends=amends, department=department, shifts=shifts)
    add_own(conn, record, EVERYONE, now)
    write_log(conn, Event.ROSTER_IMPORTED, at=now, staff=by, subject=record.id, detail=str(len(shifts)))
    return record


def _department(conn: Connection, named: str) -> str:
    unit = find_unit(conn, named)
    if not unit.department or unit.closed:
        raise RuleBroken("authority.dissolved" if unit.closed else "authority.no_department", name=unit.name)
    return unit.unit


def _by_department(conn: Connection, rows: list[Row]) -> dict[str, tuple[DutyShift, ...]]:
    found: dict[str, list[DutyShift]] = defaultdict(list)
    department = ""
    for row in rows:
        try:
            department = row.cells["department"] or department  # merged cells say it once
            found[_department(conn, department)].append(shift_from(row.cells))
        except (RuleBroken, Refused) as fault:
            raise Refused("duty.row", row=row.number, fault=fault) from fault
    return {unit: tuple(shifts) for unit, shifts in found.items()}


def shift_from(given: Mapping[str, str]) -> DutyShift:
    """Return the shift that cells spell, by the names of `COLUMNS`; RuleBroken says which of them is wrong."""
    cells = {name: given.get(name, "") for name in COLUMNS}
    name = normal_name(cells["name"])
    if not name:
        raise RuleBroken("duty.no_name")
    first, last = read_dates(cells["dates"])
    since, until = read_hours(cells["hours"])
    return DutyShift(
        name=name,
        post=check_text(cells["post"], field="post", lines=False, limit=60),
        telephone=normal_phone(cells["telephone"], field="telephone"),
        weekdays=read_weekdays(cells["weekdays"]),
        first=first,
        last=last,
        since=since,
        until=until,
    )
