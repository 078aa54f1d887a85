"""Whom a message reaches by telephone: the department's officer on duty, its leader, or those who work at a station."""

from __future__ import annotations

from datetime import datetime

from sync.protocol.codec import decode
from sync.records.duty_rosters import on_duty
from sync.records.errors import Damaged, Refused
from sync.records.record import Record
from sync.records.threats import called_order
from sync.records.units import OrgUnit, StaffMember
from sync.server.duty_rosters import rosters
from sync.server.store.directory import get_staff, get_unit, staff_history
from sync.server.store.records import read_many
from sync.server.store.store import Connection


def officer_of(conn: Connection, department: str, at: datetime) -> str:
    """Return the number of whoever is on duty in a department, else its own."""
    shifts = on_duty(rosters(conn), department, at)
    return next((shift.telephone for shift in shifts if shift.telephone), "") or telephone_of(conn, department)


def leader_of(conn: Connection, department: str, at: datetime) -> str:
    """Return the number of who leads the shift in a department, "" where the directory of duty officers has none."""
    shifts = on_duty(rosters(conn), department, at)
    return next((shift.telephone for shift in shifts if shift.leads and shift.telephone), "")


def telephone_of(conn: Connection, unit: str, staff: str = "") -> str:
    """Return the number of a staff member, or of a unit; "" where none is known."""
    try:
        record = get_staff(conn, staff).record if staff else get_unit(conn, unit).record
    except Refused:
        return ""
    found = _record(conn, record)
    return found.telephone if isinstance(found, (OrgUnit, StaffMember)) else ""


def people_of(conn: Connection, unit: str, but: str = "") -> list[str]:
    """Return the staff identities of those who work at ``unit`` now and have a telephone, without ``but``.

    In the order in which they are told that somebody needs help: the lead, the counsellor, colleagues.
    """
    now = {entry.staff: entry for entry in staff_history(unit).ask(conn)}
    here = [entry for staff, entry in now.items() if not entry.gone and entry.unit == unit and staff != but]
    found = [(entry.staff, _record(conn, entry.record)) for entry in here]
    called = [(staff, member) for staff, member in found if isinstance(member, StaffMember) and member.telephone]
    return [staff for staff, _ in sorted(called, key=lambda one: called_order(one[1].held))]


def maker_of(conn: Connection, record_id: str) -> str:
    """Return who made a record."""
    found = _record(conn, record_id)
    return found.made.by if found else ""


def _record(conn: Connection, record_id: str) -> Record | None:
    for sealed in read_many(conn, [record_id]):
        try:
            return decode(sealed)
        except Damaged:
            return None
    return None
