"""The moments of a recording at which the power may go, and what a disk holds then."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.support.cut_disk import Disk, Image, Left
from tests.support.disk_trace import MAPPED, TOLD, Asked


@dataclass(frozen=True, slots=True)
class Cut:
    """A moment without power: after ``after`` calls of the recording, with ``left`` of what waited."""

    after: int
    left: Left

    def __str__(self) -> str:
        return f"after call {self.after}, {self.left} left of what waited"


def content_of(folder: Path) -> dict[str, bytes | None]:
    """What lies in a folder now, as the base of a disk; of shared memory only the name."""
    found: dict[str, bytes | None] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_dir() or (path.is_file() and path != folder / TOLD):
            content = None if path.is_dir() else b"" if path.name.endswith(MAPPED) else path.read_bytes()
            found[path.relative_to(folder).as_posix()] = content
    return found


def put(folder: Path, content: Mapping[str, bytes | None]) -> None:
    """Make ``folder`` hold this and nothing else, for its owner only; folders stand before what is in them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    for path, data in content.items():
        if data is None:
            (folder / path).mkdir(mode=0o700)
        else:
            (folder / path).write_bytes(data)
            (folder / path).chmod(0o600)


def moments(base: Mapping[str, bytes | None], asked: Sequence[Asked], seed: int) -> list[Cut]:
    """Every moment between two calls, in each way; of moments alike in a row only the last, when most was told."""
    found: list[Cut] = []
    before: dict[Left, tuple[tuple[object, ...], Cut]] = {}
    for cut, image in images(base, asked, seed):
        key = image.key()
        if cut.left in before and before[cut.left][0] != key:
            found.append(before[cut.left][1])
        before[cut.left] = key, cut
    return found + [cut for _, cut in before.values()]


def images(
    base: Mapping[str, bytes | None], asked: Sequence[Asked], seed: int, wanted: Collection[Cut] | None = None
) -> Iterator[tuple[Cut, Image]]:
    """What the disk holds at each of ``wanted`` (at every moment in each way where nothing is said), in order."""
    disk = Disk(base)
    for after, one in enumerate(asked, 1):
        disk.do(one)
        for left in Left:
            cut = Cut(after, left)
            if wanted is None or cut in wanted:
                yield cut, disk.image(left, Random(f"{seed} {cut}"))
