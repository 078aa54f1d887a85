"""Held records: the district did not accept them; once the cause is gone, a person sends them again."""

from __future__ import annotations

from desktop.actions.desk import Desk, Done
from desktop.store.held import send_again


def send_held_again(desk: Desk, record_id: str) -> Done:
    """Put a held record among the unsent, for the next day end. Refused("store.not_held") where it is none."""
    with desk.store.write() as work:
        send_again(work, record_id)
    return Done(record_id, changes=work.changes)
