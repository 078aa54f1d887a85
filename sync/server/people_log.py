"""The district's own log: who did what, when, and whether it succeeded; each line holds the last one's hash.

By GB/T 22239-2019 (安全审计): each user, date and time, kind of event, success. Lines name ids, counts and roles,
never what a record says and never a person's name, number or telephone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from sync.records.canonical import canonical

START: Final = ""
"""What stands in the first line as the hash of the line before it."""


class Event(StrEnum):
    """What can happen on the district's pages and by its administrators' verbs."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    LOCKED_OUT = "locked_out"
    UNLOCKED = "unlocked"
    SIGNED_OUT = "signed_out"
    SESSIONS_ENDED = "sessions_ended"
    PASSWORD_SET = "password_set"  # noqa: S105 - an event's name
    LINK_MADE = "link_made"
    USER_ADDED = "user_added"
    USER_CLOSED = "user_closed"
    USER_REOPENED = "user_reopened"
    CODE_MADE = "code_made"
    DEVICE_ENROLLED = "device_enrolled"
    DEVICE_REVOKED = "device_revoked"
    KEY_REVOKED = "key_revoked"
    TEMPLATE_PUBLISHED = "template_published"
    TABLE_PUBLISHED = "table_published"
    AUTHORITY_ENTERED = "authority_entered"
    ROSTER_IMPORTED = "roster_imported"
    BUNDLE_IMPORTED = "bundle_imported"
    ORDER_ANSWERED = "order_answered"
    MATTER_ANSWERED = "matter_answered"
    MATTER_OPENED = "matter_opened"
    ACCUSATION_KEY = "accusation_key"
    ACCUSATION_OPENED = "accusation_opened"
    LOG_CHECKED = "log_checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line. ``staff`` is who did it ("" for nobody known), ``subject`` the id of what it was done to."""

    line: int
    at: datetime
    staff: str
    event: str
    subject: str
    succeeded: bool
    detail: str
    previous: str
    hash: str = ""


def line_hash(entry: LogLine) -> str:
    """Return SHA-256 in hex over the canonical list of a line's values, the hash of the line before it included."""
    at = entry.at.astimezone(UTC).isoformat()
    told = [entry.staff, entry.event, entry.subject, int(entry.succeeded), entry.detail]
    return hashlib.sha256(canonical(["qianshao/log/1", entry.line, at, *told, entry.previous])).hexdigest()


def first_break(lines: Iterable[LogLine]) -> int | None:
    """Return the number of the first line that was changed, or before which one is missing; None where all hold."""
    previous = START
    for number, entry in enumerate(lines, 1):
        if (entry.line, entry.previous, entry.hash) != (number, previous, line_hash(entry)):
            return number
        previous = entry.hash
    return None
