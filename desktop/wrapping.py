"""Secrets under a passphrase: Argon2id stretches it, AES-256-GCM encrypts what it protects."""

from __future__ import annotations

import json
import os
import unicodedata
from typing import Any, Final

from sync.records.errors import Damaged, Refused

FORMAT: Final = 1
ARGON2: Final = {"time": 3, "memory_kib": 65536, "lanes": 4}
"""Argon2id, the second choice of RFC 9106 section 4: 64 MiB, three passes, four lanes."""
MOST_MEMORY_KIB: Final = 1 << 20
STRETCHED_BYTES: Final = 32
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12


def stretched(passphrase: str, salt: bytes, cost: dict[str, int] = ARGON2) -> bytes:
    """Return the 32 bytes that Argon2id makes of a passphrase (UTF-8, NFC) and a salt."""
    from argon2.low_level import Type, hash_secret_raw

    secret = unicodedata.normalize("NFC", passphrase).encode()
    return hash_secret_raw(
        secret, salt, cost["time"], cost["memory_kib"], cost["lanes"], hash_len=STRETCHED_BYTES, type=Type.ID
    )


def wrap(secrets: dict[str, str], passphrase: str) -> bytes:
    """Return a file's content that holds ``secrets`` encrypted, with a fresh salt and nonce."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    head = {"format": FORMAT, "argon2id": ARGON2, "salt": salt.hex(), "nonce": nonce.hex()}
    sealed = AESGCM(stretched(passphrase, salt, ARGON2)).encrypt(nonce, json.dumps(secrets).encode(), _bound(head))
    return json.dumps({**head, "sealed": sealed.hex()}, indent=1).encode()


def _bound(head: dict[str, Any]) -> bytes:
    """Return the bytes by which the header cannot be changed without the passphrase."""
    return json.dumps(head, sort_keys=True).encode()


def unwrap(content: bytes, passphrase: str) -> dict[str, str]:
    """Return what `wrap` was given.

    Refused("store.passphrase_wrong"), Refused("store.keys_newer"), Damaged("store.keys_damaged").
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        found = json.loads(content)
        head = {name: found[name] for name in ("format", "argon2id", "salt", "nonce")}
        sealed, salt, nonce = (bytes.fromhex(found[n]) for n in ("sealed", "salt", "nonce"))
        cost = {name: int(head["argon2id"][name]) for name in ARGON2}
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged("store.keys_damaged") from error
    if head["format"] != FORMAT:
        raise Refused("store.keys_newer")
    # A hostile file must not make the program eat all memory, or take a short salt for a long one.
    if not (1 <= cost["time"] <= 64 and 1 <= cost["lanes"] <= 64):
        raise Damaged("store.keys_damaged")
    if not 8 * cost["lanes"] <= cost["memory_kib"] <= MOST_MEMORY_KIB:
        raise Damaged("store.keys_damaged")
    if len(salt) != SALT_BYTES or len(nonce) != NONCE_BYTES:
        raise Damaged("store.keys_damaged")
    try:
        opened = AESGCM(stretched(passphrase, salt, cost)).decrypt(nonce, sealed, _bound(head))
    except InvalidTag as error:
        raise Refused("store.passphrase_wrong") from error
    return {str(name): str(value) for name, value in json.loads(opened).items()}


def new_field_key() -> bytes:
    """Return 32 random bytes for `sealed`."""
    return os.urandom(STRETCHED_BYTES)


def sealed(text: str, key: bytes, about: str) -> str:
    """Return ``text`` encrypted (AES-256-GCM, a fresh nonce) as hex; it opens only as what it is ``about``."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(NONCE_BYTES)
    return (nonce + AESGCM(key).encrypt(nonce, text.encode(), about.encode())).hex()


def opened(content: str, key: bytes, about: str) -> str | None:
    """Return what `sealed` was given; None where another key sealed it, or it is about something else."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        raw = bytes.fromhex(content)
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], about.encode()).decode()
    except (InvalidTag, ValueError):
        return None
