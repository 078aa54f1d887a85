"""Files that strangers hand in are decoded in a process of their own (opened_apart.py), few at a time.

What a camera's picture must keep to is the station's own table (resources/dictionaries/attachments.toml).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from resources import read_text
from sync.records.errors import Unavailable
from sync.records.media import PNG
from sync.records.picture_sizes import measured
from sync.server.opened_apart import DONE, LOCKED, PAGE, SIGNED

AT_ONCE: Final = 2
_SECONDS: Final = 30.0
_PDF_TAIL: Final = 2048
"""A whole PDF says near its end where its table is (ISO 32000-1, 7.5.5)."""
_CHILD: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from sync.server.opened_apart import main; sys.exit(main(sys.argv[2]))"
)
_ROOT: Final = str(Path(__file__).resolve().parents[2])
_slots: Final = threading.BoundedSemaphore(AT_ONCE)


class Unreadable(Exception):
    """A file that no decoder could read; ``locked`` where it opens by a password only."""

    def __init__(self, *, locked: bool = False) -> None:
        super().__init__()
        self.locked = locked


def thumbnail(content: bytes, media_type: str) -> bytes:
    """Return a small JPEG of a picture, its pixels alone. Unreadable; Unavailable where too much is asked at once."""
    try:
        size = measured(content, media_type)
    except ValueError as error:
        raise Unreadable from error
    if size.width * size.height > _most_pixels()["other_pixels" if size.whole else "jpeg_pixels"]:
        raise Unreadable
    return _made("thumbnail", content[: size.end])[1]


def renderer() -> str:
    """Return the path of the program that draws a page of a PDF (poppler's pdftoppm); "" where there is none."""
    return (shutil.which("pdftoppm") or "") if os.name == "posix" else ""


def first_page(content: bytes) -> bytes:
    """Return a small JPEG of a PDF's first page; Unreadable also where nothing here draws one."""
    drawing = renderer()
    if not drawing:
        raise Unreadable
    return thumbnail(_made(f"{PAGE}{drawing}", content)[1], PNG)


def paper_without_notes(content: bytes) -> bytes:
    """Return a PDF without who, where, when and by which program it was made, without scripts, programs and files
    within; one that was signed as it came.

    Unreadable; Unavailable where too much is asked at once.
    """
    tail = content[-_PDF_TAIL:]
    if b"%%EOF" not in tail or b"startxref" not in tail:  # cut off: what is missing would be mended away
        raise Unreadable
    code, made = _made("paper", content)
    return content if code == SIGNED else made


@cache
def _most_pixels() -> dict[str, int]:
    return dict(tomllib.loads(read_text("dictionaries", "attachments.toml")))


def _made(task: str, content: bytes) -> tuple[int, bytes]:
    if not _slots.acquire(timeout=_SECONDS):
        raise Unavailable("web.not_possible")
    try:
        arguments = [sys.executable, "-I", "-c", _CHILD, _ROOT, task]
        ended = subprocess.run(
            arguments,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            env={} if os.name == "posix" else None,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError) as error:  # a machine that has too much to do, or no memory
        if task.startswith(PAGE) and isinstance(error, subprocess.TimeoutExpired):
            raise Unreadable from error
        raise Unavailable("web.not_possible") from error
    finally:
        _slots.release()
    if ended.returncode in (DONE, SIGNED):
        return ended.returncode, ended.stdout
    raise Unreadable(locked=ended.returncode == LOCKED)
