"""Backups: one encrypted file that opens anywhere by its own passphrase, made while the store is in use.

The file is a store like the original, encrypted under a key that Argon2id makes of the recovery passphrase and of the
file's first 16 bytes (SQLCipher keeps its salt there), so that one file holds all that is needed beside the passphrase.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2 as sqlcipher

from desktop.config import lasting_folder
from desktop.store import identity, opening
from desktop.store.check import check_hashes, full_check
from desktop.store.engines import write_engine
from desktop.store.handles import Handle
from desktop.store.raw import Connection, raw_connection, translated
from desktop.store.store import Store, Work
from desktop.wrapping import SALT_BYTES, stretched
from sync.records.errors import Damaged, Refused, Unavailable
from sync.records.times import BEIJING

PAGES: Final = 256
"""Copied at a time: about one megabyte, then progress is told and a cancel is heard."""

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Backup:
    """What was written and verified."""

    path: Path
    size: int
    records: int


class _Stopped(Exception):
    """The person cancelled."""


def backup(
    store: Store,
    key: bytes,
    target: Path,
    passphrase: str,
    progress: Progress = lambda done, total: None,
    cancelled: Cancelled = bool,
) -> Backup:
    """Check the store in full, copy it page by page to ``target``, and verify what was written; pages are counted.

    Refused: "store.backup_exists", "store.passphrase_needed", "store.backup_cancelled" (nothing is left behind).
    Damaged: the store is not whole, so nothing was written. Unavailable: the place cannot be written to, or is full.
    """
    if not passphrase:
        raise Refused("store.passphrase_needed")
    if target.exists():
        raise Refused("store.backup_exists")
    if not full_check(store, cancelled).finished:
        raise Refused("store.backup_cancelled")
    salt = os.urandom(SALT_BYTES)
    secret = stretched(passphrase, salt)
    with at_hand(target):
        part = _fresh(target)
    try:
        with at_hand(target), translated():
            _copy_out(store.path, key, part, secret, salt, progress, cancelled)
            records = _verified(part, secret)
            opening.put_in_place(part, target)
    except _Stopped as error:
        raise Refused("store.backup_cancelled") from error
    finally:
        part.unlink(missing_ok=True)
    return Backup(target, target.stat().st_size, records)


def restore(
    source: Path,
    target: Path,
    passphrase: str,
    new_key: bytes,
    *,
    store_id: str = "",
    fill: Callable[[Work], None] = lambda work: None,
    make_way: Callable[[], object] | None = None,
) -> Store:
    """Make the store at ``target`` from a backup, under a new store id and a new key, and open it.

    What was unsent stays unsent; leases are gone with the old id. ``store_id`` lets the caller keep ``new_key`` under
    the new id beforehand, ``fill`` writes what else the store is to hold from its first moment on. ``make_way`` takes a
    store that is there away, once the new one is complete.
    Refused: "store.exists", "store.no_such_backup", "store.backup_unreadable" (the passphrase, or the file).
    Damaged("store.backup_damaged"): the passphrase is right, but the file is not whole.
    """
    if target.exists() and make_way is None:
        raise Refused("store.exists")
    with at_hand(source):
        secret = stretched(passphrase, _salt_of(source))
    _readable(source, secret)
    with at_hand(target):
        part = _fresh(target)
    try:
        with translated():
            _whole(source, secret)
            _copy_in(source, secret, part, new_key)
            opening.check(part, new_key)  # brings an older schema up to date
            new_id = _rename(part, new_key, target, store_id, fill)
        if make_way is not None:
            make_way()
        opening.write_id(target, new_id)
        opening.put_in_place(part, target)
    finally:
        part.unlink(missing_ok=True)
    return Store.open(target, new_key)


@contextmanager
def at_hand(path: Path) -> Iterator[None]:
    """Turn what the system says about a backup's file or folder into a sentence that names it."""
    try:
        yield
    except FileNotFoundError as error:
        raise Refused("store.no_such_backup", file=path.name) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Unavailable("store.disk_full") from error
        raise Unavailable(
            "store.backup_place", file=path.name, reason=error.strerror or type(error).__name__
        ) from error


def _whole(source: Path, secret: bytes) -> None:
    try:
        with translated():
            _verified(source, secret)
    except Damaged as error:
        raise Damaged("store.backup_damaged") from error


def _fresh(target: Path) -> Path:
    """Make an empty file for its owner only, beside ``target``."""
    lasting_folder(target.parent)
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, opening.OWNER_ONLY))
    return part


def _salt_of(source: Path) -> bytes:
    with source.open("rb") as file:
        return file.read(SALT_BYTES).ljust(SALT_BYTES, b"\0")


def _readable(source: Path, secret: bytes) -> None:
    try:
        opening.probe(source, secret)
    except Damaged as error:
        raise Refused("store.backup_unreadable") from error


def _copy_out(
    path: Path, key: bytes, part: Path, secret: bytes, salt: bytes, progress: Progress, cancelled: Cancelled
) -> None:
    """Copy one snapshot: a read transaction stands while pages are copied, and writers go on beside it."""

    def tell(status: int, remaining: int, total: int) -> None:
        del status
        progress(total - remaining, total)
        if cancelled():
            raise _Stopped

    original, copy = raw_connection(path, key), raw_connection(part, secret, salt=salt)
    try:
        original.execute("BEGIN")
        original.execute("SELECT count(*) FROM meta").fetchone()
        original.backup(copy, pages=PAGES, progress=tell, sleep=0)
        original.execute("ROLLBACK")
        _end_alone(copy)
    finally:
        original.close()
        copy.close()


def _copy_in(source: Path, secret: bytes, part: Path, key: bytes) -> None:
    original, copy = raw_connection(source, secret, mode="ro"), raw_connection(part, key)
    try:
        original.backup(copy, pages=PAGES, sleep=0)
        _end_alone(copy)
    finally:
        original.close()
        copy.close()


def _end_alone(copy: Connection) -> None:
    """Leave one file that needs no WAL beside it."""
    copy.execute("PRAGMA journal_mode = DELETE")


def _verified(path: Path, secret: bytes) -> int:
    """Return how many records the file at ``path`` holds, after checking pages, trees and every hash."""
    engine = create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=lambda: raw_connection(path, secret, mode="ro"),
        poolclass=StaticPool,
    )
    try:
        with engine.connect() as connection:
            if connection.exec_driver_sql("PRAGMA cipher_integrity_check").all():
                raise Damaged("store.damaged")
            if [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check")] != ["ok"]:
                raise Damaged("store.damaged")
            return check_hashes(connection).records
    finally:
        engine.dispose()


def _rename(part: Path, key: bytes, target: Path, store_id: str, fill: Callable[[Work], None]) -> str:
    """Give the copy its new id and what ``fill`` writes, before it is a store that anybody could open."""
    engine = write_engine(part, key)
    try:
        with engine.begin() as connection:
            at = datetime.now(BEIJING).isoformat()
            driver = connection.connection.driver_connection
            notes = identity.notes_of(driver)
            new_id = identity.take_new_id(driver, notes, identity.place_of(target), store_id)
            work = Work(Handle(driver, connection), new_id, notes["unit"])
            work.set_meta("restored_at", at)
            fill(work)
            work.finish()
    finally:
        engine.dispose()
    raw = raw_connection(part, key)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.close()
    return new_id
