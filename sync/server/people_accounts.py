"""Adding people who sign in, and their one-time links: the verbs behind the users' page and the command line."""

from __future__ import annotations

from datetime import datetime

from sync.records.errors import Refused
from sync.records.kinds import STAFF_PREFIX, new_id, new_identity
from sync.records.names import normal_name
from sync.records.record import Made
from sync.records.times import BEIJING
from sync.records.units import Role, StaffMember
from sync.server.people import check_roles, new_token, token_hash
from sync.server.people_log import Event
from sync.server.store.directory import get_unit
from sync.server.store.log import write_log
from sync.server.store.people import add_link, check_new_person, person
from sync.server.store.projections import add_own
from sync.server.store.records import EVERYONE, lock_numbers
from sync.server.store.store import DistrictStore, district


def add_user(
    store: DistrictStore, name: str, unit: str, role: Role, *, by: str, now: datetime, staff: str = ""
) -> tuple[str, str]:
    """Write a staff member who signs in on the pages; returns the staff identity and the one-time link's token.

    ``by`` is the administrator's staff identity, "" for the command line. ``staff`` is an identity that the caller
    made before: where it is taken already, the token is "" and nothing was done (a form sent twice). RuleBroken
    where the role does not fit the unit, or would make two administrators one person.
    """
    roles = check_roles({role})
    name, staff, token = normal_name(name), staff or new_identity(STAFF_PREFIX), new_token()
    with store.write() as conn:
        lock_numbers(conn)
        if person(conn, staff) is not None:
            return staff, ""
        check_new_person(conn, name, get_unit(conn, unit), roles)
        here = district(conn)
        made = Made(by=by, unit=here.unit, store=here.store, at=now.astimezone(BEIJING))
        record = StaffMember(
            id=new_id("staff_member"), made=made, staff=staff, name=name, unit=unit, roles=tuple(sorted(roles))
        )
        add_own(conn, record, EVERYONE, now)
        add_link(conn, staff, token_hash(token), now)
        write_log(conn, Event.USER_ADDED, at=now, staff=by, subject=staff, detail=role.value)
    return staff, token


def make_link(store: DistrictStore, staff: str, *, by: str, now: datetime) -> str:
    """Return the token of a fresh one-time link for ``staff``; earlier links end. Refused for who has left."""
    token = new_token()
    with store.write() as conn:
        found = person(conn, staff)
        if found is None or found.gone:
            raise Refused("district.no_such_staff")
        add_link(conn, staff, token_hash(token), now)
        write_log(conn, Event.LINK_MADE, at=now, staff=by, subject=staff)
    return token


def link_address(public_url: str, token: str) -> str:
    """Return the address that a person opens to set a password."""
    return f"{public_url.rstrip('/')}/link/{token}"
