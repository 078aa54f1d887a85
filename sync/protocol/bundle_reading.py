"""Reading a bundle: which files belong together, whether they are whole, and their items one after another.

Everything about the files is checked before the first item is handed out; whom to believe is the caller's to decide.
"""

from __future__ import annotations

import hashlib
import queue
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from sync.protocol import age
from sync.protocol.bundle import HEAD_BYTES, Closing, Direction, Head, Item, Items, Within, read_head
from sync.protocol.bundle_writing import stick_errors
from sync.records.errors import Damaged, Refused

_READ: Final = 1024 * 1024
_WAITING: Final = 4
"""So many items are decrypted ahead of whoever takes them."""

_SAME: Final = ("direction", "bundle", "sequence", "parts", "district", "store", "device", "answers")


@dataclass(frozen=True, slots=True)
class Opened:
    """The files of one bundle in the order of their parts; ``key`` is the public key that signed all of their heads."""

    files: tuple[Path, ...]
    heads: tuple[Head, ...]
    key: bytes

    @property
    def head(self) -> Head:
        """The first part's head."""
        return self.heads[0]

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over the digests of the parts: the same only for the very same bundle."""
        return hashlib.sha256("".join(head.sha256 for head in self.heads).encode()).hexdigest()


def open_bundle(files: Sequence[Path], direction: Direction) -> Opened:
    """Read the heads of ``files``; they must be all parts of one bundle, each of its whole length.

    Refused: "bundle.not_a_bundle", "bundle.old_version", "bundle.wrong_direction_up" (and _down), "bundle.mixed_parts",
    "bundle.doubled_part", "bundle.missing_part"; Damaged: "bundle.truncated", "bundle.altered".
    """
    found = [_head(Path(file), direction) for file in files]
    if not found:
        raise Refused("bundle.missing_part", parts=1, missing=1)
    found.sort(key=lambda one: one[1].part)
    first, key = found[0][1], found[0][2]
    if any(k != key or any(getattr(h, n) != getattr(first, n) for n in _SAME) for _, h, k in found):
        raise Refused("bundle.mixed_parts")
    numbers = [head.part for _, head, _ in found]
    for number in numbers:
        if numbers.count(number) > 1:
            raise Refused("bundle.doubled_part", part=number)
    for number in range(1, first.parts + 1):
        if number not in numbers:
            raise Refused("bundle.missing_part", parts=first.parts, missing=number)
    return Opened(tuple(path for path, _, _ in found), tuple(head for _, head, _ in found), key)


def _head(path: Path, direction: Direction) -> tuple[Path, Head, bytes]:
    with stick_errors(path), path.open("rb") as file:
        head, key = read_head(file, path)
        size = file.seek(0, 2)
    if head.direction is not direction:
        raise Refused(f"bundle.wrong_direction_{direction.value}", file=path.name)
    if size < HEAD_BYTES + head.size:
        raise Damaged("bundle.truncated", file=path.name)
    if size > HEAD_BYTES + head.size:
        raise Damaged("bundle.altered")
    return path, head, key


def check(opened: Opened) -> None:
    """Compare what lies behind each head with its digest; Damaged("bundle.altered"). Nothing is decrypted here."""
    for path, head in zip(opened.files, opened.heads, strict=True):
        with stick_errors(path), path.open("rb") as file:
            file.seek(HEAD_BYTES)
            if hashlib.file_digest(file, "sha256").hexdigest() != head.sha256:
                raise Damaged("bundle.altered")


def items(opened: Opened, identity: str) -> Generator[Item, None, None]:
    """Yield the items of all parts; the last one is a `Closing` that counts them. `check` comes before it.

    To be closed by whoever does not take them to their end: a program that ends beside a thread which still decrypts
    is aborted by the system.

    Refused("bundle.wrong_key"), Damaged("bundle.altered", "bundle.too_large", "bundle.unreadable").
    """
    count = 0
    for path, head in zip(opened.files, opened.heads, strict=True):
        with closing(_Part(path, head, identity)) as part:
            for item in part.items():
                if isinstance(item, Closing):
                    if item.items != count or head.part != head.parts:
                        raise Damaged("bundle.altered")
                    yield item
                    count = -1
                elif count < 0:
                    raise Damaged("bundle.altered")
                else:
                    yield item
                    count += 1
    if count >= 0:
        raise Damaged("bundle.altered")


class _Hashed:
    """The stream behind a head, hashed once more while it is read: a file may be exchanged between two readings."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file, self._path = file, path
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        with stick_errors(self._path):
            piece = self._file.read(size if size >= 0 else _READ)
        self.digest.update(piece)
        return piece


class _Stopped(Exception):
    """Nobody takes the items any more."""


class _Part:
    """One part, decrypted by a thread that is a few items ahead; `close` ends it wherever it is."""

    def __init__(self, path: Path, head: Head, identity: str) -> None:
        self._path, self._head, self._identity = path, head, identity
        self._queue: queue.Queue[Item | BaseException | None] = queue.Queue(_WAITING)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="bundle", daemon=True)
        self._thread.start()

    def items(self) -> Iterator[Item]:
        first = True
        while (item := self._queue.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            if first:
                first = False
                if item != Within(self._head.bundle, self._head.part, self._head.store):
                    raise Damaged("bundle.altered")
            elif isinstance(item, Within):
                raise Damaged("bundle.altered")
            else:
                yield item

    def close(self) -> None:
        self._stopped.set()
        if self._thread is not threading.current_thread():  # a reader that nobody closed is let go by any thread
            self._thread.join()

    def _work(self) -> None:
        try:
            self._decrypt()
            self._put(None)
        except _Stopped:
            pass
        except BaseException as error:  # noqa: BLE001 - it is raised where the items are taken
            with suppress(_Stopped):
                self._put(error)

    def _decrypt(self) -> None:
        cut = Items(self._put)
        with stick_errors(self._path), self._path.open("rb") as file:
            file.seek(HEAD_BYTES)
            source = _Hashed(file, self._path)
            age.decrypt(source, cut.add, self._identity)
            cut.end()
            while source.read():
                pass
            if source.digest.hexdigest() != self._head.sha256:
                raise Damaged("bundle.altered")

    def _put(self, item: Item | BaseException | None) -> None:
        while not self._stopped.is_set():
            try:
                self._queue.put(item, timeout=0.05)
                return
            except queue.Full:
                continue
        raise _Stopped
