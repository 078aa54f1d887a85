"""Papers that really came out: pages, sets, sides, text and outcome, read back from what printers made of them."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.actions.print_jobs import Sent, Wanted, send_paper, settle
from desktop.actions.print_sets import sets_of
from desktop.devices.printers import CupsPrinters, How, Job, JobState, Sides
from desktop.store.links import agreements_of, prints_of
from desktop.store.prints import words_on
from sync.records.errors import Unavailable
from sync.records.papers import PaperKind
from tests.support.pdf import apart, check_structure, information_of, text_of
from tests.support.pdf_queue import PdfQueue
from tests.support.print_queue import PrintQueue
from tests.support.sheets import AGREEMENT, render
from tests.system.actions.conftest import Station

PLAIN = replace(
    AGREEMENT,
    parties=(AGREEMENT.parties[0], replace(AGREEMENT.parties[1], representative="王㛃", agent="李䶮（委托代理人）")),
    mediators=("黎文静",),
    recorder="陈㛃",
)
"""Rare characters too, but none beyond U+FFFF: PostScript's names of glyphs end there."""
SOON = 20


@pytest.fixture
def agreement(station: Station, mediation: str) -> str:
    with station.store.read() as reader:
        (found,) = agreements_of(reader, mediation)
    return found.id


def sent(
    station: Station, agreement: str, queue: PrintQueue, how: How | None = None, whom: tuple[str, ...] = ()
) -> Sent:
    wanted = Wanted(PaperKind.AGREEMENT, agreement, queue.name, how or How(), whom, "agreement", reasons="当事人已知情")
    return send_paper(station.desk, CupsPrinters(), wanted)


def job_of(done: Sent) -> Job:
    assert done.job is not None, done.error
    return done.job


def results(station: Station, done: Sent) -> list[str]:
    settle(station.desk, CupsPrinters())
    with station.store.read() as reader:
        return [o.result.value for o in words_on(reader, done.printed.print_id)]


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def pages(pdf: bytes) -> int:
    return int(information_of(pdf)["Pages"])


def test_the_text_of_what_came_out_is_the_paper_s(pdf_queue: PdfQueue) -> None:
    paper = render(PLAIN)
    came = pdf_queue.wait_for(CupsPrinters().print_pdf(pdf_queue.name, paper, title="agreement"))
    assert "䶮㛃" in text_of(came)
    assert text_of(came) == text_of(paper)
    assert pages(came) == pages(paper)


def test_every_rare_character_came_out_as_it_was_drawn(pdf_queue: PdfQueue, tmp_path: Path) -> None:
    paper = render(AGREEMENT)
    came = pdf_queue.wait_for(CupsPrinters().print_pdf(pdf_queue.name, paper, title="agreement"))
    assert apart(paper, came, tmp_path) < 30
    for other in (replace(AGREEMENT, recorder="陈𪚦"), replace(AGREEMENT, mediators=("𠅥文静",))):
        assert apart(paper, render(other), tmp_path) > 50


def test_a_page_range_prints_those_pages_alone(pdf_queue: PdfQueue, tmp_path: Path) -> None:
    paper = render(PLAIN)
    first, second = (
        pdf_queue.wait_for(CupsPrinters().print_pdf(pdf_queue.name, paper, How(pages=each), "agreement"))
        for each in ("1", "2")
    )
    assert (pages(first), pages(second)) == (1, 1)
    assert text_of(first) + text_of(second) == text_of(paper)
    assert text_of(first).startswith("人民调解协议书")


