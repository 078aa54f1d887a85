"""A disk whose power may go at any moment: what is on it then, by the promises of POSIX and by none beyond them.

Content is on the disk once fsync or fdatasync of its file has returned (fsync(2)); a name (made, renamed, removed) once
fsync of its folder has: "fsync of the file does not ensure it". Names reach the disk in their order, as journals of
file systems keep it, a rename wholly or not at all. Of content that waits, any part may be there, whole sectors of it.
"""

from __future__ import annotations

import itertools
import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Final

from tests.support.disk_trace import Asked, What

SECTOR: Final = 512
"""Bytes that a disk writes whole or not at all."""


class Left(StrEnum):
    """What is left of all that nobody had brought to the disk: content and names."""

    NOTHING = "nothing"
    NAMES = "names"
    """Every name and no content: how a file that was renamed too early becomes an empty one."""
    SOME = "some"
    """By chance: a part of the names, and of each file some of what waits, in sectors."""
    TORN = "torn"
    """All, but of the last content that was written only its first sectors."""
    ALL = "all"


@dataclass(eq=False, slots=True)
class _File:
    """One file's content as programs see it and as the disk has it; ``waiting`` lies between the two."""

    number: int
    seen: bytearray = field(default_factory=bytearray)
    disk: bytearray = field(default_factory=bytearray)
    waiting: list[tuple[int, int, bytes | None]] = field(default_factory=list)
    """When it ended, offset, data; None for data: the new size."""
    changed: int = 0
    """How often it was written to or resized."""


@dataclass(frozen=True, slots=True)
class _Naming:
    """``folders`` have to be brought to the disk for it; ``file`` stands at ``to`` from now on, nothing at ``gone``."""

    began: int
    ended: int
    folders: frozenset[str]
    gone: str = ""
    to: str = ""
    file: _File | None = None


_Names = dict[str, "_File | None"]
"""What stands at each path; None is a folder."""


class Disk:
    """Begins with ``base`` (a path's content, or None for a folder), all of it on the disk."""

    def __init__(self, base: Mapping[str, bytes | None]) -> None:
        self._numbers = itertools.count()
        self._seen: _Names = {}
        for path, content in base.items():
            self._seen[path] = None if content is None else self._new(content)
        self._disk: _Names = dict(self._seen)
        self._waiting: list[_Naming] = []
        self._positions: dict[tuple[int, int], int] = {}
        self._appending: set[tuple[int, int]] = set()
        self._last: _File | None = None

    def _new(self, content: bytes = b"") -> _File:
        return _File(next(self._numbers), bytearray(content), bytearray(content))

    def do(self, asked: Asked) -> None:
        """Let the program have done this."""
        match asked.what:
            case What.OPEN:
                self._open(asked)
            case What.WRITE | What.RESIZE | What.SEEK:
                self._write(asked)
            case What.SYNC:
                self._sync(asked)
            case What.TELL:
                return
            case _:
                self._name(asked)

    def _open(self, asked: Asked) -> None:
        file = self._seen.get(asked.path)
        if asked.path not in self._seen:
            assert "O_CREAT" in asked.flags, f"{asked.path} was opened and is not known"
            file = self._new()
            self._note(asked, gone="", to=asked.path, file=file)
        if file is None:
            return
        place = file.number, asked.descriptor
        self._positions[place] = 0
        (self._appending.add if "O_APPEND" in asked.flags else self._appending.discard)(place)
        if "O_TRUNC" in asked.flags and file.seen:
            self._keep(file, asked.ended, 0, None)

    def _write(self, asked: Asked) -> None:
        file = self._seen[asked.path]
        assert file is not None
        place = file.number, asked.descriptor
        if asked.what is What.SEEK:
            self._positions[place] = asked.at
        elif asked.what is What.RESIZE:
            self._keep(file, asked.ended, asked.at, None)
        elif asked.at >= 0:
            self._keep(file, asked.ended, asked.at, asked.data)
        else:  # a descriptor that was inherited under another number is only ever appended to (logs)
            at = len(file.seen) if place in self._appending else self._positions.get(place, len(file.seen))
            self._positions[place] = at + len(asked.data)
            self._keep(file, asked.ended, at, asked.data)

    def _keep(self, file: _File, ended: int, at: int, data: bytes | None) -> None:
        _put(file.seen, at, data)
        file.waiting.append((ended, at, data))
        file.changed += 1
        self._last = file

    def _sync(self, asked: Asked) -> None:
        file = self._seen.get(asked.path)
        if file is None:
            self._sync_names(asked.path, asked.began)
            return
        done = [one for one in file.waiting if one[0] < asked.began]
        file.waiting = file.waiting[len(done) :]
        for _, at, data in done:
            _put(file.disk, at, data)

    def _sync_names(self, folder: str, began: int) -> None:
        left: list[_Naming] = []
        for naming in self._waiting:
            if folder in naming.folders and naming.ended < began:
                _rename(self._disk, naming)
            else:
                left.append(naming)
        self._waiting = left

    def _name(self, asked: Asked) -> None:
        match asked.what:
            case What.FOLDER:
                self._note(asked, gone="", to=asked.path, file=None)
            case What.REMOVE:
                self._note(asked, gone=asked.path, to="", file=None)
            case What.LINK:
                self._note(asked, gone="", to=asked.to, file=self._seen[asked.path])
            case _:
                assert self._seen[asked.path] is not None, "a folder was renamed"
                self._note(asked, gone=asked.path, to=asked.to, file=self._seen[asked.path])

    def _note(self, asked: Asked, gone: str, to: str, file: _File | None) -> None:
        folders = frozenset(posixpath.dirname(path) for path in (gone, to) if path)
        naming = _Naming(asked.began, asked.ended, folders, gone, to, file)
        _rename(self._seen, naming)
        self._waiting.append(naming)

    def image(self, left: Left, chance: Random) -> Image:
        """What the disk holds if the power goes now."""
        keep = {Left.NOTHING: 0, Left.SOME: chance.randint(0, len(self._waiting))}.get(left, len(self._waiting))
        names = dict(self._disk)
        for naming in self._waiting[:keep]:
            _rename(names, naming)
        return Image(left, _reachable(names), chance, self._last, dict(self._seen))


