"""Printers: a small interface, and CUPS through its own commands. The PDF goes through a pipe, never through a file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from desktop.devices import ipp
from sync.records.errors import Refused, Unavailable

SECONDS = 30
"""How long a print system may take to answer."""
REQUEST = re.compile(r"request id is (\S+-\d+)")
DEFAULT = re.compile(r"system default destination: (\S+)")


class JobState(StrEnum):
    """Where a job is. ``HELD`` waits for somebody: an empty tray, a stopped printer. ``PRINTED`` is said only where the
    print system says that the job was completed; ``GONE``: it knows nothing of it (any more); ``UNKNOWN``: nobody can
    be asked.
    """

    WAITING = "waiting"
    PRINTING = "printing"
    HELD = "held"
    PRINTED = "printed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    GONE = "gone"
    UNKNOWN = "unknown"


class Sides(StrEnum):
    """IPP's values of ``sides`` (RFC 8011, 5.2.8)."""

    ONE = "one-sided"
    LONG = "two-sided-long-edge"
    SHORT = "two-sided-short-edge"


@dataclass(frozen=True, slots=True)
class Job:
    """One set of papers on its way: the print system's own name of it, and the printer's."""

    printer: str
    id: str


@dataclass(frozen=True, slots=True)
class JobTold:
    """What is known of a job: its state, the printer's reasons (IPP keywords), and whether printing ever began."""

    state: JobState
    reasons: tuple[str, ...] = ()
    began: bool = True


@dataclass(frozen=True, slots=True)
class PrinterTold:
    """What a printer says of itself: idle, printing or stopped, its reasons (IPP keywords), its own sentence.

    ``duplex`` is None where it does not say; ``waiting`` are jobs before the next one.
    """

    state: str
    reasons: tuple[str, ...] = ()
    message: str = ""
    accepting: bool = True
    duplex: bool | None = None
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class How:
    """How a paper is printed: collated ``copies``, ``pages`` as "2-3,5" (empty: all), ``sides``."""

    copies: int = 1
    pages: str = ""
    sides: Sides = Sides.ONE


class Printers(Protocol):
    """What a print system can do; where there is no CUPS the window brings one of its own."""

    def names(self) -> tuple[str, ...]:
        """Return the printers that can be named, in the system's order."""

    def default(self) -> str:
        """Return the printer that is used when none is named; empty where there is none."""

    def told(self, name: str) -> PrinterTold:
        """Return what a printer says of itself now; Refused where there is none of this name."""

    def print_pdf(self, name: str, pdf: bytes, how: How | None = None, title: str = "") -> Job:
        """Hand ``pdf`` to a printer and return when it is taken. ``title`` is seen by others: no personal data."""

    def state(self, job: Job) -> JobTold:
        """Return what is known about a job now."""


_JOB: Final = ("job-state", "job-state-reasons", "time-at-processing")
_PRINTER: Final = (
    "printer-state", "printer-state-reasons", "printer-state-message", "printer-is-accepting-jobs", "sides-supported",
    "queued-job-count",
)  # fmt: skip
_STATES: Final = {
    3: JobState.WAITING,
    4: JobState.HELD,
    5: JobState.PRINTING,
    6: JobState.HELD,
    7: JobState.CANCELLED,
    8: JobState.FAILED,
    9: JobState.PRINTED,
}
"""IPP's job-state (RFC 8011, 5.3.7)."""
_PRINTER_STATES: Final = {3: "idle", 4: "printing", 5: "stopped"}
_PLAIN: Final = frozenset(
    [
        "none",
        "job-printing",
        "job-incoming",
        "job-completed-successfully",
        "processing-to-stop-point",
        "job-canceled-by-user",
        "cups-waiting-for-job-completed",
    ]
)
"""Reasons that say no more than the state does."""
_WAITS_FOR_SOMEBODY: Final = (
    "paused",
    "media-empty",
    "media-needed",
    "media-jam",
    "cover-open",
    "door-open",
    "toner-empty",
    "marker-supply-empty",
    "offline",
    "shutdown",
)
_NO_ROOM: Final = (
    "unable to queue",
    "unable to finish request",
    "request entity too large",
    "broken pipe",
    "connection reset",
)
"""What lp says where the server has no room for a paper: the line is closed in the middle of it, or at its end."""


