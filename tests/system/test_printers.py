"""Printing through a real CUPS queue: bytes arrive as they were, jobs can be followed, failures have a sentence."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from desktop.devices.printers import CupsPrinters, How, Job, JobState, JobTold, Sides, printers_here
from sync.records.errors import Refused, Unavailable
from tests.support.print_queue import PrintQueue
from tests.support.sheets import AGREEMENT, render


@pytest.fixture(scope="module")
def paper() -> bytes:
    return render(AGREEMENT)


def told(job: Job, state: JobState, seconds: float = 20) -> JobTold:
    """What the print system says of a job once it is in ``state``."""
    end = time.monotonic() + seconds
    while (now := CupsPrinters().state(job)).state is not state:
        assert time.monotonic() < end, now
        time.sleep(0.05)
    return now


def test_printers_are_named_and_one_is_the_default(print_queue: PrintQueue) -> None:
    assert printers_here() is not None
    assert CupsPrinters().names() == (print_queue.name,)
    assert CupsPrinters().default() == print_queue.name


def test_a_paper_arrives_as_it_was_rendered(print_queue: PrintQueue, paper: bytes) -> None:
    job = CupsPrinters().print_pdf(print_queue.name, paper, title="（2026）光明人调字第12号")
    assert print_queue.wait_for_paper() == paper
    assert told(job, JobState.PRINTED) == JobTold(JobState.PRINTED)


def test_a_job_at_a_stopped_printer_is_held_until_it_runs_again(print_queue: PrintQueue, paper: bytes) -> None:
    printers = CupsPrinters()
    print_queue.pause()
    job = printers.print_pdf(print_queue.name, paper)
    assert printers.state(job) == JobTold(JobState.HELD, ("paused",), began=False)
    assert printers.told(print_queue.name).state == "stopped"
    print_queue.resume()
    assert print_queue.wait_for_paper() == paper
    told(job, JobState.PRINTED)
    assert printers.told(print_queue.name).state == "idle"


def test_a_job_that_is_cancelled_is_told_from_one_that_was_printed(print_queue: PrintQueue, paper: bytes) -> None:
    printers = CupsPrinters()
    printed = printers.print_pdf(print_queue.name, paper)
    print_queue.wait_for_paper()
    print_queue.pause()
    cancelled = printers.print_pdf(print_queue.name, paper)
    print_queue.cancel()
    assert told(printed, JobState.PRINTED) == JobTold(JobState.PRINTED)
    assert told(cancelled, JobState.CANCELLED) == JobTold(JobState.CANCELLED, began=False)


def test_a_printer_that_jams_says_why_and_the_job_waits_for_somebody(print_queue: PrintQueue, paper: bytes) -> None:
    printers = CupsPrinters()
    print_queue.jam(code=4)
    job = printers.print_pdf(print_queue.name, paper)
    end = time.monotonic() + 20
    while (printer := printers.told(print_queue.name)).state != "stopped":
        assert time.monotonic() < end, printer
    held = told(job, JobState.HELD)
    assert "media-jam-error" in held.reasons
    assert "media-jam-error" in printer.reasons
    assert (printer.accepting, printer.waiting) == (True, 1)
    print_queue.mend()
    print_queue.resume()
    told(job, JobState.PRINTED)
    assert print_queue.wait_for_paper() == paper


def test_a_job_that_the_printer_gives_up_has_failed(print_queue: PrintQueue, paper: bytes) -> None:
    policy = [
        "/usr/sbin/lpadmin",
        "-h",
        print_queue.server,
        "-p",
        print_queue.name,
        "-o",
        "printer-error-policy=abort-job",
    ]
    subprocess.run(policy, check=True, capture_output=True)
    print_queue.jam()
    told(CupsPrinters().print_pdf(print_queue.name, paper), JobState.FAILED)


def test_a_job_of_which_nobody_knows_any_more_is_gone(print_queue: PrintQueue, paper: bytes) -> None:
    job = CupsPrinters().print_pdf(print_queue.name, paper)
    print_queue.wait_for_paper()
    print_queue.forget()
    assert CupsPrinters().state(job) == JobTold(JobState.GONE)


def test_pages_sides_and_collated_copies_reach_the_printer(print_queue: PrintQueue, paper: bytes) -> None:
    CupsPrinters().print_pdf(print_queue.name, paper, How(3, "2-3,5", Sides.LONG))
    print_queue.wait_for_paper()
    asked = print_queue.asked()
    assert asked.startswith("3 ")
    for option in ("page-ranges=2-3,5", "sides=two-sided-long-edge", "collate", "media=A4", "print-scaling=none"):
        assert option in asked.split()


def test_nothing_of_a_paper_lies_in_a_file_of_the_program(
    print_queue: PrintQueue, paper: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    told(CupsPrinters().print_pdf(print_queue.name, paper), JobState.PRINTED)
    assert list(tmp_path.iterdir()) == []


def test_a_printer_that_there_is_not_is_refused_when_it_is_asked(print_queue: PrintQueue) -> None:
    with pytest.raises(Refused) as refused:
        CupsPrinters().told("nowhere")
    assert refused.value.key == "printing.no_printer"


def test_where_nobody_can_be_asked_nothing_is_claimed(
    print_queue: PrintQueue, paper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = CupsPrinters().print_pdf(print_queue.name, paper)
    monkeypatch.setattr("desktop.devices.ipp.shutil.which", lambda _name: None)
    assert CupsPrinters().state(job).state is JobState.UNKNOWN
    assert CupsPrinters().told(print_queue.name).state == "unknown"


def test_an_unknown_printer_is_refused_by_name(print_queue: PrintQueue, paper: bytes) -> None:
    for name in ("nowhere", "-o", ""):
        with pytest.raises(Refused) as refused:
            CupsPrinters().print_pdf(name, paper)
        assert refused.value.key == "printing.no_printer"
    assert print_queue.jobs() == []


def test_a_printer_that_takes_no_jobs_says_why(print_queue: PrintQueue, paper: bytes) -> None:
    subprocess.run(["/usr/sbin/cupsreject", "-h", print_queue.server, print_queue.name], check=True)
    with pytest.raises(Refused) as refused:
        CupsPrinters().print_pdf(print_queue.name, paper)
    assert refused.value.key == "printing.printer_refused"
    assert "not accepting jobs" in str(refused.value.values["reason"])


def test_without_a_print_system_the_paper_can_be_tried_again(monkeypatch: pytest.MonkeyPatch, paper: bytes) -> None:
    monkeypatch.setenv("CUPS_SERVER", "/nonexistent/cups.sock")
    with pytest.raises(Unavailable) as unavailable:
        CupsPrinters().print_pdf("desk", paper)
    assert unavailable.value.key == "printing.print_system_down"


def test_without_cups_s_commands_the_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert printers_here() is None
    with pytest.raises(Refused) as refused:
        CupsPrinters().names()
    assert refused.value.values == {"package": "cups-client"}
