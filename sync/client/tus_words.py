"""What a station says and hears of tus 1.0: headers alone, the carrier is http.py."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from typing import Final

from sync.protocol.version import MEDIA_TYPE
from sync.records.errors import Damaged

TUS: Final = {"Tus-Resumable": "1.0.0", "Accept": MEDIA_TYPE}
PIECE: Final = "application/offset+octet-stream"

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")


def metadata(**pairs: str) -> str:
    """Return Upload-Metadata."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())


def checksum(piece: bytes) -> str:
    """Return Upload-Checksum of a piece."""
    return f"sha256 {base64.b64encode(hashlib.sha256(piece).digest()).decode()}"


def name_in(location: str) -> str:
    """Return the upload's name that a Location ends with: nobody is sent to another address by it. Damaged."""
    name = location.rpartition("/")[2]
    if not _NAME.fullmatch(name):
        raise Damaged("protocol.unreadable_message")
    return name


def offset_in(headers: Mapping[str, str]) -> int:
    """Return how many bytes the district says that it has. Damaged."""
    said = headers.get("upload-offset", "")
    if not re.fullmatch(r"[0-9]{1,15}", said):
        raise Damaged("protocol.unreadable_message")
    return int(said)
