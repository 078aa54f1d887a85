"""Passwords of staff at this store: their hashes, failed attempts, and how long sign-in is locked. Never travels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert

from desktop.store.reader import Reader
from desktop.store.tables import credential
from desktop.store.work import Work
from sync.records.times import BEIJING


@dataclass(frozen=True, slots=True)
class Credential:
    """``failures`` counts the wrong attempts since the last right one."""

    staff: str
    password_hash: str
    changed_at: datetime
    failures: int
    locked_until: datetime | None


def set_password_hash(work: Work, staff: str, hash: str, at: datetime | None = None) -> None:
    """Keep the hash (Argon2id, as text) of a staff member's password; failures and lock are gone."""
    row = {
        "password_hash": hash,
        "changed_at": at or datetime.now(BEIJING),
        "failures": 0,
        "locked_until": None,
    }
    statement = insert(credential).values(staff=staff, **row)
    work.conn.execute(statement.on_conflict_do_update(index_elements=["staff"], set_=row))


def credential_of(reader: Reader, staff: str) -> Credential | None:
    """Return what is kept for a staff member, or None where no password was set here."""
    row = reader.conn.execute(select(credential).where(credential.c.staff == staff)).one_or_none()
    if row is None:
        return None
    return Credential(row.staff, row.password_hash, row.changed_at, row.failures, row.locked_until)


def password_hash(reader: Reader, staff: str) -> str | None:
    """Return the hash of a staff member's password, or None."""
    found = credential_of(reader, staff)
    return found.password_hash if found else None


def failures(reader: Reader, staff: str) -> int:
    """Return how many attempts have failed since the last sign-in."""
    found = credential_of(reader, staff)
    return found.failures if found else 0


def note_failure(work: Work, staff: str, locked_until: datetime | None = None) -> int:
    """Count a failed attempt, lock sign-in until then if a time is given, and return the count."""
    row: dict[str, object] = {"failures": credential.c.failures + 1}
    if locked_until is not None:
        row["locked_until"] = locked_until
    work.conn.execute(update(credential).where(credential.c.staff == staff).values(row))
    return failures(work, staff)


def note_success(work: Work, staff: str) -> None:
    """Forget failures and lock after a right password."""
    work.conn.execute(update(credential).where(credential.c.staff == staff).values(failures=0, locked_until=None))
