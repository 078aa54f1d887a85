"""A process in which several desks live: told what to do by lines of JSON, killed and started again at will."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

Outcome = dict[str, Any]
COMMAND: Final = (sys.executable, "-m", "desktop.rehearsed")
"""The station's program as a rehearsal starts it; this package imports nothing of it."""


class Gone(Exception):
    """The process ended while it was asked: whatever it has not said may or may not have been done."""


class StationsProcess:
    """One such process; ``ask`` is for one thread at a time, `kill` for any."""

    def __init__(self, folder: Path, log: Path, command: Sequence[str] = COMMAND) -> None:
        self._folder, self._log, self._command = folder, log, command
        self._child: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it, without any desk."""
        with self._log.open("a", encoding="utf-8") as log:
            self._child = subprocess.Popen(
                [*self._command, str(self._folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
                env={**os.environ, "PYTHONUTF8": "1"},
            )

    def ask(self, hear: Callable[[Outcome], None] = lambda _: None, **order: Any) -> Outcome:
        """Give an order, tell ``hear`` each outcome as it comes, and return the last line; Gone."""
        child = self._child
        if child is None or child.stdin is None or child.stdout is None:
            raise Gone
        try:
            child.stdin.write(json.dumps(order, ensure_ascii=False) + "\n")
            child.stdin.flush()
            for line in child.stdout:
                outcome: Outcome = json.loads(line)
                if outcome.get("over"):
                    return outcome
                hear(outcome)
        except (OSError, ValueError) as error:  # a line that was cut off by the end is no JSON
            raise Gone from error
        raise Gone

    def kill(self) -> None:
        """End it without a word, as a power cut would."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()

    def bury(self) -> int:
        """Give back what is left of an ended process; its exit code."""
        child, self._child = self._child, None
        if child is None:
            return 0
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was still to be written has nowhere to go
                    continue
        return child.wait()

    def fill_disk(self, more: int, path: Path | None = None) -> None:
        """Let no file of the process grow beyond the size of ``path`` and ``more`` bytes (0 where none is named)."""
        size = path.stat().st_size if path is not None and path.exists() else 0
        if self._child is not None:
            limit_files(self._child.pid, size + more)

    def free_disk(self) -> None:
        """Let files grow again."""
        if self._child is not None and self._child.poll() is None:
            limit_files(self._child.pid, None)


def limit_files(pid: int, most: int | None) -> None:
    """Set how large a file of another process may become: the system then refuses every byte more (EFBIG).

    Nothing where the process has ended meanwhile.
    """
    with contextlib.suppress(ProcessLookupError):
        hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard if most is None else most, hard))
