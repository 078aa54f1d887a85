"""A stranger's PDF is worked on by a process of its own, which gets bytes and gives bytes (ADR 0040).

It has no store, no key and no environment; where the system has such limits it has little memory and time, and writes
no file. What a crafted file does to a decoder ends with it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

DONE, BROKEN, SAME = 0, 3, 6
"""How the process ends. SAME: the file is kept as it came."""
SECONDS: Final = 30.0
MEMORY_BYTES: Final = 1024**3
CPU_SECONDS: Final = 15
_ROOT: Final = str(Path(__file__).resolve().parents[2])
_CHILD: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); from importlib import import_module; "
    "sys.exit(import_module(sys.argv[2]).main())"
)


def run_apart(module: str, content: bytes) -> tuple[int, bytes]:
    """Let ``main`` of ``module`` work on ``content``; returns how it ended and what it gave. BROKEN where it took too
    long, or died."""
    try:
        ended = subprocess.run(
            [sys.executable, "-I", "-c", _CHILD, _ROOT, module],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            env={} if os.name == "posix" else None,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return BROKEN, b""
    return (ended.returncode, ended.stdout) if ended.returncode in (DONE, SAME) else (BROKEN, b"")


def be_small(files: int, seconds: int = CPU_SECONDS, *, reserves: bool = False) -> None:
    """Limit this process, where the system can: so many files at once, three of which are open already.

    ``reserves``: it reserves addresses by the gibibyte that it never uses, as Qt's PDF part does: what it uses is
    limited then.
    """
    if sys.platform == "win32":
        return
    import resource

    for limit, most in (
        (resource.RLIMIT_DATA if reserves else resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, files),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(limit)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (most, most))