@pytest.mark.parametrize("sides", list(Sides))
def test_a_set_for_each_party_comes_out_collated(
    station: Station, agreement: str, pdf_queue: PdfQueue, sides: Sides
) -> None:
    sets = sets_of(station.desk, PaperKind.AGREEMENT, agreement)
    whom = tuple(each.id for each in sets)
    assert len(whom) == 3
    done = sent(station, agreement, pdf_queue, How(len(sets), "", sides), whom)
    came = pdf_queue.wait_for(job_of(done))
    assert pages(came) == len(sets) * pages(done.printed.bytes)
    assert text_of(came).count("人民调解协议书编号") == len(sets)
    one = text_of(came)[: len(text_of(came)) // len(sets)]
    assert text_of(came) == one * len(sets)
    until(lambda: results(station, done) == ["taken", "printed"])
    with station.store.read() as reader:
        (fact,) = prints_of(reader, agreement)
    assert (fact.copies, fact.recipients) == (3, whom)


def test_a_printer_that_takes_pdf_gets_the_text_code_point_by_code_point(pdf_printer: PrintQueue) -> None:
    paper = render(AGREEMENT)
    CupsPrinters().print_pdf(pdf_printer.name, paper)
    came = pdf_printer.wait_for_paper()
    assert "𪚥" in text_of(came)
    assert text_of(came) == text_of(paper)


def test_its_sets_are_collated_and_on_both_sides_each_begins_on_a_sheet_of_its_own(
    pdf_printer: PrintQueue, tmp_path: Path
) -> None:
    paper = render(AGREEMENT)
    assert CupsPrinters().told(pdf_printer.name).duplex
    CupsPrinters().print_pdf(pdf_printer.name, paper, How(3, "1", Sides.LONG))
    came = pdf_printer.wait_for_paper()
    first = text_of(paper)[: len(text_of(came)) // 3]
    assert text_of(came) == first * 3
    assert pages(came) in (5, 6)  # an empty back between two sets
    check_structure(came, tmp_path)


def test_printed_is_said_only_when_the_paper_is_there(
    station: Station, agreement: str, pdf_queue: PdfQueue, tmp_path: Path
) -> None:
    pdf_queue.run_dry()
    done = sent(station, agreement, pdf_queue)
    until(lambda: CupsPrinters().state(job_of(done)).state is JobState.PRINTING)
    for _ in range(5):
        assert results(station, done) == ["taken"]
        assert pdf_queue.papers() == []
        time.sleep(0.1)
    pdf_queue.ink()
    until(lambda: results(station, done) == ["taken", "printed"])
    came = pdf_queue.printed(job_of(done))
    assert came is not None
    check_structure(came.read_bytes(), tmp_path)


@pytest.mark.parametrize("begun", [False, True])
def test_a_cancelled_job_has_no_paper(station: Station, agreement: str, pdf_queue: PdfQueue, *, begun: bool) -> None:
    if begun:
        pdf_queue.run_dry()
    else:
        pdf_queue.pause()
    done = sent(station, agreement, pdf_queue)
    if begun:
        until(lambda: CupsPrinters().state(job_of(done)).state is JobState.PRINTING)
    pdf_queue.cancel()
    until(lambda: results(station, done)[-1] == "cancelled")
    with station.store.read() as reader:
        last = words_on(reader, done.printed.print_id)[-1]
    assert last.unbegun is not begun
    if begun:
        pdf_queue.ink()
    else:
        pdf_queue.resume()
    again = sent(station, agreement, pdf_queue)
    pdf_queue.wait_for(job_of(again))
    assert pdf_queue.papers() == [pdf_queue.printed(job_of(again))]
    assert again.printed.copy == (2 if begun else 1)  # of the one that began a sheet may lie in the tray


@pytest.mark.parametrize("times", [0, 1, 10])
def test_a_paper_of_any_size_finds_a_full_disk_out(pdf_queue: PdfQueue, times: int) -> None:
    pdf_queue.fill()
    with pytest.raises(Unavailable, match="print_system_full"):
        CupsPrinters().print_pdf(pdf_queue.name, b"%PDF-1.4\n" + render(PLAIN) * times)
    until(lambda: pdf_queue.jobs() == [])  # the server gives the job up after lp has gone


def test_a_full_disk_of_the_print_system_has_its_sentence_and_burns_no_number(
    station: Station, agreement: str, pdf_queue: PdfQueue
) -> None:
    pdf_queue.fill()
    stayed = sent(station, agreement, pdf_queue)
    assert isinstance(stayed.error, Unavailable)
    assert stayed.error.key == "printing.print_system_full"
    assert results(station, stayed) == ["not_taken"]
    until(lambda: pdf_queue.jobs() == [])
    before = station.counts()
    settle(station.desk, CupsPrinters())
    assert station.counts() == before
    pdf_queue.empty()
    again = sent(station, agreement, pdf_queue)
    came = pdf_queue.wait_for(job_of(again))
    assert (again.printed.copy, again.printed.bytes) == (1, stayed.printed.bytes)
    assert "副本" not in text_of(came)
    assert pdf_queue.papers() == [pdf_queue.printed(job_of(again))]


def test_a_full_disk_of_the_store_records_nothing_and_nothing_is_printed(
    station: Station, agreement: str, pdf_queue: PdfQueue
) -> None:
    """The kernel refuses what is written beyond a limit, as a full disk does; it lies within the paper's bytes."""
    before, (soft, hard) = station.counts(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16_384, hard))
    try:
        with pytest.raises(Unavailable, match=r"store\.disk"):
            sent(station, agreement, pdf_queue)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert station.counts() == before
    assert pdf_queue.jobs() == []
    with station.store.read() as reader:
        assert prints_of(reader, agreement) == []
    done = sent(station, agreement, pdf_queue)
    pdf_queue.wait_for(job_of(done))
    assert done.printed.copy == 1
    assert pdf_queue.papers() == [pdf_queue.printed(job_of(done))]
