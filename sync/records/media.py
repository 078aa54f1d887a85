"""What an attachment may be: three media types, known by their first bytes and never by a name, each with its limit."""

from __future__ import annotations

from typing import Final

JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
PDF: Final = "application/pdf"
SUFFIX: Final = {JPEG: ".jpg", PNG: ".png", PDF: ".pdf"}

ENVELOPE: Final = "application/age"
"""A file of an accusation, sealed to the body that reads it (age-encryption.org/v1): of nothing else is it taken."""

PNG_HEAD: Final = b"\x89PNG\r\n\x1a\n"
TELLING_BYTES: Final = len(PNG_HEAD)
"""So many first bytes say what a file is."""

MOST_BYTES: Final = {
    JPEG: 20 * 1024 * 1024,
    PNG: 20 * 1024 * 1024,
    PDF: 64 * 1024 * 1024,
    ENVELOPE: 24 * 1024 * 1024,
}
"""The largest of each that a district takes: a bound whole file is a PDF, and larger than any picture."""


def sniffed(content: bytes) -> str | None:
    """Return the media type that the first bytes say; None for anything that is not taken."""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(PNG_HEAD):
        return PNG
    # Producers may put a few bytes before the header; a name or a script before it makes another file of it.
    return PDF if content.startswith(b"%PDF-") else None


def is_envelope(content: bytes) -> bool:
    """Whether the first bytes are those of an age envelope."""
    return content[:TELLING_BYTES] == b"age-encryption.org/v1"[:TELLING_BYTES]
