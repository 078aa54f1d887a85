"""Backups: make one while the store is in use, and restore one as a new store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from desktop.actions.audit import note
from desktop.actions.desk import Desk, wall_clock
from desktop.config import Home, private_folder
from desktop.keys import Keys, new_key
from desktop.store import backup as store_backup
from desktop.store.backup import Backup
from desktop.store.check import full_check
from desktop.store.identity import RESTORED_FROM
from desktop.store.opening import read_id
from desktop.store.store import Store, Work
from sync.records.audit import AuditAction
from sync.records.errors import Damaged, Refused
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
    with store_backup.at_hand(target), target.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with desk.store.write() as work:
        note(work, desk.made(), AuditAction.BACKED_UP, digest, f"records={made.records} bytes={made.size}")
    return made


def restore(home: Home, keys: Keys, source: Path, passphrase: str) -> Store:
    """Make this home's store from a backup, under a new store id: numbers leased to the old one are never used again.

    On the machine that made the backup the device's secret is taken over; elsewhere the station enrols the device
    anew. Refused("store.exists") where this home has a store that is whole; one that is damaged, or whose key is gone,
    is put aside beside it. The caller holds the home's lock, so that no window has it open.
    """
    make_way = None
    if home.store_path.exists():
        if _is_whole(home, keys):
            raise Refused("store.exists")
        make_way = partial(put_aside, home)
    home.make()
    store_id, key = new_identity(STORE_PREFIX), new_key()
    keys.set_store_key(store_id, key)

    def fill(work: Work) -> None:
        former = (work.meta(RESTORED_FROM) or "").split()
        made = Made(by="", unit=work.unit, store=store_id, at=wall_clock())
        note(work, made, AuditAction.RESTORED, store_id, f"from={former[0] if former else ''}")
        _take_over_secret(keys, store_id, former)

    try:
        return store_backup.restore(
            source, home.store_path, passphrase, key, store_id=store_id, fill=fill, make_way=make_way
        )
    except BaseException:
        keys.delete(store_id)
        raise


def _is_whole(home: Home, keys: Keys) -> bool:
    """Whether the store that is here can be used: then no backup may take its place."""
    try:
        key = keys.store_key(read_id(home.store_path))
    except (Damaged, Refused):
        return False
    try:
        with closing(Store.open(home.store_path, key)) as store:
            full_check(store)
    except Damaged:
        return False
    return True


def put_aside(home: Home) -> Path:
    """Move the store's files into a folder of their own: nothing that may still be read is thrown away."""
    folder = private_folder(home.path / f"damaged-{wall_clock():%Y%m%d-%H%M%S}")
    # The file itself goes last: until then the home has a store, and the same call may be repeated after a stop.
    for path in sorted(home.path.glob(f"{home.store_path.name}?*")):
        if not path.name.endswith(".part"):
            path.replace(folder / path.name)
    home.store_path.replace(folder / home.store_path.name)
    return folder


def _take_over_secret(keys: Keys, store_id: str, former: list[str]) -> None:
    for earlier in former:
        try:
            keys.set_device_secret(store_id, keys.device_secret(earlier))
        except Refused:
            continue
        return
