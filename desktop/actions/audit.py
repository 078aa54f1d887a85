"""The station's log: each entry names the hash of the one before it in this store."""

from __future__ import annotations

from desktop.store.store import Work
from sync.records.audit import AuditAction, AuditEntry
from sync.records.kinds import new_id
from sync.records.record import Made

_HEAD = "audit_head"


def note(work: Work, made: Made, action: AuditAction, subject: str = "", detail: str = "") -> None:
    """Add an entry to this store's chain within ``work``; ``detail`` names ids, counts and digests, never persons."""
    entry = AuditEntry(
        id=new_id("audit_entry"),
        made=made,
        action=action,
        subject=subject,
        detail=detail,
        previous=work.meta(_HEAD) or "",
    )
    work.set_meta(_HEAD, work.add(entry).hash.hex())