class Image:
    """What a disk holds; good until the next `Disk.do`."""

    def __init__(self, left: Left, names: _Names, chance: Random, last: _File | None, seen: _Names) -> None:
        self._left, self._names, self._chance, self._last, self._seen = left, names, chance, last, seen

    def key(self) -> tuple[object, ...]:
        """What is the same for two moments only where the images are; by chance only where nothing waited."""
        return tuple((path, file and self._state(file)) for path, file in sorted(self._names.items()))

    def _state(self, file: _File) -> tuple[object, ...]:
        if self._left in (Left.NOTHING, Left.NAMES):
            return file.number, file.changed - len(file.waiting)
        return file.number, file.changed, self._left if file.waiting and self._partly(file) else ""

    def _partly(self, file: _File) -> bool:
        return self._left is Left.SOME or (self._left is Left.TORN and file is self._last)

    def seen(self) -> dict[str, bytes | None]:
        """What programs that had gone on would see."""
        return {path: None if file is None else bytes(file.seen) for path, file in sorted(self._seen.items())}

    def files(self) -> dict[str, bytes | None]:
        """Each path with its content, folders (None) before what is in them."""
        return {path: None if file is None else self._content(file) for path, file in sorted(self._names.items())}

    def _content(self, file: _File) -> bytes:
        if not file.waiting or self._left in (Left.NOTHING, Left.NAMES):
            return bytes(file.disk)
        if not self._partly(file):
            return bytes(file.seen)
        there = bytearray(file.disk)
        for place, (_, at, data) in enumerate(file.waiting):
            self._reach(there, at, data, last=place == len(file.waiting) - 1)
        return bytes(there)

    def _reach(self, there: bytearray, at: int, data: bytes | None, *, last: bool) -> None:
        """Let one write reach the disk, or a part of it."""
        if self._left is Left.TORN:
            _put(there, at, data) if not last or data is None else _put_sectors(
                there, at, data, range(self._chance.randint(0, _sectors(at, data)))
            )
            return
        fate = self._chance.random()
        if fate < 1 / 3:
            return
        if fate < 2 / 3 or data is None:
            _put(there, at, data)
            return
        count = _sectors(at, data)
        _put_sectors(there, at, data, [n for n in range(count) if self._chance.random() < 1 / 2])


def _put(content: bytearray, at: int, data: bytes | None) -> None:
    if data is None:
        del content[at:]
        content.extend(bytes(at - len(content)))
        return
    content.extend(bytes(max(0, at - len(content))))
    content[at : at + len(data)] = data


def _sectors(at: int, data: bytes) -> int:
    return (at + len(data) - 1) // SECTOR - at // SECTOR + 1


def _put_sectors(content: bytearray, at: int, data: bytes, which: Sequence[int]) -> None:
    first = at // SECTOR * SECTOR
    for number in which:
        start = max(at, first + number * SECTOR)
        end = min(at + len(data), first + (number + 1) * SECTOR)
        _put(content, start, data[start - at : end - at])


def _rename(names: _Names, naming: _Naming) -> None:
    names.pop(naming.gone, None)
    if naming.to:
        names[naming.to] = naming.file


def _reachable(names: _Names) -> _Names:
    """Leave out what lies in a folder whose own name is not there."""

    def there(path: str) -> bool:
        parent = posixpath.dirname(path)
        return not parent or (parent in names and names[parent] is None and there(parent))

    return {path: file for path, file in names.items() if there(path)}
