"""Care of the store when nobody waits for it: the full check after an unclean end, and the search index's merges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from desktop.changes import Changes
from desktop.store import earlier, index, refolding
from desktop.store.check import full_check
from desktop.store.store import Store
from sync.records.times import BEIJING

A_DAY = timedelta(days=1)
_CHECKED_AT = "full_check_at"
MANY = 2_000
"""Records from which on a bulk load leaves the index in many pieces."""
MOST_SECONDS = 20.0
"""Seconds that whoever loads so many waits for the merge; what is left then is merged when the desk is idle."""


def after_many(store: Store, records: int) -> None:
    """Merge the search index after a bulk load, in short transactions: no save waits, and searches stay quick."""
    if records >= MANY:
        index.tidy(store, seconds=MOST_SECONDS)


def look_after(
    store: Store,
    cancelled: Callable[[], bool],
    *,
    quiet: bool = False,
    now: datetime | None = None,
    tell: Callable[[Changes], None] = lambda _: None,
) -> bool:
    """Check the whole store where it was not closed in good order, then fill up or merge a little of the index.

    What an older program folded otherwise is put right on the way; ``tell`` hears which lists show that. A ``quiet``
    desk is also checked where the last full check is a day old. Returns whether there is more to do.
    Damaged: the store is not whole, and the backup is to be offered.
    """
    now = now or datetime.now(BEIJING)
    if store.unclean or (quiet and _due(store, now)):
        if not full_check(store, cancelled).finished:
            return True
        with store.write() as work:
            work.set_meta(_CHECKED_AT, now.isoformat())
    if cancelled():
        return False
    earlier.read_again(store, cancelled, tell)
    if refolding.correct_some(store, cancelled, tell):
        return True
    return earlier.fill(store, cancelled) or index.tidy(store, cancelled)


def _due(store: Store, now: datetime) -> bool:
    with store.read() as reader:
        checked_at = reader.meta(_CHECKED_AT)
    # A clock that was set back must not put the check off for years.
    return checked_at is None or not now - A_DAY < datetime.fromisoformat(checked_at) <= now
