"""Backups: make one while the store is in use, and restore one as a new store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from desktop.actions.audit import note
from desktop.actions.desk import Desk, wall_clock
from desktop.config import Home
from desktop.keys import Keys, new_key
from desktop.store import backup as store_backup
from desktop.store.backup import Backup
from desktop.store.identity import RESTORED_FROM
from desktop.store.store import Store
from sync.records.audit import AuditAction
from sync.records.errors import Refused
from sync.records.kinds import STORE_PREFIX, new_identity
from sync.records.record import Made

Progress = Callable[[int, int], None]
"""Pages done, pages in all."""

SHORTEST_PASSPHRASE = 12


def back_up(
    desk: Desk,
    key: bytes,
    target: Path,
    passphrase: str,
    progress: Progress = lambda _done, _total: None,
    cancelled: Callable[[], bool] = bool,
) -> Backup:
    """Write a backup to ``target`` that opens anywhere by ``passphrase``; noted in the station's log.

    Refused: "actions.passphrase_short", "store.backup_exists", "store.backup_cancelled".
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Refused("actions.passphrase_short", least=SHORTEST_PASSPHRASE)
    made = store_backup.backup(desk.store, key, target, passphrase, progress, cancelled)
    with target.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with desk.store.write() as work:
        note(work, desk.made(), AuditAction.BACKED_UP, digest, f"records={made.records} bytes={made.size}")
    return made


def restore(home: Home, keys: Keys, source: Path, passphrase: str) -> Store:
    """Make this home's store from a backup, under a new store id: numbers leased to the old one are never used again.

    On the machine that made the backup the device's secret is taken over; elsewhere the station enrols the device
    anew. Refused("store.exists") where this home has a store.
    """
    if home.store_path.exists():
        raise Refused("store.exists")
    home.make()
    store_id, key = new_identity(STORE_PREFIX), new_key()
    keys.set_store_key(store_id, key)
    try:
        store = store_backup.restore(source, home.store_path, passphrase, key, store_id=store_id)
    except BaseException:
        keys.delete(store_id)
        raise
    with store.write() as work:
        former = (work.meta(RESTORED_FROM) or "").split()
        made = Made(by="", unit=store.unit, store=store.id, at=wall_clock())
        note(work, made, AuditAction.RESTORED, store.id, f"from={former[0] if former else ''}")
    _take_over_secret(keys, store.id, former)
    return store


def _take_over_secret(keys: Keys, store_id: str, former: list[str]) -> None:
    for earlier in former:
        try:
            keys.set_device_secret(store_id, keys.device_secret(earlier))
        except Refused:
            continue
        return
