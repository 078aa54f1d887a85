"""A real `qianshao-district` server on a free port, and the verbs beside it."""

from __future__ import annotations

import io
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from sync.rehearsal.processes import DistrictProcess, ProcessFailed
from sync.server.cli import main

START_SECONDS = 60
COMMAND = [sys.executable, "-m", "sync.server.cli"]
_one_at_a_time = threading.Lock()  # a verb reads the environment and writes to standard output, as if it were alone


def environment(db: str) -> dict[str, str]:
    """The environment of a server: the store's address and nothing that a terminal would add."""
    return {**os.environ, "QIANSHAO_DISTRICT_DB": db, "PYTHONUTF8": "1"}


@dataclass(frozen=True)
class Done:
    """How a verb ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


def verb(db: str, *words: str, env: Mapping[str, str] | None = None) -> Done:
    """Run one verb in this process, as its entry point does: starting Python for each takes longer than the verb."""
    out, err = io.StringIO(), io.StringIO()
    status: object = 0
    with _one_at_a_time, pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name, value in {"QIANSHAO_DISTRICT_DB": db, **(env or {})}.items():
            patch.setenv(name, value)
        try:
            status = main(list(words))
        except SystemExit as stopped:
            status = stopped.code
    return Done(int(str(status)), out.getvalue(), err.getvalue())


class DistrictHere(DistrictProcess):
    """A district whose verbs run in this process; its server is a process of its own, as ever."""

    def verb(self, *args: str, expect: int = 0) -> str:
        """Run one administrator's verb and return what it printed; ProcessFailed."""
        done = verb(self.db, *args, env=self.env)
        if done.returncode != expect:
            raise ProcessFailed(f"{args[0]}: exit {done.returncode}: {done.stderr}")
        return done.stdout


@dataclass
class Server:
    """A running server: ``url`` is what it said that it listens on; ``log`` is its standard error."""

    url: str
    process: subprocess.Popen[str]
    log: Path

    def stop(self) -> int:
        """End it as systemd would; returns its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@contextmanager
def serving(db: str, folder: Path, *words: str) -> Iterator[Server]:
    """Serve on a free port until the block ends."""
    log = folder / "server.log"
    with log.open("a", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", "0", *words],
            env=environment(db),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        yield Server(_address(process, log), process, log)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(30)
        if process.stdout:
            process.stdout.close()


def _address(process: subprocess.Popen[str], log: Path) -> str:
    lines: queue.Queue[str] = queue.Queue()
    assert process.stdout is not None
    reader = threading.Thread(
        target=lambda: lines.put(process.stdout.readline() if process.stdout else ""), daemon=True
    )
    reader.start()
    line = lines.get(timeout=START_SECONDS)
    assert line.startswith("listening "), log.read_text(encoding="utf-8")
    return line.split()[1]
