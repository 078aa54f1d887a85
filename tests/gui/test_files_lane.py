"""Files follow behind the receipt: the day end tells them in bytes, waits where the line breaks, and can be stopped."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from desktop.actions.attachments import Content, attach
from desktop.actions.day_end import Underway
from desktop.store.journal import StoreJournal
from sync.records.media import PDF
from sync.rehearsal.processes import DistrictProcess
from tests.gui.test_first_exchange import NEW, PASSWORD, district, unenrolled
from tests.gui.walk import Walk, clipped, elsewhere
from tests.support.breaking_line import BreakingLine, Moment

__all__ = ["district", "unenrolled"]


@pytest.fixture
def line(district: DistrictProcess) -> Iterator[BreakingLine]:
    """The way to the district, which can be cut."""
    with BreakingLine(district.serve()) as line:
        yield line


@pytest.fixture
def at_work(district: DistrictProcess, unenrolled: Walk, line: BreakingLine) -> Walk:
    """A window that was enrolled over the line and has one visit with a file of 1.5 MB."""
    walk, gate = unenrolled, unenrolled.application.gate
    assert gate is not None
    code = district.last_line("station", "add", "凤凰站", "--level", "community")
    gate.view.fill({"url": line.url, "code": code, "name": NEW, "password": PASSWORD, "password_again": PASSWORD})
    gate.view.submit()
    walk.until(lambda: walk.application.shell is not None, 30_000)
    walk.until(walk.shell.day_end.run.isEnabled, 30_000)
    walk.shell.turn("visits")
    panel = walk.shell.visits.log()
    panel.view.fill({"name": "黎平桂", "category": "neighbours", "text": "楼上漏水"})
    panel.view.submit()
    walk.until(lambda: walk.shell.visits.panel is None)
    walk.settle()
    add_file(walk)
    walk.shell.turn("day_end")
    return walk


def add_file(walk: Walk) -> None:
    with walk.reader() as reader:
        visit = reader.sql("SELECT id FROM record WHERE kind = 'visit'").fetchone()[0]
    paper = Content("合同.pdf", PDF, b"%PDF-1.7\n" + os.urandom(1_500_000))
    elsewhere(lambda: attach(walk.shell.tools.desk, visit, paper))


def waiting(walk: Walk) -> int:
    return elsewhere(lambda: len(list(StoreJournal(walk.shell.tools.desk.store).unsent_files())))


def test_files_follow_the_receipt_and_go_on_where_the_line_broke(at_work: Walk, line: BreakingLine) -> None:
    walk, page = at_work, at_work.shell.day_end
    line.break_at("uploads", Moment.HALFWAY, lambda: None, skip=1)
    page.begin()
    walk.until(page.run.isEnabled, 30_000)
    assert "回执一致" in walk.shell.notice.text.text(), "no word of the receipt waits for a file"
    walk.until(lambda: "网络中断" in page.files.told.text(), 30_000)
    assert clipped(page) == []
    walk.until(lambda: not page.files.under_way, 60_000)
    assert line.broke.is_set()
    assert page.files.told.text() == "附件已传完：1 个，未被接收 0 个"
    assert page.files.cancel.isHidden()
    assert waiting(walk) == 0


def test_files_can_be_stopped_and_go_on_with_the_next_day_end(at_work: Walk, line: BreakingLine) -> None:
    walk, page = at_work, at_work.shell.day_end
    line.break_at("uploads", Moment.HEARD, lambda: None, skip=2)
    page.begin()
    walk.until(lambda: "网络中断" in page.files.told.text(), 60_000)
    page.files.cancel.click()
    walk.until(lambda: not page.files.under_way, 30_000)
    walk.settle()
    assert page.files.told.text().startswith("还有 1 个附件没有传完")
    assert waiting(walk) == 1
    page.begin()
    walk.until(lambda: "附件已传完" in page.files.told.text(), 60_000)
    assert waiting(walk) == 0


def stalled(walk: Walk, district: DistrictProcess, begin: Callable[[], None], under_way: Callable[[], bool]) -> float:
    """Begin an exchange at a district that says nothing more, and click Stop; returns how many seconds that took."""
    page = walk.shell.day_end
    os.kill(district.pid, signal.SIGSTOP)
    try:
        begin()
        walk.qtbot.wait(700)
        assert under_way()
        begun = time.monotonic()
        (page.cancel if page.cancel.isVisible() else page.files.cancel).click()
        walk.until(lambda: not under_way(), 30_000)
        return time.monotonic() - begun
    finally:
        os.kill(district.pid, signal.SIGCONT)


def test_a_day_end_at_a_district_that_says_nothing_more_is_stopped_at_once(
    at_work: Walk, district: DistrictProcess
) -> None:
    page, words = at_work.shell.day_end, at_work.application.words
    at_work.settle()
    took = stalled(at_work, district, page.begin, lambda: not page.run.isEnabled())
    assert took < 5, "nobody waits for thirty seconds"
    assert page.told.text() == words("exchange.cancelled")
    page.begin()
    at_work.until(page.run.isEnabled, 30_000)
    assert "回执一致" in at_work.shell.notice.text.text()
    at_work.until(lambda: not page.files.under_way, 30_000)


def test_files_at_a_district_that_says_nothing_more_are_stopped_at_once(
    at_work: Walk, district: DistrictProcess, line: BreakingLine
) -> None:
    page = at_work.shell.day_end
    line.break_at("uploads", Moment.HEARD, lambda: None)
    page.begin()
    at_work.until(lambda: "网络中断" in page.files.told.text(), 60_000)
    page.files.cancel.click()
    at_work.until(lambda: not page.files.under_way, 30_000)
    at_work.settle()
    assert waiting(at_work) == 1
    took = stalled(at_work, district, page.files.begin, lambda: page.files.under_way)
    assert took < 5
    assert waiting(at_work) == 1


def test_a_window_is_closed_at_once_while_its_day_end_stalls(at_work: Walk, district: DistrictProcess) -> None:
    page = at_work.shell.day_end
    at_work.settle()
    os.kill(district.pid, signal.SIGSTOP)
    try:
        page.begin()
        at_work.qtbot.wait(700)
        begun = time.monotonic()
        at_work.application.tasks.close()
        assert time.monotonic() - begun < 5
    finally:
        os.kill(district.pid, signal.SIGCONT)


def test_the_day_end_tells_stage_records_bytes_and_a_pause(at_work: Walk) -> None:
    page, words = at_work.shell.day_end, at_work.application.words
    page._progress(Underway("stage_push", 1500, 4000, 3 * 1024**2 // 2))
    assert page.told.text() == "正在上送记录  1,500/4,000  已传 1.5 MB"
    assert (page.bar.value(), page.bar.maximum()) == (1500, 4000)
    page._progress(Underway("stage_push", 1500, 4000, 1, pause=0.2))
    assert page.told.text() == words("exchange.again", seconds=1)
    page._progress(Underway("stage_hello", 0, 0, 0))
    assert page.told.text() == words("exchange.stage_hello")
