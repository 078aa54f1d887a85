"""Whether the key beside this server is the one that the district's files are sealed by, and sealing what is older."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sync.records.errors import Refused
from sync.server.place import Place
from sync.server.store.files import seal_older, unsealed
from sync.server.store.locks import Lock, hold
from sync.server.store.store import DistrictStore, get_setting, set_setting
from sync.server.store.uploads import drop_expired

FINGERPRINT: Final = "files_key"
"""Setting: the fingerprint of the key that files are sealed by."""


def open_for_files(place: Place) -> DistrictStore:
    """Open the store so that files can be kept: a PostgreSQL of before files were sealed gets its key now.

    Refused ("district.no_files_key_here", "district.other_files_key") where the key that sealed files is not here.
    """
    store = DistrictStore.open(place.url, place.key())
    try:
        with store.read() as conn:
            known = get_setting(conn, FINGERPRINT)
        if place.key() is None:
            if known is not None:
                raise Refused("district.no_files_key_here", file=str(place.key_file))
            store.close()
            store = DistrictStore.open(place.url, place.key_or_new())
        note_key(store)
    except BaseException:
        store.close()
        raise
    return store


def note_key(store: DistrictStore) -> None:
    """Note by which key this district seals its files; Refused ("district.other_files_key") where that is another."""
    mine = store.sealer.fingerprint()
    with store.write() as conn:
        hold(conn, Lock.KEYS)
        known = get_setting(conn, FINGERPRINT)
        if known is None:
            set_setting(conn, FINGERPRINT, mine)
    if known not in (None, mine):
        raise Refused("district.other_files_key")


def tidy(store: DistrictStore) -> int:
    """Seal files that an older program kept as they came, each by itself, and forget uploads whose time is over.

    Returns how many uploads were forgotten.
    """
    while True:
        with store.write() as conn:
            digest = unsealed(conn)
            if digest is None:
                return drop_expired(conn, datetime.now(UTC))
            seal_older(conn, store.sealer, digest)
