"""Signing in at the desk, offline: a name, a password, and the session that they open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from desktop.actions.audit import note
from desktop.actions.desk import wall_clock
from desktop.actions.passwords import DUMMY, verify
from desktop.session import Session
from desktop.store.credentials import Credential, credential_of, failures, note_failure, note_success
from desktop.store.store import Reader, Store
from desktop.store.units import staff as staff_members
from desktop.store.units import units
from sync.records.audit import AuditAction
from sync.records.errors import Refused, RuleBroken
from sync.records.names import normal_name
from sync.records.record import Made
from sync.records.units import StaffMember

MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=30)
"""Five failures lock a name for 30 minutes (GB/T 22239-2019, 8.1.4.1: 登录失败处理)."""

PASSWORD_LASTS = timedelta(days=90)


def sign_in(
    store: Store,
    name: str,
    password: str,
    now: Callable[[], datetime] = wall_clock,
    tried: Mapping[str, bool] | None = None,
) -> Session:
    """Sign in by name and password without a network; five failures lock the name for 30 minutes (GB/T 22239-2019).

    ``tried`` says of hashes whether they are this password's (`try_hashes`); all others are tried here.

    Raises RuleBroken(field="password") for a wrong pair and Refused("actions.locked_out", until=…) while locked. The
    answer for a name that nobody has is the same as for a wrong password.
    """
    wanted, tried = normal_name(name), tried or {}

    def right(hashed: str) -> bool:
        return tried[hashed] if hashed in tried else verify(hashed, password)

    with store.read() as reader:
        members = [s for s in staff_members(reader).values() if s.name == wanted and s.left_on is None]
        known = {s.staff: c for s in members if (c := credential_of(reader, s.staff)) is not None}
    if not known:
        right(DUMMY)
        raise RuleBroken("actions.wrong_password", field="password")
    _must_not_be_locked(list(known.values()), now())
    for member in members:
        if member.staff in known and right(known[member.staff].password_hash):
            return _signed_in(store, member, now())
    # Two people with one name share the count: nobody can tell whose password was meant.
    raise _failed(store, [m for m in members if m.staff in known], now())


def _must_not_be_locked(known: list[Credential], now: datetime) -> None:
    until = max((c.locked_until for c in known if c.locked_until is not None), default=None)
    if until is not None and until > now:
        raise Refused("actions.locked_out", until=until.strftime("%H:%M"))


def _signed_in(store: Store, member: StaffMember, now: datetime) -> Session:
    with store.write() as work:
        note_success(work, member.staff)
        made = Made(by=member.staff, unit=member.unit or store.unit, store=store.id, at=now)
        note(work, made, AuditAction.SIGNED_IN, member.staff)
        return session_of(work, store, member)


def _failed(store: Store, members: list[StaffMember], now: datetime) -> RuleBroken | Refused:
    with store.write() as work:
        locked = False
        for member in members:
            last = (failures(work, member.staff) + 1) % MOST_FAILURES == 0
            count = note_failure(work, member.staff, now + LOCKED_FOR if last else None)
            made = Made(by=member.staff, unit=member.unit or store.unit, store=store.id, at=now)
            note(work, made, AuditAction.SIGN_IN_FAILED, member.staff, f"{count}")
            locked = locked or last
    if locked:
        return Refused("actions.locked_out", until=(now + LOCKED_FOR).strftime("%H:%M"))
    return RuleBroken("actions.wrong_password", field="password")


def session_of(reader: Reader, store: Store, member: StaffMember) -> Session:
    """Return the session of a staff member at ``store``."""
    unit = member.unit or store.unit
    known = units(reader).get(unit)
    name = known.name if known else reader.meta("unit_name") or ""
    return Session(staff=member.staff, name=member.name, roles=member.held, unit=unit, unit_name=name)


def session_expected(store: Store, name: str) -> Session | None:
    """Return the session that ``name`` will have if the password is right, for what is made ready while it is tried.

    It proves nothing. None where nobody or more than one has the name.
    """
    wanted = normal_name(name)
    with store.read() as reader:
        members = [s for s in staff_members(reader).values() if s.name == wanted and s.left_on is None]
        return session_of(reader, store, members[0]) if len(members) == 1 else None


def session_again(store: Store, staff: str) -> Session:
    """Return a session anew, for somebody who is signed in and whose roles or unit may have changed."""
    with store.read() as reader:
        member = staff_members(reader).get(staff)
        if member is None or member.left_on is not None:
            raise Refused("actions.nobody_here")
        return session_of(reader, store, member)


def password_is_due(store: Store, staff: str, now: Callable[[], datetime] = wall_clock) -> bool:
    """Whether a password is older than 90 days and a new one should be asked for."""
    with store.read() as reader:
        known = credential_of(reader, staff)
    return known is not None and now() - known.changed_at > PASSWORD_LASTS


def colleagues(store: Store) -> list[str]:
    """Names of the staff who may sign in at this store, for the sign-in page."""
    with store.read() as reader:
        members = [s for s in staff_members(reader).values() if s.left_on is None]
        return sorted({s.name for s in members if credential_of(reader, s.staff) is not None})
