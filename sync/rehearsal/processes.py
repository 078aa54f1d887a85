"""Both ends as child processes: a district server with its administrators' verbs, and a station's command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

START_SECONDS = 60.0
STOP_SECONDS = 15.0


class ProcessFailed(Exception):
    """A child process ended otherwise than asked; the text names the verb, the exit code and its last words."""


def run_module(
    module: str, args: Sequence[str], env: Mapping[str, str] | None = None, seconds: float = 300.0, expect: int = 0
) -> str:
    """Run ``python -m module args`` and return its standard output; ProcessFailed on another exit code."""
    done = subprocess.run(
        [sys.executable, "-m", module, *args],
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=seconds,
        check=False,
    )
    if done.returncode != expect:
        raise ProcessFailed(f"{module} {args[0] if args else ''}: exit {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


@dataclass
class DistrictProcess:
    """A district in ``folder``: its store, its administrators' verbs, and its server on a port of loopback.

    ``db`` is a store URL, or empty for the embedded default inside ``folder``. A context manager: leaving it
    stops the server. ``program`` is what Python runs as the server itself.
    """

    folder: Path
    db: str = ""
    url: str = ""
    admin_link: str = ""
    env: dict[str, str] = field(default_factory=dict)
    program: tuple[str, ...] = ("-m", "sync.server.cli")
    _server: subprocess.Popen[str] | None = None

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.db = self.db or f"sqlite:///{self.folder / 'district.db'}"
        self.env = {"QIANSHAO_DISTRICT_DB": self.db, **self.env}

    def verb(self, *args: str, expect: int = 0) -> str:
        """Run one administrator's verb and return what it printed."""
        return run_module("sync.server.cli", args, self.env, expect=expect)

    def last_line(self, *args: str) -> str:
        """Run a verb and return the last line that it printed: an enrolment code, a link, an identity."""
        return self.verb(*args).strip().splitlines()[-1].strip()

    def init(self) -> None:
        """Make the store; the administrator's one-time link is kept in ``admin_link``."""
        self.admin_link = self.last_line("init")

    def records(self, *args: str) -> dict[str, Any]:
        """Return the counts and the digest that the district computes from its own store."""
        answer: dict[str, Any] = json.loads(self.verb("records", "--json", *args))
        return answer

    def serve(self, port: int = 0) -> str:
        """Start the server on ``port`` of loopback (0: a free one) and return its address once it answers."""
        with (self.folder / "server.log").open("a", encoding="utf-8") as log:
            self._server = subprocess.Popen(
                [sys.executable, *self.program, "serve", "--host", "127.0.0.1", "--port", str(port)],
                env={**os.environ, **self.env},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
            )
        self.url = self._announced()
        return self.url

    @property
    def pid(self) -> int:
        """The server's process; 0 where none runs."""
        return self._server.pid if self._server is not None else 0

    def _announced(self) -> str:
        server = self._server
        if server is None or server.stdout is None:
            raise ProcessFailed("the district server was not started")
        deadline = threading.Timer(START_SECONDS, server.kill)
        deadline.start()
        try:
            for line in server.stdout:
                if "http" in line:
                    return "http" + line.strip().split("http", 1)[1].split('"')[0].strip()
        finally:
            deadline.cancel()
        raise ProcessFailed(f"the district server ended with exit {server.wait()}; see {self.folder / 'server.log'}")

    def stop(self) -> None:
        """Ask the server to end and wait for it."""
        server, self._server = self._server, None
        if server is None:
            return
        server.terminate()
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        if server.stdout is not None:
            server.stdout.close()

    def kill(self) -> None:
        """End the server without a word, as a power cut would."""
        if self._server is not None:
            self._server.kill()
        self.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


@dataclass(frozen=True, slots=True)
class StationProcess:
    """A station's command line in its own ``home``."""

    home: Path
    env: Mapping[str, str]

    def verb(self, *args: str, expect: int = 0, seconds: float = 300.0) -> str:
        """Run one verb and return what it printed."""
        return run_module("desktop.cli", args, {"QIANSHAO_HOME": str(self.home), **self.env}, seconds, expect)

    def json(self, *args: str, expect: int = 0) -> Any:
        """Run one verb with --json and return the object that it printed."""
        return json.loads(self.verb(*args, "--json", expect=expect))
