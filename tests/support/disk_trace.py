"""What a program and all its children asked of the disk below one folder, in order, as strace saw it.

A call whose effect this module does not know ends the reading: nothing passes unseen. Of shared memory (SQLite's -shm)
only the name is kept: it is written through a mapping, and SQLite never relies on it after a power cut.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Final

TOLD: Final = "told"
"""The file below the folder to which the program writes what it tells people; it is on no disk that is cut."""
MAPPED: Final = "-shm"

_KNOWN: Final = "openat,write,pwrite64,writev,lseek,ftruncate,fsync,fdatasync,rename,renameat,renameat2,link,linkat"
_NAMES: Final = "unlink,unlinkat,rmdir,mkdir,mkdirat"
_FOREIGN: Final = (
    "open,creat,pwritev,pwritev2,truncate,fallocate,sendfile,copy_file_range,splice,symlink,symlinkat,mmap"
)
"""Calls that change files, too; none of ours is known to use them on what it keeps."""

_CALL: Final = re.compile(rb"(\w+)\((.*)\)\s+= (-?\d+)(?:<(.*)>)?(?: .*)?$", re.DOTALL)
_RESUMED: Final = re.compile(rb"<\.\.\. \w+ resumed>(.*)$", re.DOTALL)
_TEXT: Final = re.compile(rb'"((?:\\x[0-9a-f]{2})*)"')
_DESCRIPTOR: Final = re.compile(rb"(\d+|AT_FDCWD)<((?:\\x[0-9a-f]{2})*)>(\(deleted\))?")
_LAST_NUMBER: Final = re.compile(rb"(\d+)$")


class What(Enum):
    """The kinds of what is asked: content, names, and what was told to people."""

    OPEN = auto()
    WRITE = auto()
    SEEK = auto()
    RESIZE = auto()
    SYNC = auto()
    FOLDER = auto()
    LINK = auto()
    RENAME = auto()
    REMOVE = auto()
    TELL = auto()


@dataclass(frozen=True, slots=True)
class Asked:
    """One call that succeeded. Paths are below the folder ("" is the folder itself).

    ``began`` and ``ended`` are places in one order over all threads. ``at`` is an offset or a size in bytes, -1 where
    the ``descriptor`` says it; ``flags`` are those of an opening.
    """

    what: What
    path: str
    began: int
    ended: int
    at: int = -1
    data: bytes = b""
    to: str = ""
    descriptor: int = -1
    flags: str = ""


def record(command: Sequence[str], folder: Path, trace: Path, env: Mapping[str, str], seconds: float) -> list[Asked]:
    """Run ``command`` under strace and return what it asked below ``folder``; AssertionError where it failed."""
    calls = f"trace={_KNOWN},{_NAMES},{_FOREIGN}"
    watch = ["strace", "-f", "--seccomp-bpf", "-q", "-y", "-xx", "-s", "100000000", "-e", "signal=none", "-e", calls]
    done = subprocess.run(
        [*watch, "-o", str(trace), "--", *command], env=dict(env), timeout=seconds, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-4000:]
    asked = list(read(trace, folder))
    trace.unlink()
    return asked


def read(trace: Path, folder: Path) -> Iterator[Asked]:
    """Read what strace wrote; calls that failed, and those about other folders, are passed over."""
    reader = _Reader(os.fspath(folder))
    with trace.open("rb") as lines:
        for place, line in enumerate(lines):
            pid, _, text = line.rstrip(b"\n").partition(b" ")
            yield from reader.line(pid, text.lstrip(), place)


class _Reader:
    def __init__(self, root: str) -> None:
        self._root = root
        self._hex = b"".join(b"\\x%02x" % byte for byte in root.encode())
        self._open: dict[bytes, tuple[bytes, int]] = {}

    def line(self, pid: bytes, text: bytes, place: int) -> Iterator[Asked]:
        began = place
        resumed = _RESUMED.match(text)
        if resumed:
            if pid not in self._open:
                return
            head, began = self._open.pop(pid)
            text = head + resumed[1]
        elif text.endswith(b" <unfinished ...>"):
            if self._hex in text:
                self._open[pid] = text.removesuffix(b" <unfinished ...>"), place
            return
        if self._hex not in text:
            return
        call = _CALL.match(text)
        if call and int(call[3]) >= 0:
            yield from self._asked(call, began, place)

    def _asked(self, call: re.Match[bytes], began: int, ended: int) -> Iterator[Asked]:
        name, args, result = call[1].decode(), call[2], int(call[3])
        if name == "openat":
            yield from self._opened(args, result, call[4] or b"", began, ended)
        elif name in ("rename", "renameat", "renameat2", "link", "linkat"):
            yield from self._named(name, args, began, ended)
        elif name in ("unlink", "unlinkat", "rmdir", "mkdir", "mkdirat"):
            path = self._below(self._paths(args)[0])
            if path:
                what = What.FOLDER if name.startswith("mkdir") else What.REMOVE
                yield Asked(what, path, began, ended)
        else:
            yield from self._content(name, args, result, began, ended)

    def _opened(self, args: bytes, result: int, real: bytes, began: int, ended: int) -> Iterator[Asked]:
        path = self._below(_plain(real))
        flags = args[args.rindex(b'"') + 1 :].decode().strip(", ")
        if path is not None and path != TOLD and "O_DIRECTORY" not in flags:
            if {"O_SYNC", "O_DSYNC", "O_DIRECT"} & set(flags.split("|")):
                raise AssertionError(f"openat of {path} with {flags} is not in the model")
            yield Asked(What.OPEN, path, began, ended, descriptor=result, flags=flags)

    def _named(self, name: str, args: bytes, began: int, ended: int) -> Iterator[Asked]:
        source, target = (self._below(path) for path in self._paths(args))
        if source is None or target is None:
            raise AssertionError(f"{name} from or to a folder that is not recorded")
        yield Asked(What.LINK if name.startswith("link") else What.RENAME, source, began, ended, to=target)

    def _content(self, name: str, args: bytes, result: int, began: int, ended: int) -> Iterator[Asked]:
        found = _DESCRIPTOR.search(args)
        path = self._below(_plain(found[2])) if found else None
        if found is None or path is None or found[3] or path.endswith(MAPPED):
            return  # a file without a name is on no disk after a cut
        descriptor = int(found[1])
        if path == TOLD:
            yield Asked(What.TELL, path, began, ended, data=_data(args))
        elif name == "pwrite64":
            yield Asked(What.WRITE, path, began, ended, at=_last(args), data=_data(args)[:result])
        elif name in ("write", "writev"):
            yield Asked(What.WRITE, path, began, ended, data=_data(args)[:result], descriptor=descriptor)
        elif name == "lseek":
            yield Asked(What.SEEK, path, began, ended, at=result, descriptor=descriptor)
        elif name == "ftruncate":
            yield Asked(What.RESIZE, path, began, ended, at=_last(args))
        elif name in ("fsync", "fdatasync"):
            yield Asked(What.SYNC, path, began, ended)
        elif name != "mmap" or (b"MAP_SHARED" in args and b"PROT_WRITE" in args):
            raise AssertionError(f"{name} of {path} is not in the model")

    def _paths(self, args: bytes) -> list[str]:
        """The paths in the arguments, each below the descriptor that stands before it."""
        found: list[str] = []
        folder = ""
        for part in args.split(b", "):
            if descriptor := _DESCRIPTOR.match(part):
                folder = _plain(descriptor[2])
            elif text := _TEXT.match(part):
                found.append(os.path.normpath(os.path.join(folder, _plain(text[1]))))  # noqa: PTH118 - plain text
        return found

    def _below(self, path: str) -> str | None:
        if path == self._root:
            return ""
        return path[len(self._root) + 1 :] if path.startswith(f"{self._root}/") else None


def _plain(escaped: bytes) -> str:
    return _bytes(escaped).decode()


def _bytes(escaped: bytes) -> bytes:
    return bytes.fromhex(escaped.replace(b"\\x", b"").decode())


def _data(args: bytes) -> bytes:
    return b"".join(_bytes(text) for text in _TEXT.findall(args))


def _last(args: bytes) -> int:
    found = _LAST_NUMBER.search(args)
    assert found is not None, args[-40:]
    return int(found[1])
