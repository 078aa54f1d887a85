"""Accounts, one-time links and sessions of those who sign in on the pages; names, units and roles come from `staff`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from sync.records.errors import RuleBroken
from sync.records.units import ADMINISTRATORS, Level, Role
from sync.server.people import FAILURES, LINK_LASTS, LOCKED_FOR, sign_in_key
from sync.server.store.directory import Unit, roles_from
from sync.server.store.people_schema import account, web_session
from sync.server.store.schema import admin_link, staff, unit

RULING: Final = frozenset({Level.STREET, Level.DISTRICT})
"""Where a dispatcher may be: whoever rules on an objection is above the communities and the departments."""


@dataclass(frozen=True, slots=True)
class Person:
    """A staff member as the newest record says, with the account where there is one; times in UTC.

    ``level`` is the unit's (a `Level`), "" where the unit is not known; ``department``: it answers orders.
    """

    staff: str
    name: str
    unit: str
    unit_name: str
    roles: frozenset[Role]
    gone: bool
    sign_in_name: str = ""
    password_hash: str = ""
    password_set_at: datetime | None = None
    failures: int = 0
    locked_until: datetime | None = None
    closed: bool = False
    level: str = ""
    department: bool = False

    def locked(self, now: datetime) -> bool:
        """Whether the account is locked out at ``now``."""
        return self.locked_until is not None and now < self.locked_until

    @property
    def may_enter(self) -> bool:
        """Whether this person may have a session at all: nobody who is two of the three administrators at once."""
        apart = len(self.roles & ADMINISTRATORS) < 2
        return bool(self.password_hash) and not self.closed and not self.gone and apart


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser. ``token_hash`` names it; the token itself is only in the person's cookie."""

    token_hash: bytes
    staff: str
    made_at: datetime
    seen_at: datetime


def _people() -> Any:
    newest = select(func.max(staff.c.seq)).group_by(staff.c.staff)
    joined = staff.outerjoin(account, account.c.staff == staff.c.staff).outerjoin(unit, unit.c.unit == staff.c.unit)
    own = (staff.c.staff, staff.c.name, staff.c.unit, staff.c.roles, staff.c.gone)
    columns = (*own, unit.c.name.label("unit_name"), unit.c.level, unit.c.department)
    return (
        select(*columns, *(c for c in account.c if c.name != "staff"))
        .select_from(joined)
        .where(staff.c.seq.in_(newest))
    )


def _person(row: Row[Any]) -> Person:
    return Person(
        row.staff,
        row.name,
        row.unit,
        row.unit_name or "",
        roles_from(row.roles),
        row.gone,
        row.sign_in_name or "",
        row.password_hash or "",
        row.password_set_at,
        row.failures or 0,
        row.locked_until,
        bool(row.closed),
        row.level or "",
        bool(row.department),
    )


def person(conn: Connection, identity: str) -> Person | None:
    """Return the person with this staff identity."""
    row = conn.execute(_people().where(staff.c.staff == identity)).first()
    return _person(row) if row else None


def person_by_sign_in_name(conn: Connection, name: str) -> Person | None:
    """Return the person who signs in with ``name``, however its letters are written."""
    if "\0" in name:  # PostgreSQL refuses to look for it
        return None
    row = conn.execute(_people().where(account.c.sign_in_key == sign_in_key(name))).first()
    return _person(row) if row else None


def people(conn: Connection, roles: tuple[Role, ...]) -> list[Person]:
    """Return everybody who holds one of ``roles``, by name, those who left last."""
    found = (_person(row) for row in conn.execute(_people().order_by(staff.c.gone, staff.c.name, staff.c.staff)))
    return [p for p in found if p.roles & frozenset(roles)]


def check_new_person(conn: Connection, name: str, stands: Unit, roles: frozenset[Role]) -> None:
    """RuleBroken where the roles do not fit the unit, or would make one person two of the three administrators."""
    if Role.DEPARTMENT in roles and not stands.department:
        raise RuleBroken("web.unit_not_department", field="unit")
    if Role.DISPATCHER in roles and (stands.department or stands.level not in RULING):
        raise RuleBroken("web.unit_does_not_rule", field="unit")
    if roles & ADMINISTRATORS:
        others = [p for p in people(conn, tuple(ADMINISTRATORS)) if not p.gone and not p.closed]
        if any((p.name, p.unit) == (name, stands.unit) and p.roles != roles for p in others):
            raise RuleBroken("web.administrators_apart", field="role")


def open_links(conn: Connection, now: datetime) -> dict[str, datetime]:
    """Return for each staff identity with an unused link until when it can be used."""
    query = select(admin_link.c.staff, func.max(admin_link.c.expires_at)).group_by(admin_link.c.staff)
    query = query.where(admin_link.c.used_at.is_(None), admin_link.c.expires_at > now)
    return {row[0]: row[1] for row in conn.execute(query)}


