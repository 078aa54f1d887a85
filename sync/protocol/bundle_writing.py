"""Writing a bundle: items in, one or several whole files out, or nothing.

Files get their names when all of them are on the disk and were read back; until then they have names that nobody takes
for a bundle's. The memory needed does not grow with the bundle.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from sync.protocol import age
from sync.protocol.bundle import HEAD_BYTES, MOST_PARTS, Head, Item, Within, pack_head, pack_item
from sync.protocol.disk import sync_folder
from sync.records.errors import QianshaoError, Refused, Unavailable

MB: Final = 1024 * 1024
LARGEST_PART: Final = 4 * 1024 * MB - 64 * MB
"""FAT32 takes files of 4 GiB less one byte."""

SMALLEST_PART: Final = 20 * MB
"""An item is at most 16 MiB (version.MAX_BODY_BYTES)."""

_TEMPORARY: Final = ".qianshao-writing-"
_FULL: Final = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)

Naming = Callable[[int, int], str]
"""Given a part's number and how many there are, the name of its file."""


@dataclass(frozen=True, slots=True)
class Written:
    """The files of a bundle, in the order of their parts, and what their heads say."""

    files: tuple[Path, ...]
    heads: tuple[Head, ...]

    @property
    def size(self) -> int:
        """Bytes in all."""
        return sum(HEAD_BYTES + head.size for head in self.heads)


@contextlib.contextmanager
def stick_errors(folder: Path) -> Iterator[None]:
    """Turn what a disk raises into our tree: full, or away. Nothing of a bundle's content is in those texts."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise Refused("bundle.disk_full", folder=folder.name or str(folder)) from error
        raise Unavailable(
            "bundle.stick_gone", folder=folder.name or str(folder), reason=error.strerror or "?"
        ) from error


def check_room(folder: Path, need: int) -> None:
    """Refused("bundle.no_room", "bundle.no_folder") before anything is written."""
    if not folder.is_dir():
        raise Refused("bundle.no_folder", folder=folder.name or str(folder))
    with stick_errors(folder):
        free = shutil.disk_usage(folder).free
    if free < need:
        raise Refused("bundle.no_room", folder=folder.name or str(folder), need=-(-need // MB), free=free // MB)


class _Frames:
    """The items of one part as a stream, up to ``limit`` bytes; the item that does not fit any more waits."""

    def __init__(self, frames: Iterator[bytes], first: bytes, limit: int) -> None:
        self._frames, self._limit = frames, limit
        self._here = memoryview(first)
        self._given = len(first)
        self.waits: bytes | None = None

    def read(self, size: int = -1) -> bytes:
        while not self._here:
            frame = next(self._frames, None)
            if frame is None:
                return b""
            if self._given + len(frame) > self._limit:
                self.waits = frame
                self._frames = iter(())
                return b""
            self._given += len(frame)
            self._here = memoryview(frame)
        piece = bytes(self._here[: size if size >= 0 else None])
        self._here = self._here[len(piece) :]
        return piece


def write(
    items: Iterable[Item],
    head: Head,
    folder: Path,
    name: Naming,
    recipient: str,
    secret: bytes,
    part_bytes: int = LARGEST_PART,
) -> Written:
    """Write ``items`` to files of at most ``part_bytes`` in ``folder``, for their owner only.

    ``head`` says who and for whom; its numbers of parts, sizes and digests are filled in. What ``items`` raises, a full
    disk ("bundle.disk_full") or a stick that is away ("bundle.stick_gone") leaves no file behind.
    """
    if part_bytes < SMALLEST_PART:
        raise Refused("bundle.small_part", least=SMALLEST_PART // MB)
    age.check_recipient(recipient)
    if not folder.is_dir():
        raise Refused("bundle.no_folder", folder=folder.name or str(folder))
    _sweep(folder)
    parts: list[tuple[Path, Head]] = []
    try:
        for path, made in _parts(items, head, folder, recipient, min(part_bytes, LARGEST_PART)):
            parts.append((path, made))
        heads = tuple(msgspec.structs.replace(made, parts=len(parts)) for _, made in parts)
        with stick_errors(folder):
            for (path, _), made in zip(parts, heads, strict=True):
                _finish(path, pack_head(made, secret), made)
            return Written(_name(parts, name, folder), heads)
    except BaseException:
        for path, _ in parts:
            _forget(path)
        raise


def _parts(items: Iterable[Item], head: Head, folder: Path, recipient: str, limit: int) -> Iterator[tuple[Path, Head]]:
    frames = (pack_item(item) for item in items)
    room = limit - HEAD_BYTES - age.MOST_OVERHEAD
    room -= (room // age.CHUNK + 1) * age.TAG
    waits: bytes | None = b""
    number = 0
    while waits is not None:
        number += 1
        if number > MOST_PARTS:
            raise Refused("bundle.too_large")
        first = pack_item(Within(head.bundle, number, head.store)) + waits
        source = _Frames(frames, first, room)
        path, size, digest = _write_part(source, folder, recipient)
        yield path, msgspec.structs.replace(head, part=number, size=size, sha256=digest)
        waits = source.waits


def _write_part(source: _Frames, folder: Path, recipient: str) -> tuple[Path, int, str]:
    with stick_errors(folder):
        descriptor, name = tempfile.mkstemp(prefix=_TEMPORARY, dir=folder)  # made with mode 0600
    path = Path(name)
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(descriptor, "wb", buffering=MB) as file:

            def put(piece: bytes) -> None:
                nonlocal size
                with stick_errors(folder):
                    file.write(piece)
                digest.update(piece)
                size += len(piece)

            put_head = bytes(HEAD_BYTES)
            with stick_errors(folder):
                file.write(put_head)
            age.encrypt(source, put, recipient)
            with stick_errors(folder):
                file.flush()
    except QianshaoError:
        _forget(path)
        raise
    except OSError as error:  # closing a file whose disk is full or away
        _forget(path)
        with stick_errors(folder):
            raise error
        raise
    except BaseException:
        _forget(path)
        raise
    return path, size, digest.hexdigest()


def _finish(path: Path, block: bytes, head: Head) -> None:
    """Put the head before the stream, bring both to the disk, and read from there what was written."""
    with path.open("r+b") as file:
        file.write(block)
        file.flush()
        os.fsync(file.fileno())
    with path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # not what the system remembers of it
        if file.read(HEAD_BYTES) != block or hashlib.file_digest(file, "sha256").hexdigest() != head.sha256:
            raise OSError(errno.EIO, os.strerror(errno.EIO))


def _name(parts: list[tuple[Path, Head]], name: Naming, folder: Path) -> tuple[Path, ...]:
    files = tuple(folder / name(number, len(parts)) for number in range(1, len(parts) + 1))
    for (path, _), file in zip(parts, files, strict=True):
        path.replace(file)
    sync_folder(folder)
    return files


def _sweep(folder: Path) -> None:
    """Take away what a write left that was cut off here (the stick was pulled out, the power failed)."""
    with contextlib.suppress(OSError):
        for left in folder.glob(f"{_TEMPORARY}*"):
            left.unlink(missing_ok=True)


def _forget(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
