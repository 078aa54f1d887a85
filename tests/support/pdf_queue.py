"""Printers that print into PDFs, by a CUPS server of the test's own: printer-driver-cups-pdf, and one that takes PDF.

cups-pdf reads its settings from /etc/cups alone and must be root. The server runs in a mount namespace of its own, in
which a private folder lies over /etc/cups and a small file system is its spool: the machine's stay as they are.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.devices.printers import Job
from tests.support.print_queue import CUPS, PrintQueue, add_printer, running, server_folder

DRIVER = CUPS / "backend" / "cups-pdf"
PPD = Path("/usr/share/ppd/cups-pdf/CUPS-PDF_noopt.ppd")
SETTINGS = """Out {place}/out
AnonDirName {place}/out
Spool {place}/pdf-spool
Log {place}/pdf-log
GSTmp {place}/gs
GhostScript {place}/ink
Grp root
Label 2
UserUMask 0022
"""
# Ghostscript, once there is ink.
INK = """#!/bin/sh
while [ -e {place}/dry ]; do sleep 0.05; done
exec gs "$@"
"""
OWN_ROOM = ["unshare", "--mount", "--propagation", "private"]
ROOM = "2m"
"""Bytes of the spool's file system."""
READABLE = ["-o", "pdftops-renderer-default=pdftocairo"]
"""The way to PostScript that keeps a text layer, as the driver's README says; but for what lies beyond U+FFFF."""
TAKES_PDF = """
*cupsFilter2: "application/vnd.cups-pdf application/pdf 0 -"
*cupsManualCopies: True
*OpenUI *Duplex/Duplex: PickOne
*DefaultDuplex: None
*Duplex None/Off: ""
*Duplex DuplexNoTumble/Long edge: ""
*Duplex DuplexTumble/Short edge: ""
*CloseUI: *Duplex
"""


@dataclass(frozen=True)
class PdfQueue(PrintQueue):
    """A print queue whose every job becomes a PDF of its own."""

    daemon: int
    """The server's process: its namespace is seen through it."""

    @property
    def place(self) -> Path:
        """Where the server has its files."""
        return self.paper.parent.parent

    def printed(self, job: Job) -> Path | None:
        """The paper of a job; None where there is none (yet)."""
        number = job.id.rpartition("-")[2]
        return next(self.paper.parent.glob(f"*-job_{number}.pdf"), None)

    def papers(self) -> list[Path]:
        """Every paper that came out, whole or not."""
        return list(self.paper.parent.iterdir())

    def wait_for(self, job: Job, seconds: float = 20) -> bytes:
        """Return the paper of a job once the print system has done with it."""
        end = time.monotonic() + seconds
        while self.jobs():
            assert time.monotonic() < end, self.jobs()
            time.sleep(0.05)
        paper = self.printed(job)
        assert paper is not None, self.papers()
        return paper.read_bytes()

    def run_dry(self) -> None:
        """Let the printer stop in the middle of each job that begins now."""
        (self.place / "dry").touch()

    def ink(self) -> None:
        """Let it go on."""
        (self.place / "dry").unlink()

    def fill(self) -> None:
        """Fill the disk on which the print system keeps its jobs, to the last byte."""
        with (self._spool / "filler").open("wb", buffering=0) as filler:
            for size in (1 << 16, 1 << 9, 1):
                with suppress(OSError):
                    while filler.write(bytes(size)) == size:
                        pass
        assert shutil.disk_usage(self._spool).free == 0

    def empty(self) -> None:
        """Give it room again."""
        (self._spool / "filler").unlink(missing_ok=True)

    @property
    def _spool(self) -> Path:
        return Path(f"/proc/{self.daemon}/root") / self.place.relative_to("/") / "spool"


@pytest.fixture
def pdf_queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[PdfQueue]:
    """Start a CUPS server with cups-pdf as its printer, make it the default, stop it afterwards."""
    assert os.geteuid() == 0, "cups-pdf is installed for root alone: run this test as root"
    room = subprocess.run([*OWN_ROOM, "true"], check=False, capture_output=True, text=True)
    assert room.returncode == 0, f"no mount namespace can be made here (CAP_SYS_ADMIN): {room.stderr}"
    place = server_folder()
    try:
        _lay_out(place)
        hidden = f"mount --bind {place}/etc /etc/cups && mount -t tmpfs -o size={ROOM} spool {place}/spool"
        made = f'{hidden} && mkdir {place}/spool/tmp && exec "$0" "$@"'
        with running(place, [*OWN_ROOM, "sh", "-c", made]) as daemon:
            queue = PdfQueue("pdf", str(place / "sock"), place / "out" / "paper.pdf", daemon)
            add_printer(queue, place, "cups-pdf:/", ["-P", str(PPD), *READABLE])
            monkeypatch.setenv("CUPS_SERVER", queue.server)
            yield queue
    finally:
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def pdf_printer(print_queue: PrintQueue) -> PrintQueue:
    """Let ``print_queue`` be a printer that takes PDF and has two sides, as those without a driver: CUPS chooses the
    pages and lays the sets out before it gets them."""
    told = print_queue.paper.with_suffix(".ppd")
    told.write_text(PPD.read_text(encoding="latin-1") + TAKES_PDF, encoding="latin-1")
    command = ["/usr/sbin/lpadmin", "-h", print_queue.server, "-p", print_queue.name, "-P", str(told)]
    subprocess.run(command, check=True, capture_output=True)
    return print_queue


def _lay_out(place: Path) -> None:
    """Write the driver's settings below ``place``."""
    for part in ("etc", "gs", "pdf-spool", "pdf-log"):
        (place / part).mkdir()
    (place / "bin" / "backend" / DRIVER.name).symlink_to(DRIVER)
    (place / "etc" / "cups-pdf.conf").write_text(SETTINGS.format(place=place), encoding="utf-8")
    (place / "ink").write_text(INK.format(place=place), encoding="utf-8")
    (place / "ink").chmod(0o755)
