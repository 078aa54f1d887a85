"""A real CUPS queue: a cupsd of the test's own on a Unix socket, whose printer writes what it is sent to a file."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

CUPSD = """
Listen {place}/sock
LogLevel warn
Browsing No
DefaultAuthType None
WebInterface No
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  JobPrivateAccess all
  JobPrivateValues none
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
"""
FILES = """
ServerRoot {place}
ServerBin {place}/bin
StateDir {place}/state
CacheDir {place}/cache
RequestRoot {place}/spool
TempDir {place}/spool/tmp
DocumentRoot {place}
AccessLog {place}/access.log
ErrorLog {place}/error.log
PageLog {place}/page.log
"""
# A printer for CUPS: the job comes as a file or on standard input; the sheet "falls out" under its final name.
BACKEND = """#!/bin/sh
[ $# -eq 0 ] && exit 0
paper=${DEVICE_URI#sheet:}
printf '%s\\n' "$4 $5" >"$paper.asked"
if [ -e "$paper.says" ]; then cat "$paper.says" >&2; fi
if [ -e "$paper.jams" ]; then exit "$(cat "$paper.jams")"; fi
cat "${6:--}" >"$paper.part" && mv "$paper.part" "$paper"
"""
CUPS = Path("/usr/lib/cups")


@dataclass(frozen=True)
class PrintQueue:
    """One printer of a private CUPS server."""

    name: str
    server: str  # what CUPS_SERVER is set to
    paper: Path  # the file that the printer writes

    def pause(self) -> None:
        """Let jobs wait in the queue, as with an empty tray."""
        subprocess.run(["/usr/sbin/cupsdisable", "-h", self.server, self.name], check=True)

    def resume(self) -> None:
        """Let waiting jobs run."""
        subprocess.run(["/usr/sbin/cupsenable", "-h", self.server, self.name], check=True)

    def asked(self) -> str:
        """Return how the last job was asked to be printed: copies, then the options that reached the printer."""
        return Path(f"{self.paper}.asked").read_text(encoding="utf-8")

    def jam(self, reason: str = "media-jam-error", code: int = 1) -> None:
        """Let the printer say why, and stop every job that comes (CUPS backend(7): 1 fails, 4 stops, 5 cancels)."""
        Path(f"{self.paper}.says").write_text(f"STATE: +{reason}\n", encoding="utf-8")
        Path(f"{self.paper}.jams").write_text(str(code), encoding="utf-8")

    def mend(self) -> None:
        """Take the jam away; the printer still has to be resumed where it stopped."""
        Path(f"{self.paper}.jams").unlink()
        Path(f"{self.paper}.says").write_text("STATE: -media-jam-error,media-empty-error\n", encoding="utf-8")

    def cancel(self) -> None:
        """Throw everything out of the queue."""
        subprocess.run(["/usr/bin/cancel", "-h", self.server, "-a", self.name], check=True)

    def forget(self) -> None:
        """Throw everything away, the history of jobs too."""
        subprocess.run(["/usr/bin/cancel", "-h", self.server, "-a", "-x", self.name], check=True)

    def jobs(self) -> list[str]:
        """Return the lines of the jobs that are not done."""
        asked = subprocess.run(["lpstat", "-h", self.server, "-o"], capture_output=True, text=True, check=True)
        return asked.stdout.splitlines()

    def wait_for_paper(self, seconds: float = 20) -> bytes:
        """Return what was printed, once no job is left."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.paper.is_file() and not self.jobs():
                return self.paper.read_bytes()
            time.sleep(0.05)
        raise AssertionError(f"nothing printed in {seconds} s; waiting: {self.jobs()}")


@pytest.fixture
def print_queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrintQueue]:
    """Start a CUPS server with one printer, make it this process's and its children's default, stop it afterwards."""
    place = server_folder()
    queue = PrintQueue("desk", str(place / "sock"), place / "out" / "paper.pdf")
    try:
        with running(place):
            add_printer(queue, place, f"sheet:{queue.paper}", ["-m", "raw"])
            monkeypatch.setenv("CUPS_SERVER", queue.server)
            yield queue
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def running(place: Path, within: Sequence[str] = ()) -> Iterator[int]:
    """Run a CUPS server on what lies in ``place``, started by the command ``within``; stop it afterwards.

    Gives its process's number, where ``within`` becomes what it starts.
    """
    command = ["/usr/sbin/cupsd", "-f", "-c", str(place / "cupsd.conf"), "-s", str(place / "cups-files.conf")]
    daemon = subprocess.Popen([*within, *command])
    try:
        yield daemon.pid
    finally:
        daemon.terminate()
        daemon.wait(10)


def server_folder() -> Path:
    """Lay out a CUPS server: its settings, and the programs of the system's CUPS with our printer as the only one."""
    place = Path(tempfile.mkdtemp(prefix="cups"))
    place.chmod(0o755)
    for part in ("state/certs", "cache", "spool/tmp", "bin/backend", "out"):
        (place / part).mkdir(parents=True)
    (place / "out").chmod(0o777)  # run by root, cupsd lets the printer run as another user
    for part in ("daemon", "filter"):
        (place / "bin" / part).symlink_to(CUPS / part)
    backend = place / "bin" / "backend" / "sheet"
    backend.write_text(BACKEND, encoding="utf-8")
    backend.chmod(0o755)
    (place / "cupsd.conf").write_text(CUPSD.format(place=place), encoding="utf-8")
    (place / "cups-files.conf").write_text(FILES.format(place=place), encoding="utf-8")
    return place


def add_printer(queue: PrintQueue, place: Path, device: str, driver: Sequence[str]) -> None:
    """Wait for the server, and make ``device`` its printer and its default; ``driver`` as lpadmin is told of it."""
    end = time.monotonic() + 20
    while not os.path.exists(queue.server):  # noqa: PTH110 - a socket, not a file
        if time.monotonic() > end:
            raise AssertionError(f"cupsd did not start: {(place / 'error.log').read_text(encoding='utf-8')}")
        time.sleep(0.02)
    add = ["/usr/sbin/lpadmin", "-h", queue.server, "-p", queue.name, "-E", "-v", device, *driver]
    while (added := subprocess.run(add, check=False, capture_output=True)).returncode:  # not all of it stands yet
        if time.monotonic() > end:
            raise AssertionError(f"no printer: {added.stderr.decode()}")
        time.sleep(0.1)
    subprocess.run(["/usr/sbin/lpadmin", "-h", queue.server, "-d", queue.name], check=True)
