"""The key by which the district signs receipts: a file for its owner alone; its public keys stand in the store.

A new key is signed for by the one before. Where that one is lost, nobody can: every station then asks its own
people to compare the new fingerprint before it takes a receipt again.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from sync.protocol.receipts import succeed
from sync.protocol.signed import KEY_BYTES, public_of
from sync.records.errors import Damaged, Refused
from sync.server.place import read_secret
from sync.server.secret_files import secret_folder, write_secret
from sync.server.store.locks import Lock, hold
from sync.server.store.store import Connection, DistrictStore, district, get_setting, set_setting

SETTING: Final = "receipt_keys"


@dataclass(frozen=True, slots=True)
class Keys:
    """Public keys, the present one last, and the signed words of former ones that lead to it."""

    publics: tuple[bytes, ...] = ()
    successions: tuple[bytes, ...] = ()

    @property
    def present(self) -> bytes:
        """The key that signs now; empty before the first."""
        return self.publics[-1] if self.publics else b""


def known_keys(conn: Connection) -> Keys:
    """Return the public keys of this district."""
    return keys_in(get_setting(conn, SETTING))


@lru_cache(4)
def keys_in(setting: str | None) -> Keys:
    """Return the keys that the setting `SETTING` spells."""
    said = json.loads(setting or '{"publics": [], "successions": []}')
    return Keys(*(tuple(bytes.fromhex(text) for text in said[name]) for name in ("publics", "successions")))


def _put(conn: Connection, keys: Keys) -> None:
    said = {name: [value.hex() for value in getattr(keys, name)] for name in ("publics", "successions")}
    set_setting(conn, SETTING, json.dumps(said))


class Signer:
    """Gives the secret key that fits the store's present public one; read from its file again after a change."""

    def __init__(self, path: Path, secret: bytes = b"") -> None:
        self._path = path
        self._secret = secret

    def secret_of(self, public: bytes) -> bytes:
        """Return the secret key of ``public``; Refused ("district.receipt_key_differs") where the file has another."""
        if not self._secret or public_of(self._secret) != public:
            self._secret = _read(self._path)
            if public_of(self._secret) != public:
                raise Refused("district.receipt_key_differs", file=str(self._path))
        return self._secret


def ready(store: DistrictStore, path: Path) -> Signer:
    """Return what signs receipts; the first key is made now where the district has none yet.

    Refused ("district.no_key_file", "district.receipt_key_differs") where its file is lost or another's.
    """
    signer = Signer(path)
    with store.write() as conn:
        hold(conn, Lock.KEYS)  # of servers that start at once the first makes it
        present = known_keys(conn).present
        if present:
            _finish(path, present)
        elif not path.exists():
            secret_folder(path.parent)
            _write_new(path)
        if not present:
            present = public_of(_read(path))
            _put(conn, Keys((present,)))
    signer.secret_of(present)
    return signer


def _write_new(path: Path) -> None:
    write_secret(path, os.urandom(KEY_BYTES).hex().encode() + b"\n")


def rotate(store: DistrictStore, path: Path, *, lost: bool = False) -> Keys:
    """Take a new key: the file is written beside the old one, and takes its place once the store knows it.

    ``lost``: the old one is not there to sign for it.
    """
    now = datetime.now(UTC)
    new = _beside(path)
    with store.read() as conn:
        keys, here = known_keys(conn), district(conn)
    if keys.present:
        _finish(path, keys.present)
    former = b"" if lost or not keys.present else Signer(path).secret_of(keys.present)
    new.unlink(missing_ok=True)  # of a rotation that was interrupted before the store knew it
    _write_new(new)
    public = public_of(_read(new))
    words = (*keys.successions, succeed(here.unit, public, now, former)) if former else ()
    after = Keys((*keys.publics, public), words)
    with store.write() as conn:
        hold(conn, Lock.KEYS)
        if known_keys(conn) != keys:
            raise Refused("district.receipt_key_differs", file=str(path))
        _put(conn, after)
    new.replace(path)
    return after


def _finish(path: Path, present: bytes) -> None:
    """Put a new key's file in its place where that was all that was left to do."""
    new = _beside(path)
    if new.exists() and public_of(_read(new)) == present:
        new.replace(path)


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")


def _read(path: Path) -> bytes:
    try:
        secret = bytes.fromhex(read_secret(path).strip().decode("ascii"))
    except ValueError as error:
        raise Damaged("district.damaged_key", file=str(path)) from error
    if len(secret) != KEY_BYTES:
        raise Damaged("district.damaged_key", file=str(path))
    return secret
