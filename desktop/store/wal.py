"""Does the write-ahead log still hold every acknowledged commit? SQLite stops at its first bad frame, silently.

What was promised stands in the log's index beside it (the -shm file), which outlives a killed process; where the index
is gone, commits that follow the bad frame give the loss away. Formats: https://www.sqlite.org/walformat.html.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sync.records.errors import Damaged

_INDEX: Final = struct.Struct("=12xB3xI12x8s8x")
"""One of the two copies of the index's header: whether it is in use, its last frame, the log's salts."""
_BACKFILLED_AT: Final = 2 * _INDEX.size
_HEAD_BYTES: Final = 32
_FRAME_HEAD: Final = struct.Struct(">4xI8s8x")
"""Of a frame: 0 or, at the end of a transaction, the file's pages; the log's salts."""
_PAGE_BYTES: Final = 4096
_SUSPICIOUS: Final = 2
"""Commits after a bad frame: one may be the transaction that was being written when the power went, two are never."""


@dataclass(frozen=True, slots=True)
class _Index:
    """``frames`` of the log were committed; ``needed``: some of them are not in the store's file yet."""

    inode: int
    salts: bytes
    frames: int
    needed: bool


def lost_path(path: Path) -> Path:
    """Return where a loss is noted, so that it is told again until somebody has dealt with it."""
    return path.with_name(f"{path.name}.lost")


class Watch:
    """Made before the first reading of a store, which recovers the log; asked after it.

    Others may be working in the store meanwhile: what they restart, close or add is no loss.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before = _index(path)

    def commits_are_gone(self, *, take_up: bool = False) -> bool:
        """Whether acknowledged commits cannot be read any more; noted until somebody says ``take_up``: go on without.

        Damaged("store.wal_damaged") where nobody has said so.
        """
        note = lost_path(self._path)
        if not note.exists() and not _lost(self._path, self._before):
            return False
        if not take_up:
            note.touch(mode=0o600)
            raise Damaged("store.wal_damaged")
        note.unlink(missing_ok=True)
        return True


def _lost(path: Path, before: _Index | None) -> bool:
    salts, commits = _commits(path)
    now = _index(path)
    if before is not None and before.needed:
        if now is None or now.inode != before.inode:
            return False  # its last user closed the store in good order just now
        if now.salts == before.salts:
            return now.frames < before.frames
        if not salts or now.salts == bytes(8):  # nothing could be recovered from the log at all
            return True
    recovered = now.frames if now is not None else 0
    return sum(frame > recovered for frame in commits) >= _SUSPICIOUS


def _index(path: Path) -> _Index | None:
    try:
        with path.with_name(f"{path.name}-shm").open("rb") as file:
            inode = os.fstat(file.fileno()).st_ino
            head = file.read(_BACKFILLED_AT + 4)
    except OSError:
        return None
    first, second = head[: _INDEX.size], head[_INDEX.size : _BACKFILLED_AT]
    if first != second or len(head) < _BACKFILLED_AT + 4:
        return None
    in_use, frames, salts = _INDEX.unpack(first)
    backfilled: int = struct.unpack("=I", head[_BACKFILLED_AT:])[0]
    return _Index(inode, salts, frames, frames > backfilled) if in_use else None


def _commits(path: Path) -> tuple[bytes, list[int]]:
    """Return the salts of the log's present round (empty: its head is not whole), and its frames that end a commit."""
    try:
        with path.with_name(f"{path.name}-wal").open("rb") as file:
            salts = _salts(file.read(_HEAD_BYTES))
            this_round, found, frame = salts, [], 0
            while len(head := file.read(_FRAME_HEAD.size)) == _FRAME_HEAD.size:
                frame += 1
                pages, of_round = _FRAME_HEAD.unpack(head)
                this_round = this_round or of_round
                if pages and of_round == this_round:
                    found.append(frame)
                file.seek(_PAGE_BYTES, os.SEEK_CUR)
            return salts, found
    except OSError:
        return b"", []


def _salts(head: bytes) -> bytes:
    """Return the salts in the log's head, or nothing where its checksum is not right."""
    if len(head) < _HEAD_BYTES:
        return b""
    order = ">" if head[3] & 1 else "<"
    words = struct.unpack(f"{order}6I", head[:24])
    first = second = 0
    for one, two in zip(words[::2], words[1::2], strict=True):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + two + first) & 0xFFFFFFFF
    return head[16:24] if struct.unpack(">2I", head[24:]) == (first, second) else b""
