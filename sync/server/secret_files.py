"""Files that hold a secret: made once, for their owner alone, there as a whole or not at all after a power cut."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from sync.protocol.disk import sync_folder


def write_secret(path: Path, content: bytes) -> None:
    """Write a new file that its owner alone can read; FileExistsError where there is one."""
    part = _beside(path, content)
    try:
        _name_new(part, path)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(path.parent)


def write_certificate(path: Path, content: bytes) -> None:
    """Write a file that everybody may read, in the place of one that was there."""
    part = _beside(path, content)
    part.chmod(0o644)
    part.replace(path)
    sync_folder(path.parent)


def secret_folder(path: Path) -> None:
    """Make the folder of a secret and what is missing above it, for their owner alone where they are new."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)


def _name_new(part: Path, path: Path) -> None:
    """Give a file a name that nobody has: unlike a renaming, a link takes nobody's place."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError as error:  # a stick has no links, and only one program writes to it
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from error
        part.replace(path)


def _beside(path: Path, content: bytes) -> Path:
    """Return a file of another name with ``content`` on the disk, for its owner alone."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # made with mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        Path(name).unlink()
        raise
    return Path(name)
