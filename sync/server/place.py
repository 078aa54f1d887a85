"""Where a district's store, its key file and its authority's key lie; imports nothing heavy."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sync.records.errors import Damaged, Refused
from sync.server.secret_files import secret_folder, write_secret

KEY_BYTES: Final = 32
CREDENTIAL: Final = "district-key"
CA_CREDENTIAL: Final = "district-ca-key"
BUNDLE_CREDENTIAL: Final = "district-bundle-key"
RECEIPT_CREDENTIAL: Final = "district-receipt-key"
NOTICES_CREDENTIAL: Final = "district-notices"
"""Names that the systemd unit gives to LoadCredential."""


@dataclass(frozen=True, slots=True)
class Place:
    """``url`` is SQLAlchemy's; ``key_file`` holds 64 hex digits: SQLCipher's raw key, and what files are sealed by."""

    url: str
    key_file: Path
    ca_key_file: Path
    bundle_key_file: Path
    receipt_key_file: Path
    notices_file: Path

    @property
    def embedded(self) -> bool:
        """Whether the store is a file of our own."""
        return self.url.startswith("sqlite")

    def must_exist(self) -> None:
        """Raise Refused ("district.no_store") where the store's own file is not there."""
        if self.embedded and not Path(self.url.partition(":///")[2]).exists():
            raise Refused("district.no_store")

    def key(self) -> bytes | None:
        """Return the store's key; None where a PostgreSQL has none beside it (no file opens then). Refused, Damaged."""
        if not self.embedded and not self.key_file.exists():
            return None
        text = read_secret(self.key_file).strip()
        try:
            key = bytes.fromhex(text.decode("ascii"))
        except ValueError as error:
            raise Damaged("district.damaged_key", file=str(self.key_file)) from error
        if len(key) != KEY_BYTES:
            raise Damaged("district.damaged_key", file=str(self.key_file))
        return key

    def key_or_new(self) -> bytes | None:
        """Return the store's key, made now where no key file exists yet."""
        if not self.key_file.exists():
            secret_folder(self.key_file.parent)
            write_secret(self.key_file, secrets.token_hex(KEY_BYTES).encode() + b"\n")
        return self.key()


def read_secret(path: Path) -> bytes:
    """Read a file that only its owner may read; Refused ("district.no_key_file", "district.open_key_file")."""
    try:
        mode = path.stat().st_mode
        if os.name == "posix" and stat.S_IMODE(mode) & 0o077 and not _is_credential(path):
            raise Refused("district.open_key_file", file=str(path))
        return path.read_bytes()
    except OSError as error:
        raise Refused("district.no_key_file", file=str(path)) from error


def _is_credential(path: Path) -> bool:
    """systemd keeps credentials in memory for the service alone, whatever their mode says."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    return bool(folder) and path.parent == Path(folder or "")


def place_from(
    db: str | None,
    key_file: str | None,
    ca_key_file: str | None,
    env: Mapping[str, str],
    bundle_key: str | None = None,
    receipt_key: str | None = None,
    notices: str | None = None,
) -> Place:
    """Return the place that options and environment name.

    Store: ``--db``, QIANSHAO_DISTRICT_DB, else district.db in STATE_DIRECTORY or the user's data folder. Keys:
    their options, a credential of the service, else beside the store.
    """
    folder = _data_folder(env)
    url = db or env.get("QIANSHAO_DISTRICT_DB") or f"sqlite:///{folder / 'district.db'}"
    if "://" not in url:
        raise Refused("district.bad_db_url")
    if url.startswith("sqlite:///"):
        folder = Path(url.removeprefix("sqlite:///")).absolute().parent
    return Place(
        url,
        _secret(key_file, CREDENTIAL, folder / "district.key", env),
        _secret(ca_key_file, CA_CREDENTIAL, folder / "district-ca.key", env),
        _secret(bundle_key, BUNDLE_CREDENTIAL, folder / "district-bundle.key", env),
        _secret(receipt_key, RECEIPT_CREDENTIAL, folder / "district-receipt.key", env),
        _secret(notices, NOTICES_CREDENTIAL, folder / "district-notices.toml", env),
    )


def _secret(option: str | None, credential: str, default: Path, env: Mapping[str, str]) -> Path:
    if option:
        return Path(option)
    folder = env.get("CREDENTIALS_DIRECTORY")
    if folder and (Path(folder) / credential).exists():
        return Path(folder) / credential
    return default


def _data_folder(env: Mapping[str, str]) -> Path:
    if env.get("STATE_DIRECTORY"):
        return Path(env["STATE_DIRECTORY"].split(":")[0])
    from platformdirs import user_data_path

    return user_data_path("qianshao-district", appauthor=False)
