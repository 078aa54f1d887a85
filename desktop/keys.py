"""The only door to the keyring: keys of the store, of the device and of its papers, never in a plain file.

Where a keyring service runs (Secret Service on Linux, Credential Manager on Windows) `KeyRing` keeps them there, under
the store's id. Where none runs, `WrappedKeys` keeps them in a file, encrypted by a key made of a passphrase that a
person types. Which of the two a home uses is seen from the file: `keys_for` never falls back from one to the other.
"""

from __future__ import annotations

import base64
import binascii
import os
import sys
from collections.abc import Callable
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from desktop.config import Home, write_private
from desktop.late import load_late
from desktop.wrapping import unwrap, wrap
from sync.records.errors import Damaged, Refused, Unavailable

Answer = TypeVar("Answer")

SERVICE: Final = "qianshao"
KEY_BYTES: Final = 32
STORE_KEY: Final = "store"
DEVICE_SECRET: Final = "device"  # noqa: S105 - the entry's name
SIGNING_SECRET: Final = "signing"  # noqa: S105 - the entry's name
BUNDLE_IDENTITY: Final = "bundle"

SAFE_BACKENDS: Final = (
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
    "keyring.backends.Windows",
    "keyring.backends.macOS",
)
"""Backends that hand the secret to the system's own service. All others write files or nothing, and are refused."""

_NATIVE: Final = {
    "linux": ("keyring.backends.SecretService", "Keyring"),
    "win32": ("keyring.backends.Windows", "WinVaultKeyring"),
}
"""What keyring's own search comes to on an ordinary desktop: it would load and ask every backend and plug-in first."""


_NEVER_ASKED: Final = ("urllib.request", "importlib_metadata", "more_itertools")
"""What keyring's own dependencies import and keyring never asks on this way: a whole HTTP client is among it."""

_KEYRING_LIBRARIES: Final = ("keyring", "secretstorage", "jeepney")
"""Whose errors say that the keyring failed: keyring lets those of the libraries below it through, and the bus's own."""

SHORTEST_PASSPHRASE: Final = 8
"""Characters that a new passphrase for wrapped keys has at least; one that is in use is taken as it is."""


class Keys(Protocol):
    """Where a store's secrets lie; ``store_id`` names whose. Every secret is 32 bytes but the bundles' identity."""

    def store_key(self, store_id: str) -> bytes:
        """Return the key of the store's file; Refused("store.key_missing")."""
        ...

    def set_store_key(self, store_id: str, key: bytes) -> None:
        """Keep the key of the store's file."""
        ...

    def device_secret(self, store_id: str) -> bytes:
        """Return the secret by which this device speaks to its district; Refused("store.secret_missing")."""
        ...

    def set_device_secret(self, store_id: str, secret: bytes) -> None:
        """Keep the device's secret."""
        ...

    def signing_secret(self, store_id: str) -> bytes:
        """Return the secret by which this desk signs its papers; Refused("store.signing_missing")."""
        ...

    def set_signing_secret(self, store_id: str, secret: bytes) -> None:
        """Keep the secret by which papers are signed; the one before is gone for ever."""
        ...

    def bundle_identity(self, store_id: str) -> str:
        """Return the age identity that opens the district's answers to bundles; Refused("store.identity_missing")."""
        ...

    def set_bundle_identity(self, store_id: str, identity: str) -> None:
        """Keep the identity that opens answers."""
        ...

    def delete(self, store_id: str) -> None:
        """Forget all secrets of a store; nothing where there are none."""
        ...


def new_key() -> bytes:
    """Return 256 fresh random bits."""
    return os.urandom(KEY_BYTES)


