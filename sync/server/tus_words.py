"""The words of the tus protocol 1.0 as headers say them: offsets, metadata, checksums, the moment of expiry."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from sync.records.errors import Refused
from sync.records.text import unshowable

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,creation-with-upload,termination,checksum,expiration"
ALGORITHMS: Final = ("sha1", "sha256")
BODY: Final = "application/offset+octet-stream"

_NUMBER: Final = re.compile(r"[0-9]{1,15}")
_KEY: Final = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_MOST_METADATA: Final = 4096
_NAMES: Final = ("filename", "name")
"""Under which tus clients send a file's name: it is looked at and used for nothing."""


def number(text: str | None) -> int:
    """Return what Upload-Length or Upload-Offset says; Refused ("protocol.bad_upload")."""
    if text is None or not _NUMBER.fullmatch(text):
        raise Refused("protocol.bad_upload")
    return int(text)


def metadata(text: str) -> dict[str, str]:
    """Return what Upload-Metadata says; Refused ("protocol.bad_metadata") for anything that is not plainly a value.

    A file's name that is a path, or hides what it is, is refused although nothing here would ever use it.
    """
    said: dict[str, str] = {}
    if len(text) > _MOST_METADATA:
        raise Refused("protocol.bad_metadata")
    for pair in filter(None, (part.strip() for part in text.split(","))):
        key, _, value = pair.partition(" ")
        if not _KEY.fullmatch(key) or key in said:
            raise Refused("protocol.bad_metadata")
        try:
            said[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Refused("protocol.bad_metadata") from error
    if any(_is_no_name(said[key]) for key in _NAMES if key in said):
        raise Refused("protocol.bad_metadata")
    return said


def _is_no_name(text: str) -> bool:
    return text.strip(". ") == "" or any(c in "/\\:" or unshowable(c, lines=False) for c in text)


def checksum(text: str | None) -> tuple[str, bytes] | None:
    """Return the algorithm and the digest of Upload-Checksum, None where nothing was said; Refused."""
    if text is None:
        return None
    algorithm, _, encoded = text.partition(" ")
    try:
        digest = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise Refused("protocol.bad_upload") from error
    if algorithm not in ALGORITHMS or len(digest) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise Refused("protocol.bad_upload")
    return algorithm, digest


def fits(said: tuple[str, bytes], content: bytes) -> bool:
    """Whether ``content`` is what its checksum says."""
    algorithm, digest = said
    return hashlib.new(algorithm, content, usedforsecurity=False).digest() == digest


def expiry(moment: datetime) -> str:
    """Return ``moment`` (UTC) as Upload-Expires says it (RFC 9110, 5.6.7)."""
    return format_datetime(moment, usegmt=True)
