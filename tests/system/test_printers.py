"""Printing through a real CUPS queue: bytes arrive as they were, jobs can be followed, failures have a sentence."""

from __future__ import annotations

import subprocess

import pytest

from desktop.devices.printers import CupsPrinters, JobState, printers_here
from sync.records.errors import Refused, Unavailable
from tests.support.print_queue import PrintQueue
from tests.support.sheets import AGREEMENT, render


@pytest.fixture(scope="module")
def paper() -> bytes:
    return render(AGREEMENT)


def test_printers_are_named_and_one_is_the_default(print_queue: PrintQueue) -> None:
    assert printers_here() is not None
    assert CupsPrinters().names() == (print_queue.name,)
    assert CupsPrinters().default() == print_queue.name


def test_a_paper_arrives_as_it_was_rendered(print_queue: PrintQueue, paper: bytes) -> None:
    job = CupsPrinters().print_pdf(print_queue.name, paper, title="（2026）光明人调字第12号")
    assert print_queue.wait_for_paper() == paper
    assert CupsPrinters().state(job) is JobState.ENDED


def test_a_job_at_a_stopped_printer_is_held_until_it_runs_again(print_queue: PrintQueue, paper: bytes) -> None:
    printers = CupsPrinters()
    print_queue.pause()
    job = printers.print_pdf(print_queue.name, paper)
    assert printers.state(job) is JobState.HELD
    print_queue.resume()
    assert print_queue.wait_for_paper() == paper
    assert printers.state(job) is JobState.ENDED


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