class CupsPrinters:
    """The printers of CUPS, asked with lp, lpstat and ipptool. CUPS_SERVER chooses another server, as for every CUPS
    program."""

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

    def told(self, name: str) -> PrinterTold:
        """Return the printer's state with its own reasons; "unknown" where this system cannot ask it."""
        if not ipp.can_ask():
            return PrinterTold("unknown")
        found = ipp.printer_attributes(_server(), name, _PRINTER)
        if found is None:
            raise Refused("printing.no_printer", printer=name)
        sides = found.get("sides-supported", ())
        return PrinterTold(
            state=_PRINTER_STATES.get(found.get("printer-state", (0,))[0], "unknown"),
            reasons=_reasons(found.get("printer-state-reasons", ())),
            message=str(found.get("printer-state-message", ("",))[0]),
            accepting=bool(found.get("printer-is-accepting-jobs", (True,))[0]),
            duplex=any(str(s).startswith("two-sided") for s in sides) if sides else None,
            waiting=int(found.get("queued-job-count", (0,))[0]),
        )

    def print_pdf(self, name: str, pdf: bytes, how: How | None = None, title: str = "") -> Job:
        """Spool ``pdf`` on A4 without scaling. Refused where the printer is unknown or takes no jobs."""
        how = how or How()
        if name not in self.names():
            raise Refused("printing.no_printer", printer=name)
        options = ["-o", "media=A4", "-o", "print-scaling=none", "-o", f"sides={how.sides}", "-t", title or "PDF"]
        if how.copies > 1:
            options += ["-o", "collate=true"]
        if how.pages:
            options += ["-P", how.pages]
        answer = _ask("lp", "-d", name, "-n", str(how.copies), *options, sent=pdf, printer=name)
        found = REQUEST.search(answer)
        if found is None:
            raise Unavailable("printing.printer_silent", printer=name)
        return Job(name, found.group(1))

    def state(self, job: Job) -> JobTold:
        """Return a job's state; finished jobs are known as long as CUPS keeps its history."""
        number = job.id.rpartition("-")[2]
        if not ipp.can_ask() or not number.isdecimal():
            return JobTold(JobState.UNKNOWN)
        found = ipp.job_attributes(_server(), job.printer, int(number), _JOB)
        if found is None:
            return JobTold(JobState.GONE)
        state = _STATES.get(found.get("job-state", (0,))[0], JobState.UNKNOWN)
        began = isinstance(found.get("time-at-processing", (None,))[0], int)
        if state not in (JobState.WAITING, JobState.PRINTING, JobState.HELD):
            return JobTold(state, _reasons(found.get("job-state-reasons", ())), began)
        printer = self.told(job.printer)  # a job in the queue of a stopped printer does not say so itself
        if printer.state == "stopped" or any(waits in r for r in printer.reasons for waits in _WAITS_FOR_SOMEBODY):
            state = JobState.HELD
        return JobTold(state, printer.reasons, began)


def printers_here() -> Printers | None:
    """Return this system's printers by CUPS, or None where it has not CUPS's commands (Windows, a bare desk)."""
    return CupsPrinters() if shutil.which("lp") and shutil.which("lpstat") else None


def _server() -> str:
    """Return which server lp speaks to: a socket's path, or host and port."""
    return _ask("lpstat", "-H").strip()


def _reasons(said: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(reason for each in said if (reason := str(each)) not in _PLAIN)


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
    if any(sign in said.lower() for sign in _NO_ROOM):
        return Unavailable("printing.print_system_full", printer=printer)
    reason = said.strip().removeprefix(f"{command}: ")
    return Refused("printing.printer_refused", printer=printer or command, reason=reason)
