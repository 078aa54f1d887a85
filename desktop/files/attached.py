"""Files that somebody hands in: read once, known by their bytes and never by their name, refused in one sentence.

What comes in is hostile until it is shown to be a whole JPEG, PNG or PDF. Headers and frames are walked here without
decoding anything; the window decodes pictures afterwards (desktop/ui/pictures.py), within the sizes told here.
"""

from __future__ import annotations

import re
import stat
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from resources import read_text
from sync.records.errors import RuleBroken, Unavailable
from sync.records.media import JPEG as JPEG
from sync.records.media import PDF as PDF
from sync.records.media import PNG as PNG
from sync.records.media import SUFFIX as SUFFIX
from sync.records.media import sniffed
from sync.records.picture_sizes import measured
from sync.records.text import unshowable

NAME_LENGTH: Final = 80

_SUFFIXES: Final = re.compile(r"(?i)\.(jpe?g|png|pdf)$")
_PDF_TAIL: Final = 2048


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes and pixels (resources/dictionaries/attachments.toml); ``files`` of one record."""

    file_bytes: int
    source_bytes: int
    files: int
    longest_side: int
    jpeg_pixels: int
    other_pixels: int
    jpeg_quality: int


@cache
def limits() -> Limits:
    """Return what a record may be given."""
    return Limits(**tomllib.loads(read_text("dictionaries", "attachments.toml")))


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was handed in: its name for people, what its bytes say it is, and the bytes.

    Of a picture, ``width`` and ``height`` are in pixels and ``content`` ends where the picture ends.
    """

    name: str
    media_type: str
    content: bytes
    width: int = 0
    height: int = 0


def read_source(path: Path) -> Source:
    """Read ``path`` once and look at what it holds. Unavailable where it cannot be read, RuleBroken as `look_at`."""
    name = path.name
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise RuleBroken("attachments.no_file", file=shown_name(name))
        with path.open("rb") as file:
            content = file.read(limits().source_bytes + 1)
    except FileNotFoundError as error:
        raise Unavailable("attachments.gone", file=shown_name(name)) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Unavailable("attachments.unreadable", file=shown_name(name), reason=reason) from error
    return look_at(name, content)


def look_at(name: str, content: bytes) -> Source:
    """Say what ``content`` is. RuleBroken: empty, of no kind that is taken, too large, or incomplete."""
    told = shown_name(name)
    if not content:
        raise RuleBroken("attachments.empty", file=told)
    media_type = sniffed(content)
    if media_type is None:
        raise RuleBroken("attachments.other_kind", file=told)
    largest = limits().file_bytes if media_type == PDF else limits().source_bytes
    if len(content) > largest:
        raise RuleBroken("attachments.too_large", file=told, limit=largest // (1024 * 1024))
    if media_type == PDF:
        _look_at_pdf(told, content)
        return Source(kept_name(name, PDF), PDF, content)
    try:
        found = measured(content, media_type)
    except ValueError as error:
        raise RuleBroken("attachments.damaged", file=told) from error
    most = limits().other_pixels if found.whole else limits().jpeg_pixels
    if found.width * found.height > most:
        has = found.width * found.height // 1_000_000
        raise RuleBroken("attachments.too_many_pixels", file=told, limit=most // 1_000_000, pixels=has)
    return Source(kept_name(name, media_type), media_type, content[: found.end], found.width, found.height)


def shown_name(name: str) -> str:
    """Return a file's name as a sentence shows it: short, on one line, and read as it is written."""
    clean = "".join("_" if unshowable(c, lines=False) or c in "/\\" else c for c in name).strip()
    return clean if len(clean) <= NAME_LENGTH else f"{clean[: NAME_LENGTH - 9]}…{clean[-8:]}"


def kept_name(name: str, media_type: str) -> str:
    """Return the name under which a file is kept: its ending says what its bytes are."""
    stem = _SUFFIXES.sub("", shown_name(name)).rstrip(". ")
    return f"{stem[: NAME_LENGTH - 4] or 'file'}{SUFFIX[media_type]}"


def _look_at_pdf(name: str, content: bytes) -> None:
    """A whole PDF says at its end where its table is (ISO 32000-1, 7.5.5); the window opens it before it is kept."""
    if b"%%EOF" not in content[-_PDF_TAIL:] or b"startxref" not in content[-_PDF_TAIL:]:
        raise RuleBroken("attachments.damaged", file=name)
