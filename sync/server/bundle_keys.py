"""The key that opens stations' bundles: a file for its owner alone; whom to encrypt to stands in the store.

It is made once, beside the store, and never travels. Where it is lost, bundles that wait on sticks cannot be opened any
more; the stations still have every record in them, and write anew to the next key.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sync.protocol.age import new_identity, recipient_of
from sync.records.errors import Damaged, Refused
from sync.server.place import read_secret
from sync.server.receipt_keys import known_keys
from sync.server.secret_files import secret_folder, write_secret
from sync.server.settings import Settings
from sync.server.store.locks import Lock, hold
from sync.server.store.store import Connection, DistrictStore, get_setting, set_setting

RECIPIENT: Final = "bundle_recipient"
"""Setting: the public key to which stations encrypt (age1…)."""


def known_recipient(conn: Connection) -> str:
    """Return whom stations encrypt to; empty where this district has no such key yet."""
    return get_setting(conn, RECIPIENT) or ""


def ready(store: DistrictStore, path: Path) -> str:
    """Return the recipient; the key is made now where the district has none yet.

    Refused ("district.no_key_file", "district.bundle_key_differs"), Damaged ("district.damaged_key").
    """
    with store.write() as conn:
        hold(conn, Lock.KEYS)  # of servers that start at once the first makes it
        known = known_recipient(conn)
        if not known and not path.exists():
            secret_folder(path.parent)
            write_secret(path, new_identity().encode() + b"\n")
        found = recipient_of(read_identity(path))
        if not known:
            known = found
            set_setting(conn, RECIPIENT, known)
    if known != found:
        raise Refused("district.bundle_key_differs", file=str(path))
    return known


def read_identity(path: Path) -> str:
    """Return the secret identity in ``path``; Refused, Damaged."""
    try:
        identity = read_secret(path).decode("ascii").strip()
        recipient_of(identity)
    except (UnicodeDecodeError, Damaged) as error:
        raise Damaged("district.damaged_key", file=str(path)) from error
    return identity


def signing_secret(conn: Connection, settings: Settings) -> bytes:
    """Return what signs answers, the key of receipts; Refused where it is not here."""
    present = known_keys(conn).present
    if settings.signer is None or not present:
        raise Refused("district.no_key_file", file="district-receipt.key")
    return settings.signer.secret_of(present)
