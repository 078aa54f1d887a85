"""A scan or a picture that somebody handed in, opened to be bound."""

from __future__ import annotations

from desktop.printing.whole.pictures import Picture, picture
from desktop.printing.whole.scans import Scan

PDF = "application/pdf"


def opened(name: str, media_type: str, content: bytes) -> Scan | Picture:
    """Open a file by its media type; RuleBroken, naming it, as `Scan` and `picture` say."""
    return Scan(name, content) if media_type == PDF else picture(name, media_type, content)
