"""Whether a receipt carries the district's signature (RFC 8032), checked anew as docs/protocol.md names its bytes."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MAGIC: Final = b"QSS1"
KEY: Final = slice(4, 36)
SIGNATURE: Final = slice(36, 100)
STATEMENT: Final = slice(100, None)
PURPOSE: Final = b"qianshao/signed/1\0receipt\0"
SAID_TWICE: Final = ("id", "store", "unit", "after", "upto", "counts", "digest", "agreed", "chain")


def fault_of(receipt: dict[str, Any], publics: Collection[bytes]) -> str:
    """Return what is wrong with the signature of ``receipt`` (the message as JSON); empty where nothing is."""
    signed = base64.b64decode(receipt.get("signed", ""))
    if not signed.startswith(MAGIC):
        return "is not signed"
    if signed[KEY] not in publics:
        return "is signed by a key that is not the district's"
    try:
        Ed25519PublicKey.from_public_bytes(signed[KEY]).verify(signed[SIGNATURE], PURPOSE + signed[STATEMENT])
    except InvalidSignature:
        return "carries a forged signature"
    statement = json.loads(signed[STATEMENT])
    differs = [name for name in SAID_TWICE if statement.get(name) != receipt.get(name)]
    return f"says something else than what is signed in it: {', '.join(differs)}" if differs else ""
