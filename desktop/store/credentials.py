"""Passwords of staff at this store: their hashes, failed attempts, and how long sign-in is locked. Never travels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.store.columns import from_micros, to_micros
from desktop.store.reader import Reader
from desktop.store.work import Work
from sync.records.times import BEIJING

_SET = """
    INSERT INTO credential(staff, password_hash, changed_at, failures) VALUES (?, ?, ?, 0)
    ON CONFLICT DO UPDATE SET password_hash = excluded.password_hash, changed_at = excluded.changed_at,
    failures = 0, locked_until = NULL
"""
_OF = "SELECT password_hash, changed_at, failures, locked_until FROM credential WHERE staff = ?"
_FAILED = "UPDATE credential SET failures = failures + 1, locked_until = coalesce(?, locked_until) WHERE staff = ?"


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
    work.sql(_SET, (staff, hash, to_micros(at or datetime.now(BEIJING))))


def credential_of(reader: Reader, staff: str) -> Credential | None:
    """Return what is kept for a staff member, or None where no password was set here."""
    row = reader.sql(_OF, (staff,)).fetchone()
    if row is None:
        return None
    hashed, changed_at, failed, locked = row
    return Credential(staff, hashed, from_micros(changed_at), failed, None if locked is None else from_micros(locked))


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
    work.sql(_FAILED, (None if locked_until is None else to_micros(locked_until), staff))
    return failures(work, staff)


def note_success(work: Work, staff: str) -> None:
    """Forget failures and lock after a right password."""
    work.sql("UPDATE credential SET failures = 0, locked_until = NULL WHERE staff = ?", (staff,))