def add_link(conn: Connection, identity: str, token_hash: bytes, now: datetime) -> None:
    """Let the token behind ``token_hash`` set a password once, for 24 hours; earlier links of this person end."""
    ended = admin_link.update().where(admin_link.c.staff == identity, admin_link.c.used_at.is_(None))
    conn.execute(ended.values(used_at=now))
    conn.execute(
        admin_link.insert().values(token_hash=token_hash, staff=identity, made_at=now, expires_at=now + LINK_LASTS)
    )


def link_holder(conn: Connection, token_hash: bytes, now: datetime) -> Person | None:
    """Return whose password an unused link may set at ``now``."""
    query = select(admin_link.c.staff).where(
        admin_link.c.token_hash == token_hash, admin_link.c.used_at.is_(None), admin_link.c.expires_at > now
    )
    identity = conn.execute(query).scalar()
    found = person(conn, identity) if identity else None
    return None if found is None or found.gone or found.closed else found


def use_link(conn: Connection, token_hash: bytes, now: datetime) -> bool:
    """Use the link up; False where somebody else just did."""
    used = admin_link.update().where(
        admin_link.c.token_hash == token_hash, admin_link.c.used_at.is_(None), admin_link.c.expires_at > now
    )
    return conn.execute(used.values(used_at=now)).rowcount == 1


def set_password(conn: Connection, identity: str, sign_in_name: str, password_hash: str, now: datetime) -> None:
    """Set name and password of an account (made where there is none), unlock it, and end all its sessions.

    RuleBroken ("web.sign_in_name_taken") where somebody else signs in with this name.
    """
    key = sign_in_key(sign_in_name)
    holder = conn.execute(select(account.c.staff).where(account.c.sign_in_key == key)).scalar()
    if holder not in (None, identity):
        raise RuleBroken("web.sign_in_name_taken", field="sign_in_name")
    values = {
        "sign_in_key": key,
        "sign_in_name": sign_in_name.strip(),
        "password_hash": password_hash,
        "password_set_at": now,
        "failures": 0,
        "locked_until": None,
    }
    if conn.execute(account.update().where(account.c.staff == identity).values(values)).rowcount == 0:
        conn.execute(account.insert().values(staff=identity, closed=False, **values))
    end_sessions(conn, identity)


def count_failure(conn: Connection, found: Person, now: datetime) -> bool:
    """Count a wrong password; True where this one locks the account. A lock that has passed starts a new count."""
    failures = 1 if found.locked_until is not None and now >= found.locked_until else found.failures + 1
    locks = failures >= FAILURES
    values = {"failures": failures, "locked_until": now + LOCKED_FOR if locks else None}
    conn.execute(account.update().where(account.c.staff == found.staff).values(values))
    return locks


def unlock(conn: Connection, identity: str) -> None:
    """Forget the failures of an account."""
    conn.execute(account.update().where(account.c.staff == identity).values(failures=0, locked_until=None))


def set_closed(conn: Connection, identity: str, closed: bool) -> None:
    """Close an account (its sessions end) or open it again."""
    conn.execute(account.update().where(account.c.staff == identity).values(closed=closed))
    end_sessions(conn, identity)


def hold_account(conn: Connection, identity: str) -> Person | None:
    """Return the person, the account's row locked until this transaction ends: failures count one by one."""
    conn.execute(select(account.c.staff).where(account.c.staff == identity).with_for_update())
    return person(conn, identity)


def begin_session(conn: Connection, token_hash: bytes, identity: str, now: datetime) -> None:
    """Keep a new session."""
    conn.execute(web_session.insert().values(token_hash=token_hash, staff=identity, made_at=now, seen_at=now))


def session(conn: Connection, token_hash: bytes) -> Session | None:
    """Return the session that this hash names."""
    row = conn.execute(select(web_session).where(web_session.c.token_hash == token_hash)).first()
    return Session(*row) if row else None


def touch_session(conn: Connection, token_hash: bytes, now: datetime) -> None:
    """Remember when the session was last used."""
    conn.execute(web_session.update().where(web_session.c.token_hash == token_hash).values(seen_at=now))


def end_session(conn: Connection, token_hash: bytes) -> None:
    """End one session."""
    conn.execute(web_session.delete().where(web_session.c.token_hash == token_hash))


def end_sessions(conn: Connection, identity: str) -> int:
    """End all sessions of a person; returns how many."""
    return conn.execute(web_session.delete().where(web_session.c.staff == identity)).rowcount


def drop_stale_sessions(conn: Connection, seen_before: datetime, made_before: datetime) -> None:
    """Forget the sessions that are over anyway."""
    over = (web_session.c.seen_at < seen_before) | (web_session.c.made_at < made_before)
    conn.execute(web_session.delete().where(over))


def sessions(conn: Connection) -> list[Session]:
    """Return all sessions, the last used first."""
    return [Session(*row) for row in conn.execute(select(web_session).order_by(web_session.c.seen_at.desc()))]
