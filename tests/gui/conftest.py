"""A window for each test: on a station's store with a day's records, signed in as whom the test names."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

if "DISPLAY" not in os.environ:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import Application, build
from desktop.config import Home
from desktop.ui.shell import Shell
from tests.gui.walk import Walk
from tests.support.own_display import OwnDisplay
from tests.support.qt_classes import watch_classes
from tests.support.stale_wrappers import items_of_layouts
from tests.support.ui_thread import watched
from tests.support.window_day import a_day
from tests.support.window_desk import PASSPHRASE, WindowDesk, enrolled_home

DISPLAY = OwnDisplay()
ELSEWHERE = watch_classes()


def pytest_configure() -> None:
    """Before the first window: an X server that no other worker's windows are on."""
    DISPLAY.start()


def pytest_unconfigure() -> None:
    """Leave what the binding to Qt keeps in cycles to the end of the process: the interpreter's last collection takes
    dead wrappers apart one reference too far ("bool_dealloc", seen with PySide6 6.12 on Python 3.11)."""
    gc.freeze()
    DISPLAY.stop()


@pytest.fixture(autouse=True)
def ui_statements() -> Iterator[list[str]]:
    """The UI thread draws, lanes work: in whatever a test does, the window runs no statement on this thread."""
    with watched() as statements:
        yield statements
    assert statements == []


@pytest.fixture(autouse=True)
def classes_of_qt() -> Iterator[None]:
    """No lane makes a class of Qt while the window paints."""
    ELSEWHERE.clear()
    yield
    assert not ELSEWHERE, "\n".join(ELSEWHERE)


@pytest.fixture(autouse=True)
def items_of_qt() -> Iterator[None]:
    """Nobody asks a layout for its items: the names for them outlive them (stale_wrappers.py)."""
    yield
    assert not items_of_layouts()


@pytest.fixture(scope="session")
def day_of_records(tmp_path_factory: pytest.TempPathFactory) -> WindowDesk:
    """One store with a day's records, made once; every test works on a copy."""
    desk = enrolled_home(tmp_path_factory.mktemp("day") / "qianshao")
    a_day(desk)
    return desk


@pytest.fixture
def desk(day_of_records: WindowDesk, tmp_path: Path) -> WindowDesk:
    """A home of this test's own."""
    shutil.copytree(day_of_records.home.path, tmp_path / "qianshao")
    return WindowDesk(Home(tmp_path / "qianshao"), day_of_records.unit, day_of_records.staff)


@pytest.fixture
def open_window(qtbot: QtBot, desk: WindowDesk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Walk]]:
    """Open the window on the home; it is closed in good order after the test."""
    opened: list[Application] = []

    def open_it(*, language: str = "zh", theme: str = "light", name: str = "") -> Walk:
        monkeypatch.setenv("QIANSHAO_PASSPHRASE", PASSPHRASE)
        application = build(desk.home, language=language, theme=theme)
        application.window.resize(1366, 768)
        opened.append(application)
        application.start()
        walk = Walk(qtbot, application, desk)
        if name:
            walk.sign_in(name)
        return walk

    yield open_it
    for application in opened:
        application.close()
        application.window.deleteLater()
        application.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QApplication.processEvents()
    gc.unfreeze()  # what this window put aside; a window's process ends with it, this one goes on


@pytest.fixture
def walk(open_window: Callable[..., Walk]) -> Walk:
    """The window, signed in as the station lead."""
    from tests.support.window_desk import LEAD

    return open_window(name=LEAD)


@pytest.fixture
def shell(walk: Walk) -> Shell:
    """What the station lead works in."""
    return walk.shell
