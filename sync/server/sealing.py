"""Bytes of attachments as they lie at the district: sealed in parts by AES-256-GCM, each file under a key of its own.

Both databases keep them so, for PostgreSQL's files are not encrypted by themselves. A part is bound to its file and to
its place there: one that was altered, swapped or moved does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.records.errors import Damaged

_NONCE: Final = 12
_KEY: Final = 32


class Sealer:
    """Seals and opens under keys that are derived (HKDF, RFC 5869) from the district's ``key`` of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._key = HKDF(SHA256(), _KEY, None, b"qianshao district files").derive(key)

    def fingerprint(self) -> str:
        """Return what tells one key from another and says nothing about it: 32 hex digits."""
        return hmac.new(self._key, b"fingerprint", hashlib.sha256).hexdigest()[:32]

    def seal(self, digest: str, start: int, content: bytes) -> bytes:
        """Return ``content``, which begins at ``start`` of the file ``digest``, sealed under a fresh nonce."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher(digest).encrypt(nonce, content, b"%d" % start)

    def open(self, digest: str, start: int, sealed: bytes) -> bytes:
        """Return what was sealed; Damaged ("district.damaged_file") where it is not what it was."""
        try:
            return self._cipher(digest).decrypt(sealed[:_NONCE], sealed[_NONCE:], b"%d" % start)
        except (InvalidTag, ValueError) as error:
            raise Damaged("district.damaged_file", digest=digest) from error

    def _cipher(self, digest: str) -> AESGCM:
        return AESGCM(HKDF(SHA256(), _KEY, None, digest.encode()).derive(self._key))
