"""What was looked at, taken out or destroyed, by whom: audit entries and erasures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sync.records.record import Fact


class AuditAction(StrEnum):
    """What was done that is not itself a record of the work."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    REVEALED = "revealed"
    EXPORTED = "exported"
    IMPORTED = "imported"
    BACKED_UP = "backed_up"
    RESTORED = "restored"
    DAY_END = "day_end"
    STAFF_CHANGED = "staff_changed"
    MASS_CHANGE = "mass_change"
    HELD = "held"
    PUT_OFF = "put_off"


HELD_CLOSED = ("mended", "given_up")
"""How a refused record is closed by another one that the entry names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry(Fact):
    """One entry of the station's log; ``previous`` is the hash (hex) of the entry before it in this store.

    ``detail`` never holds personal data: it names ids, counts and file digests, and the reason of a full export.
    Of `HELD`, ``subject`` is the record that the district refused, and ``detail`` begins with what was done about it
    (`HELD_CLOSED`, "again", "kept") and the id of what takes its place, where there is one. Of `PUT_OFF` it is the
    record whose clock somebody put off, and ``detail`` says which, until when and why.
    """

    action: AuditAction
    subject: str = ""
    detail: str = ""
    previous: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure(Fact):
    """Content and salt of ``target`` are destroyed wherever this arrives, early or late; its hash stays."""

    target: str
    reason: str