class _Secrets:
    """The secrets over one place that keeps text by name."""

    def _read(self, name: str) -> str | None:
        raise NotImplementedError

    def _write(self, name: str, value: str | None) -> None:
        raise NotImplementedError

    def store_key(self, store_id: str) -> bytes:
        """Return the key of the store's file; Refused("store.key_missing")."""
        return self._get(store_id, STORE_KEY, "store.key_missing")

    def set_store_key(self, store_id: str, key: bytes) -> None:
        """Keep the key of the store's file."""
        self._set(store_id, STORE_KEY, key)

    def device_secret(self, store_id: str) -> bytes:
        """Return the device's secret; Refused("store.secret_missing")."""
        return self._get(store_id, DEVICE_SECRET, "store.secret_missing")

    def set_device_secret(self, store_id: str, secret: bytes) -> None:
        """Keep the device's secret."""
        self._set(store_id, DEVICE_SECRET, secret)

    def signing_secret(self, store_id: str) -> bytes:
        """Return the secret by which papers are signed; Refused("store.signing_missing")."""
        return self._get(store_id, SIGNING_SECRET, "store.signing_missing")

    def set_signing_secret(self, store_id: str, secret: bytes) -> None:
        """Keep the secret by which papers are signed; the one before is gone for ever."""
        self._set(store_id, SIGNING_SECRET, secret)

    def bundle_identity(self, store_id: str) -> str:
        """Return the identity that opens answers to bundles; Refused("store.identity_missing")."""
        found = self._read(f"{store_id}/{BUNDLE_IDENTITY}")
        if found is None:
            raise Refused("store.identity_missing")
        return found

    def set_bundle_identity(self, store_id: str, identity: str) -> None:
        """Keep the identity that opens answers."""
        self._write(f"{store_id}/{BUNDLE_IDENTITY}", identity)
        if self._read(f"{store_id}/{BUNDLE_IDENTITY}") != identity:
            raise Unavailable("store.keyring_failed")

    def delete(self, store_id: str) -> None:
        """Forget all secrets of a store; nothing where there are none."""
        for part in (STORE_KEY, DEVICE_SECRET, SIGNING_SECRET, BUNDLE_IDENTITY):
            self._write(f"{store_id}/{part}", None)

    def _get(self, store_id: str, part: str, missing: str) -> bytes:
        found = self._read(f"{store_id}/{part}")
        if found is None:
            raise Refused(missing)
        try:
            secret = base64.b64decode(found, validate=True)
        except (binascii.Error, ValueError) as error:
            raise Damaged("store.key_damaged") from error
        if len(secret) != KEY_BYTES:
            raise Damaged("store.key_damaged")
        return secret

    def _set(self, store_id: str, part: str, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError("a secret is 32 bytes")
        name = f"{store_id}/{part}"
        self._write(name, base64.b64encode(secret).decode())
        if self._get(store_id, part, "store.keyring_silent") != secret:
            raise Unavailable("store.keyring_failed")


class KeyRing(_Secrets):
    """Secrets in the system's keyring, service "qianshao": ``<id>/store``, ``device``, ``signing``, ``bundle``.

    Refused("store.keyring_none") where no such service runs or the one that was configured keeps plain files; where
    it ``answers``, as another process of this program has just seen, it is loaded when it is asked for the next secret.
    """

    def __init__(self, *, answers: bool = False) -> None:
        if not answers:
            _ = self._backend

    @cached_property
    def _backend(self) -> Any:
        return safe_backend(_chosen_backend())

    def _read(self, name: str) -> str | None:
        def ask() -> str | None:
            found: str | None = self._backend.get_password(SERVICE, name)
            return found

        return _answered(ask)

    def _write(self, name: str, value: str | None) -> None:
        def ask() -> None:
            if value is not None:
                self._backend.set_password(SERVICE, name, value)
            elif self._backend.get_password(SERVICE, name) is not None:
                self._backend.delete_password(SERVICE, name)

        _answered(ask)


def _chosen_backend() -> Any:
    """Return the backend that the user has configured, else the platform's own, else what keyring's search finds."""
    for name in _NEVER_ASKED:
        load_late(name)
    from keyring import core  # takes a while to load; only who needs a key waits for it

    chosen = core.load_env() or core.load_config()
    native = None if "KDE" in os.environ.get("XDG_CURRENT_DESKTOP", "") else _NATIVE.get(sys.platform)
    if chosen is None and native is not None:
        kind = getattr(import_module(native[0]), native[1])
        chosen = kind() if kind.viable else None
    return chosen or core.get_keyring()


def safe_backend(found: Any) -> Any:
    """Return the keyring backend that may be used: the configured one, or the first safe one behind a chainer."""
    if type(found).__module__ == "keyring.backends.chainer":
        found = next((b for b in found.backends if _is_safe(b)), found)
    if not _is_safe(found):
        raise Refused("store.keyring_none", backend=f"{type(found).__module__}.{type(found).__name__}")
    return found


def _is_safe(backend: Any) -> bool:
    return type(backend).__module__ in SAFE_BACKENDS


def _answered(ask: Callable[[], Answer]) -> Answer:
    """Return what the keyring answers ``ask``, asked twice at need: a service that fell is started anew by its bus.

    Errors become ours without their texts, which may name entries: Unavailable("store.keyring_locked") where nobody
    unlocks it, Unavailable("store.keyring_failed") where it did not answer the second time either.
    """
    try:
        return ask()
    except Exception as error:  # noqa: BLE001 - raised again there, unless it is the keyring's
        _must_be_of_keyring(error)
    try:
        return ask()
    except Exception as error:
        _must_be_of_keyring(error)
        raise Unavailable("store.keyring_failed") from error


def _must_be_of_keyring(error: Exception) -> None:
    """Raise again what the keyring's libraries did not raise; Unavailable("store.keyring_locked") if it is locked."""
    from keyring.errors import KeyringLocked

    if isinstance(error, KeyringLocked):
        raise Unavailable("store.keyring_locked") from error
    if not isinstance(error, OSError) and type(error).__module__.partition(".")[0] not in _KEYRING_LIBRARIES:
        raise error


class WrappedKeys(_Secrets):
    """Secrets in one file, encrypted by AES-256-GCM under a key that Argon2id makes of a passphrase.

    Every change is written at once and as a whole, with a new salt and nonce. Refused("store.passphrase_wrong").
    """

    def __init__(self, path: Path, passphrase: str) -> None:
        if not passphrase:
            raise Refused("store.passphrase_needed")
        if not path.exists():
            _must_be_long(passphrase)
        self._path = path
        self._passphrase = passphrase
        self._secrets = unwrap(path.read_bytes(), passphrase) if path.exists() else {}

    def _read(self, name: str) -> str | None:
        return self._secrets.get(name)

    def _write(self, name: str, value: str | None) -> None:
        changed = dict(self._secrets)
        changed.pop(name, None)
        if value is not None:
            changed[name] = value
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_private(self._path, wrap(changed, self._passphrase))
        self._secrets = changed

    def change_passphrase(self, passphrase: str) -> None:
        """Wrap everything anew by another passphrase."""
        if not passphrase:
            raise Refused("store.passphrase_needed")
        _must_be_long(passphrase)
        write_private(self._path, wrap(self._secrets, passphrase))
        self._passphrase = passphrase


def _must_be_long(passphrase: str) -> None:
    """A new passphrase stands alone between a stolen disk and everything in the store."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Refused("store.passphrase_short", least=SHORTEST_PASSPHRASE)


def keys_for(home: Home, passphrase: str = "") -> Keys:
    """Return where this home's secrets lie: the wrapped file if there is one, else the keyring.

    Refused("store.keyring_none") where neither is there: a new home then takes `WrappedKeys` with a passphrase, if
    one was given, and says so. Nothing falls back by itself once a home has its keys.
    """
    if home.keys_path.exists():
        return WrappedKeys(home.keys_path, passphrase)
    try:
        return KeyRing()
    except Refused:
        if passphrase and not home.store_path.exists():
            return WrappedKeys(home.keys_path, passphrase)
        raise
