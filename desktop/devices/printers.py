"""Printers: a small interface, and CUPS through its own commands. The PDF goes through a pipe, never through a file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sync.records.errors import Refused, Unavailable

SECONDS = 30
"""How long a print system may take to answer."""
REQUEST = re.compile(r"request id is (\S+-\d+)")
DEFAULT = re.compile(r"system default destination: (\S+)")


class JobState(StrEnum):
    """Where a job is. ``HELD`` waits for somebody: an empty tray, a stopped printer.

    ``ENDED`` has left the queue, printed or cancelled: CUPS's commands do not say which, so whether paper is in hand
    is for the person at the desk to say.
    """

    WAITING = "waiting"
    PRINTING = "printing"
    HELD = "held"
    ENDED = "ended"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Job:
    """One set of papers on its way: the print system's own name of it, and the printer's."""

    printer: str
    id: str


class Printers(Protocol):
    """What a print system can do; where there is no CUPS the window brings one of its own."""

    def names(self) -> tuple[str, ...]:
        """Return the printers that can be named, in the system's order."""

    def default(self) -> str:
        """Return the printer that is used when none is named; empty where there is none."""

    def print_pdf(self, name: str, pdf: bytes, copies: int = 1, title: str = "") -> Job:
        """Hand ``pdf`` to a printer and return when it is taken. ``title`` is seen by others: no personal data."""

    def state(self, job: Job) -> JobState:
        """Return what is known about a job now."""


class CupsPrinters:
    """The printers of CUPS, asked with lp and lpstat. CUPS_SERVER chooses another server, as for every CUPS program."""

    def names(self) -> tuple[str, ...]:
        """Return the destinations that CUPS knows, found ones on the network included."""
        names = tuple(_ask("lpstat", "-e").split())
        if not names and "is running" not in _ask("lpstat", "-r"):
            raise Unavailable("printing.print_system_down")
        return names

    def default(self) -> str:
        """Return CUPS's default destination."""
        found = DEFAULT.search(_ask("lpstat", "-d"))
        return found.group(1) if found else ""

    def print_pdf(self, name: str, pdf: bytes, copies: int = 1, title: str = "") -> Job:
        """Spool ``pdf`` on A4 without scaling. Refused where the printer is unknown or takes no jobs."""
        if name not in self.names():
            raise Refused("printing.no_printer", printer=name)
        options = ["-o", "media=A4", "-o", "print-scaling=none", "-t", title or "PDF"]
        answer = _ask("lp", "-d", name, "-n", str(copies), *options, sent=pdf, printer=name)
        found = REQUEST.search(answer)
        if found is None:
            raise Unavailable("printing.printer_silent", printer=name)
        return Job(name, found.group(1))

    def state(self, job: Job) -> JobState:
        """Return a job's state from the queue; finished jobs are known as long as CUPS keeps its history."""
        if job.id in _first_words(_ask("lpstat", "-W", "not-completed", "-o", job.printer)):
            printer = _ask("lpstat", "-p", job.printer)
            if "disabled" in printer.splitlines()[0]:
                return JobState.HELD
            return JobState.PRINTING if f"now printing {job.id}" in printer else JobState.WAITING
        ended = _first_words(_ask("lpstat", "-W", "completed", "-o", job.printer))
        return JobState.ENDED if job.id in ended else JobState.UNKNOWN


def printers_here() -> Printers | None:
    """Return this system's printers by CUPS, or None where it has not CUPS's commands (Windows, a bare desk)."""
    return CupsPrinters() if shutil.which("lp") and shutil.which("lpstat") else None


def _ask(*command: str, sent: bytes | None = None, printer: str = "") -> str:
    """Run a command of CUPS in plain English, whatever the desk's language, and return what it says."""
    environment = {**os.environ, "LC_ALL": "C", "LANGUAGE": "C"}
    try:
        done = subprocess.run(
            command, input=sent or b"", capture_output=True, timeout=SECONDS, env=environment, check=True
        )
    except FileNotFoundError as why:
        raise Refused("printing.no_print_system", package="cups-client") from why
    except subprocess.TimeoutExpired as why:
        raise Unavailable("printing.printer_silent", printer=printer) from why
    except subprocess.CalledProcessError as why:
        raise _refusal(command[0], why.stderr.decode("utf-8", "replace"), printer) from None
    return done.stdout.decode("utf-8", "replace")


def _refusal(command: str, said: str, printer: str) -> Refused | Unavailable:
    if "scheduler" in said.lower() or "unable to connect" in said.lower():
        return Unavailable("printing.print_system_down")
    reason = said.strip().removeprefix(f"{command}: ")
    return Refused("printing.printer_refused", printer=printer or command, reason=reason)


def _first_words(listing: str) -> set[str]:
    return {line.split()[0] for line in listing.splitlines() if line and not line[0].isspace()}
