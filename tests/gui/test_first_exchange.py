"""After enrolment the window exchanges by itself; without a network it says so; what today sums up; notices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.app import Application, build
from desktop.config import Home
from desktop.keys import WrappedKeys
from desktop.store.journal import StoreJournal, count_unsent
from desktop.store.units import units
from desktop.store.visits import count_visits
from desktop.ui.stories.colleagues import read_colleagues
from desktop.ui.stories.day import read_standing
from sync.protocol.messages import Receipt
from sync.rehearsal.processes import DistrictProcess
from tests.gui.walk import Walk, clipped, elsewhere
from tests.support.district_process import DistrictHere
from tests.support.window_desk import LEAD, PASSPHRASE, WindowDesk

NOBODY_LISTENS = "http://127.0.0.1:9"
PASSWORD = "Guang-Ming-2026"
NEW, SENT = "李文静", "黄志远"


@pytest.fixture
def district(tmp_path: Path) -> Iterator[DistrictProcess]:
    """A real district on loopback that sent one colleague to the station."""
    with DistrictHere(tmp_path / "district") as made:
        made.init()
        yield made


@pytest.fixture
def unenrolled(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Walk]:
    """A window on a machine that is no station yet."""
    monkeypatch.setenv("QIANSHAO_PASSPHRASE", PASSPHRASE)
    home = Home(tmp_path / "fresh")
    home.save(replace(home.settings, background_exchange=False))  # these exchanges are a person's
    application: Application = build(home, language="zh", theme="light")
    application.start()
    yield Walk(qtbot, application, WindowDesk(home, "", {}))
    application.close()
    application.window.deleteLater()


def test_an_enrolled_desk_exchanges_by_itself_and_has_directories_colleagues_and_numbers(
    district: DistrictProcess, unenrolled: Walk
) -> None:
    code = district.last_line("station", "add", "凤凰站", "--level", "community")
    district.verb("department", "add", "区住房和建设局")
    district.verb("staff", "add", SENT, "--station", "凤凰站", "--role", "issuing_secretary")
    walk, url = unenrolled, district.serve()
    gate = walk.application.gate
    assert gate is not None
    gate.view.fill({"url": url, "code": code, "name": NEW, "password": PASSWORD, "password_again": PASSWORD})
    gate.view.submit()
    walk.until(lambda: walk.application.shell is not None, 30_000)
    assert walk.shell.now == "day_end"
    page = walk.shell.day_end
    walk.until(page.run.isEnabled, 30_000)
    walk.settle()
    assert page.told.property("role") != "error"
    assert "区级已签收" in page.receipt.text()
    with walk.reader() as reader:
        assert "区住房和建设局" in {unit.name for unit in units(reader).values()}
        assert count_unsent(reader) == 0
    sent = {c.name: c.has_password for c in elsewhere(lambda: read_colleagues(walk.shell.tools.desk))}
    assert sent == {NEW: True, SENT: False}
    walk.shell.turn("visits")
    panel = walk.shell.visits.log()
    panel.view.fill({"name": "黎平桂", "category": "neighbours", "text": "楼上漏水"})
    panel.view.submit()
    walk.until(lambda: walk.shell.visits.panel is None)
    assert "000001" in walk.shell.notice.text.text()


@pytest.fixture
def cut_off(desk: WindowDesk) -> WindowDesk:
    """An enrolled desk whose district does not answer."""
    store = desk.store()
    WrappedKeys(desk.home.keys_path, PASSPHRASE).set_device_secret(store.id, b"s" * 32)
    store.close()
    desk.home.save(replace(desk.home.settings, district_url=NOBODY_LISTENS, device="dev_" + "0" * 32))
    return desk


def test_without_a_network_the_first_exchange_says_so_and_the_desk_works(
    cut_off: WindowDesk, open_window: Callable[..., Walk]
) -> None:
    walk = open_window(name=LEAD)
    shell = walk.shell
    shell.exchange_first()
    assert shell.now == "day_end"
    walk.until(shell.day_end.run.isEnabled, 60_000)
    walk.settle()
    assert shell.day_end.told.property("role") == "error"
    assert shell.notice.text.text().startswith("首次交换没有完成")
    with walk.reader() as reader:
        before = count_visits(reader)
    shell.turn("visits")
    panel = shell.visits.log()
    panel.view.fill({"name": "黎平桂", "category": "neighbours", "text": "楼上漏水"})
    panel.view.submit()
    walk.until(lambda: shell.visits.panel is None)
    with walk.reader() as reader:
        assert count_visits(reader) == before + 1


def test_today_is_the_sum_of_todays_receipts_that_agreed(desk: WindowDesk, open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    at = walk.shell.tools.desk.now().replace(hour=0, minute=30)
    store = walk.shell.tools.desk.store
    journal = StoreJournal(store)
    after = 0
    for number, (moment, count, agreed) in enumerate(
        [
            (at - timedelta(hours=1), 100, True),
            (at, 20, True),
            (at + timedelta(seconds=1), 9, False),
            (at + timedelta(seconds=2), 3, True),
        ]
    ):
        counts = {"visit": count - 1, "person": 1}
        upto = after + count
        told = Receipt(f"rec_{number}", store.id, desk.unit, after, upto, counts, "00", agreed, "", moment)
        journal.keep_receipt(told)
        after = upto if agreed else after
    standing = elsewhere(lambda: read_standing(walk.shell.tools.desk))
    assert (standing.times, standing.exchanged) == (2, 23)
    walk.shell.turn("day_end")
    walk.settle()
    assert walk.shell.day_end.receipt.text().startswith("今日往来 23 条，区级 2 次回执一致")


def test_yesterdays_receipt_is_not_told_as_todays(desk: WindowDesk, open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    at = walk.shell.tools.desk.now().replace(hour=0, minute=0) - timedelta(minutes=5)
    store = walk.shell.tools.desk.store
    told = Receipt("rec_1", store.id, desk.unit, 0, 7, {"visit": 7}, "00", True, "", at)
    StoreJournal(store).keep_receipt(told)
    walk.shell.turn("day_end")
    walk.settle()
    assert walk.shell.day_end.receipt.text().startswith("今日还没有报送")


@pytest.mark.parametrize("size", [(1366, 768), (1100, 680)])
def test_a_notice_is_whole_and_covers_no_button_of_an_open_form(walk: Walk, size: tuple[int, int]) -> None:
    walk.application.window.resize(*size)
    walk.shell.turn("visits")
    panel = walk.shell.visits.log()
    walk.settle()
    for text in ("已登记 光明登2026-000012", "这一步没有完成，请联系区级管理员处理之后再试一次。" * 4):
        walk.shell.say(text, "bad")
        walk.settle()
        frame = walk.shell.notice.frame
        place = area(frame, walk.shell)
        assert walk.shell.rect().contains(place)
        assert clipped(walk.shell.notice) == []
        shown = [b for b in walk.shell.findChildren(QAbstractButton) if b.isVisible() and not frame.isAncestorOf(b)]
        assert panel.view.button in shown
        assert panel.view.button.visibleRegion().boundingRect() == panel.view.button.rect()
        under = [
            b.objectName() for b in shown if not b.visibleRegion().isEmpty() and area(b, walk.shell).intersects(place)
        ]
        assert under == []


def area(widget: QWidget, inside: QWidget) -> QRect:
    """What is to be seen of a widget, in the coordinates of another."""
    seen = widget.visibleRegion().boundingRect()
    return seen.translated(widget.mapTo(inside, widget.rect().topLeft()))
