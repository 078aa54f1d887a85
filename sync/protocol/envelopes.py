"""A text for one reader alone: sealed by age, padded so that its length says little, and carried as base64."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Final

from sync.protocol.age import decrypt, encrypt
from sync.records.errors import Damaged

_BLOCK: Final = 1024


def _taking(out: io.BytesIO) -> Callable[[bytes], None]:
    def take(piece: bytes) -> None:
        out.write(piece)

    return take


def seal_text(text: str, recipient: str) -> str:
    """Return ``text`` sealed to ``recipient`` (age1…); Damaged("bundle.damaged_recipient")."""
    plain = text.encode()
    said = len(plain).to_bytes(4, "big") + plain
    out = io.BytesIO()
    encrypt(io.BytesIO(said + bytes(-len(said) % _BLOCK)), _taking(out), recipient)
    return base64.b64encode(out.getvalue()).decode("ascii")


def open_text(sealed: str, identity: str) -> str:
    """Return what was sealed; Refused("bundle.wrong_key"), Damaged("bundle.altered", "bundle.damaged_identity")."""
    out = io.BytesIO()
    try:
        decrypt(io.BytesIO(base64.b64decode(sealed, validate=True)), _taking(out), identity)
    except ValueError as error:
        raise Damaged("bundle.altered") from error
    said = out.getvalue()
    length = int.from_bytes(said[:4], "big")
    if length > len(said) - 4:
        raise Damaged("bundle.altered")
    return said[4 : 4 + length].decode()
