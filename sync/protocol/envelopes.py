"""A text or a file for one reader alone: sealed by age, padded so that its length says little; a text as base64."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Final

from sync.protocol.age import decrypt, encrypt
from sync.records.errors import Damaged

_BLOCK: Final = 1024
_FILE_BLOCK: Final = 64 * 1024


def _taking(out: io.BytesIO) -> Callable[[bytes], None]:
    def take(piece: bytes) -> None:
        out.write(piece)

    return take


def seal_text(text: str, recipient: str) -> str:
    """Return ``text`` sealed to ``recipient`` (age1…); Damaged("bundle.damaged_recipient")."""
    return base64.b64encode(_sealed(text.encode(), recipient, _BLOCK)).decode("ascii")


def open_text(sealed: str, identity: str) -> str:
    """Return what was sealed; Refused("bundle.wrong_key"), Damaged("bundle.altered", "bundle.damaged_identity")."""
    try:
        return _opened(base64.b64decode(sealed, validate=True), identity).decode()
    except ValueError as error:
        raise Damaged("bundle.altered") from error


def seal_file(content: bytes, recipient: str) -> bytes:
    """Return a file sealed to ``recipient`` (age1…), padded to whole 64 KiB; Damaged("bundle.damaged_recipient")."""
    return _sealed(content, recipient, _FILE_BLOCK)


def open_file(sealed: bytes, identity: str) -> bytes:
    """Return the file that was sealed; raises as `open_text`."""
    return _opened(sealed, identity)


def _sealed(plain: bytes, recipient: str, block: int) -> bytes:
    said = len(plain).to_bytes(4, "big") + plain
    out = io.BytesIO()
    encrypt(io.BytesIO(said + bytes(-len(said) % block)), _taking(out), recipient)
    return out.getvalue()


def _opened(sealed: bytes, identity: str) -> bytes:
    out = io.BytesIO()
    decrypt(io.BytesIO(sealed), _taking(out), identity)
    said = out.getvalue()
    length = int.from_bytes(said[:4], "big")
    if length > len(said) - 4:
        raise Damaged("bundle.altered")
    return said[4 : 4 + length]
