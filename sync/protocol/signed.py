"""Statements that a district or a station signs: one value of bytes that says who signed it and is checked anywhere.

``QSS1``, the Ed25519 public key (32 bytes), the signature (64 bytes), the statement's own bytes. The signature is over
``"qianshao/signed/1" NUL purpose NUL statement`` (RFC 8032), so that what was signed for one purpose serves no other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Final

from sync.records.errors import Damaged, Refused

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
MAX_BYTES: Final = 16 * 1024 * 1024
"""More than that nobody signs; a longer file is not read."""

_MAGIC: Final = b"QSS1"
_DOMAIN: Final = b"qianshao/signed/1\0"
_HEAD: Final = len(_MAGIC) + KEY_BYTES + SIGNATURE_BYTES


def public_of(secret: bytes) -> bytes:
    """Return the public key (32 bytes) of a secret one (32 bytes, RFC 8032's seed)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def fingerprint(public: bytes) -> str:
    """Return what people compare: the first 16 bytes of SHA-256 over the public key, hex in groups of four."""
    text = hashlib.sha256(public).hexdigest()[:32]
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def sign(purpose: str, statement: bytes, secret: bytes) -> bytes:
    """Return ``statement`` as signed bytes."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.from_private_bytes(secret)
    return b"".join((_MAGIC, key.public_key().public_bytes_raw(), key.sign(_said(purpose, statement)), statement))


def signer_of(signed: bytes) -> bytes:
    """Return the public key that ``signed`` claims; Damaged where it is no such value."""
    if not _HEAD < len(signed) <= MAX_BYTES or not signed.startswith(_MAGIC):
        raise Damaged("protocol.signed_unreadable")
    return signed[len(_MAGIC) : len(_MAGIC) + KEY_BYTES]


def opened(purpose: str, signed: bytes, trusted: Collection[bytes]) -> bytes:
    """Return the statement in ``signed`` after checking it.

    Damaged ("protocol.signed_unreadable", "protocol.signed_forged": altered, or signed for another purpose), Refused
    ("protocol.signed_by_another") where its key is none of ``trusted``.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    key, statement = signer_of(signed), signed[_HEAD:]
    if key not in trusted:
        raise Refused("protocol.signed_by_another", fingerprint=fingerprint(key))
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(
            signed[_HEAD - SIGNATURE_BYTES : _HEAD], _said(purpose, statement)
        )
    except (InvalidSignature, ValueError) as error:
        raise Damaged("protocol.signed_forged") from error
    return statement


def _said(purpose: str, statement: bytes) -> bytes:
    return b"".join((_DOMAIN, purpose.encode(), b"\0", statement))
