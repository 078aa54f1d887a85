"""What became of a print, by a real CUPS queue and a real store: said from proof alone, amended as more is known."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable

import pytest

from desktop.actions.papers import preview, usual_copies
from desktop.actions.print_jobs import Sent, Wanted, keep_sides, say_outcome, send_paper, settle, usual_sides
from desktop.actions.visits import log_visit
from desktop.devices.printers import CupsPrinters, How, Sides
from desktop.forms.form import Draft
from desktop.store.links import prints_of
from desktop.store.prints import list_prints, outcomes_of, words_on
from sync.records.errors import QianshaoError, Refused
from sync.records.papers import PaperKind, PrintResult
from tests.support.pdf import text_of
from tests.support.print_queue import PrintQueue
from tests.system.actions.conftest import Station


@pytest.fixture
def visit(station: Station, visitor: Callable[..., Draft]) -> str:
    return log_visit(station.desk, station.draft("visit", **visitor())).id


def sent(station: Station, visit: str, printer: str, how: How | None = None) -> Sent:
    wanted = Wanted(PaperKind.REGISTRATION, visit, printer, how or How(), title="登记表")
    return send_paper(station.desk, CupsPrinters(), wanted)


def results(station: Station, print_id: str) -> list[str]:
    with station.store.read() as reader:
        return [o.result.value for o in words_on(reader, print_id)]


def settled(station: Station, print_id: str, last: PrintResult) -> list[str]:
    """Ask until the last word on a print is ``last``; return all words."""
    end = time.monotonic() + 20
    while (found := results(station, print_id))[-1] != last:
        assert time.monotonic() < end, found
        settle(station.desk, CupsPrinters())
        time.sleep(0.05)
    return found


def test_a_print_is_taken_then_printed(station: Station, visit: str, print_queue: PrintQueue) -> None:
    done = sent(station, visit, print_queue.name)
    assert results(station, done.printed.print_id) == ["taken"]
    print_queue.wait_for_paper()
    assert settled(station, done.printed.print_id, PrintResult.PRINTED) == ["taken", "printed"]
    before = station.counts()
    assert not settle(station.desk, CupsPrinters()).kinds
    assert station.counts() == before


def test_what_waits_at_a_stopped_printer_says_so_once_and_is_printed_later(
    station: Station, visit: str, print_queue: PrintQueue
) -> None:
    print_queue.pause()
    done = sent(station, visit, print_queue.name)
    for _ in range(3):
        settle(station.desk, CupsPrinters())
    assert results(station, done.printed.print_id) == ["taken", "held"]
    with station.store.read() as reader:
        (row,) = list_prints(reader)
    assert (row.result, row.reason, row.printer) == (PrintResult.HELD, "paused", print_queue.name)
    print_queue.resume()
    assert settled(station, done.printed.print_id, PrintResult.PRINTED) == ["taken", "held", "printed"]


def test_a_print_that_was_cancelled_before_it_began_costs_no_copy(
    station: Station, visit: str, print_queue: PrintQueue
) -> None:
    print_queue.pause()
    lost = sent(station, visit, print_queue.name)
    print_queue.cancel()
    settled(station, lost.printed.print_id, PrintResult.CANCELLED)
    assert "副本" not in text_of(preview(station.desk, PaperKind.REGISTRATION, visit))
    assert usual_copies(station.desk, PaperKind.REGISTRATION, visit) == 1
    print_queue.resume()
    again = sent(station, visit, print_queue.name)
    assert (again.printed.copy, again.printed.bytes) == (1, lost.printed.bytes)
    assert settled(station, again.printed.print_id, PrintResult.PRINTED)
    assert sent(station, visit, print_queue.name).printed.copy == 2


def test_a_print_that_was_printed_and_then_one_more_is_a_copy(
    station: Station, visit: str, print_queue: PrintQueue
) -> None:
    sent(station, visit, print_queue.name)
    print_queue.wait_for_paper()
    assert sent(station, visit, print_queue.name).printed.copy == 2


def test_a_job_that_vanished_is_said_to_have_no_trace_until_a_person_says_what_became_of_it(
    station: Station, visit: str, print_queue: PrintQueue
) -> None:
    done = sent(station, visit, print_queue.name)
    print_queue.wait_for_paper()
    print_queue.forget()
    assert settled(station, done.printed.print_id, PrintResult.LOST) == ["taken", "lost"]
    say_outcome(station.desk, done.printed.print_id, in_hand=True)
    with station.store.read() as reader:
        last = outcomes_of(reader, [done.printed.print_id])[done.printed.print_id]
    assert (last.result, last.by_hand, last.job) == (PrintResult.PRINTED, True, done.job.id if done.job else "")
    with pytest.raises(Refused, match="print_outcome_known"):
        say_outcome(station.desk, done.printed.print_id, in_hand=False)


@pytest.mark.parametrize("trouble", ["rejects", "unknown", "down"])
def test_what_no_printer_took_says_why_and_burns_no_number(
    station: Station, visit: str, print_queue: PrintQueue, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    printer = print_queue.name
    if trouble == "rejects":
        subprocess.run(["/usr/sbin/cupsreject", "-h", print_queue.server, printer], check=True)
    elif trouble == "unknown":
        printer = "没有的打印机"
    else:
        monkeypatch.setenv("CUPS_SERVER", "/nonexistent/cups.sock")
    stayed = sent(station, visit, printer)
    assert isinstance(stayed.error, QianshaoError)
    assert results(station, stayed.printed.print_id) == ["not_taken"]
    if trouble == "rejects":
        subprocess.run(["/usr/sbin/cupsaccept", "-h", print_queue.server, printer], check=True)
    monkeypatch.setenv("CUPS_SERVER", print_queue.server)
    again = sent(station, visit, print_queue.name)
    assert again.error is None
    assert (again.printed.copy, again.printed.bytes) == (1, stayed.printed.bytes)
    with station.store.read() as reader:
        (fact,) = prints_of(reader, visit)
    assert fact.amends == stayed.printed.print_id


def test_pages_copies_and_for_whom_they_are_stand_in_the_print(
    station: Station, visit: str, print_queue: PrintQueue
) -> None:
    wanted = Wanted(PaperKind.REGISTRATION, visit, print_queue.name, How(2, "1", Sides.LONG), ("per_a", "uni_b"))
    send_paper(station.desk, CupsPrinters(), wanted)
    with station.store.read() as reader:
        (fact,) = prints_of(reader, visit)
    assert (fact.copies, fact.pages, fact.recipients) == (2, "1", ("per_a", "uni_b"))
    print_queue.wait_for_paper()
    assert "sides=two-sided-long-edge" in print_queue.asked()


def test_sides_are_remembered_for_each_printer(station: Station) -> None:
    assert usual_sides(station.desk, "柜台") is Sides.ONE
    keep_sides(station.desk, "柜台", Sides.LONG)
    assert usual_sides(station.desk, "柜台") is Sides.LONG
    assert usual_sides(station.desk, "二楼") is Sides.ONE
