"""Opened and closed: what the started program has loaded when Today stands, and that nothing of it stays behind."""

from __future__ import annotations

import ast
import gc
import inspect
import json
import os
import subprocess
import sys
import threading
import weakref
from collections import Counter
from contextlib import closing
from types import ModuleType

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import build
from desktop.store import later as store_later
from desktop.store.check import full_check
from desktop.store.drafts import list_drafts
from desktop.ui import collecting, later
from sync.records.kinds import KINDS
from tests.gui.walk import Walk
from tests.support.window_desk import LEAD, PASSPHRASE, PASSWORD, WindowDesk

NEVER_AT_TODAY = (
    "alembic",
    "defusedxml",
    "desktop.actions.directory",
    "desktop.actions.due",
    "desktop.actions.reading",
    "desktop.actions.staff",
    "desktop.ui.fields.dates",
    "desktop.ui.fields.document",
    "fastapi",
    "http.client",
    "importlib_metadata._meta",
    "more_itertools.more",
    "openpyxl",
    "reportlab",
    "sqlalchemy",
    "requests",
    "sync.client.http",
    "sync.server",
    "PySide6.QtNetwork",
    "PySide6.QtPdf",
    "PySide6.QtPrintSupport",
)
AT_TODAY = {
    *("audit", "canonical", "chain", "errors", "graphemes", "ideographs", "ids", "kinds", "names", "order_stages"),
    *("ownership", "randomness", "record", "telephones", "text", "times", "units"),
    *("matters", "mediations", "participations", "persons", "visits"),  # this desk's Today shows a matter
    *("calendars", "deadlines", "dispatch_rules", "orders", "spans"),  # and an order
}
"""What of the records a start loads: no fold, and of the kinds only those of which it reads or writes one."""
TIMES, TIMES_AT_LEAST = 50, 10
"""What stays behind of one window is seen after a few; what does so once in a while, after many."""


def imported_by(function: object) -> set[str]:
    """Return the modules that a function of ours imports."""
    tree = ast.parse(inspect.getsource(function))  # type: ignore[arg-type]
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def clerk(desk: WindowDesk, typed: str = "") -> dict[str, list[str]]:
    """Start the program, sign in, type into a new visit where there is something to type, close the window."""
    command = [sys.executable, "-m", "tests.support.clerk", str(desk.home.path), LEAD, PASSWORD, typed]
    env = {**os.environ, "QIANSHAO_PASSPHRASE": PASSPHRASE}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=env, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    told: dict[str, list[str]] = json.loads(done.stdout)
    return told


def test_the_program_has_loaded_nothing_that_today_does_not_need(desk: WindowDesk) -> None:
    behind = set(later.BEHIND)

    loaded = set(clerk(desk)["loaded"])

    assert {"desktop.ui.pages.today", "desktop.store.today"} <= loaded
    assert loaded & {*NEVER_AT_TODAY, *behind} == set()
    rows = {"desktop.store.rows_of_matters", "desktop.store.rows_of_orders"}
    assert loaded & late_in(store_later) == rows
    assert {name for name in loaded if name.startswith("sync.records.")} == of_the_records(AT_TODAY)


def of_the_records(names: set[str]) -> set[str]:
    """Return the names of modules of the records in full."""
    return {f"sync.records.{name}" for name in names}


def late_in(module: ModuleType) -> set[str]:
    """Return what the functions of a module that imports late import."""
    doors = [each for each in vars(module).values() if inspect.isfunction(each) and each.__module__ == module.__name__]
    return set().union(*map(imported_by, doors))


def test_all_that_is_loaded_later_is_fetched_once_today_stands() -> None:
    assert late_in(later) == set(later.BEHIND)


def test_all_that_the_store_loads_later_and_every_kind_of_record_is_there_once_today_stands() -> None:
    loaded = set(loaded_by("from desktop.ui import later, opening\nopening.load_desk(), later.load_beneath()"))

    assert late_in(store_later) <= loaded
    assert {kind.type.__module__ for kind in KINDS.values()} <= loaded


def test_no_class_of_qt_is_made_while_another_thread_paints(desk: WindowDesk) -> None:
    assert clerk(desk, "黎平桂")["elsewhere"] == []


def loaded_by(statements: str) -> list[str]:
    """Return the modules that the last statement loads in a new process which has made the gate."""
    *first, last = statements.splitlines()
    lines = ["import sys, desktop.app", *first, "before = set(sys.modules)", last]
    code = "\n".join([*lines, "print(*sorted(set(sys.modules) - before))"])
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()


def test_the_ui_thread_loads_the_modules_of_the_window_and_nothing_that_they_stand_on() -> None:
    desk = "from desktop.ui.opening import load_desk; load_desk(); import desktop.ui.stories.day"
    beneath = "from desktop.ui import later; later.load_beneath()"

    at_today = loaded_by(f"{desk}\nimport desktop.ui.shell")
    behind = loaded_by(f"{desk}\nimport desktop.ui.shell\n{beneath}\nfor each in later.BEHIND: __import__(each)")

    assert [each for each in (*at_today, *behind) if not each.startswith(("desktop.ui.", "PySide6."))] == []
    assert "desktop.ui.shell" in at_today
    assert set(later.BEHIND) <= set(behind)


def test_what_a_worker_loads_is_nothing_of_qt() -> None:
    desk = "from desktop.ui.opening import load_desk; load_desk()"

    loaded = loaded_by(desk) + loaded_by(f"{desk}\nfrom desktop.ui import later\nlater.load_beneath()")

    assert [each for each in loaded if each.startswith(("desktop.ui.pages", "desktop.ui.dialogs", "PySide6."))] == []


def test_a_window_that_ends_before_all_is_loaded_is_let_go(qtbot: QtBot) -> None:
    class Owner:
        def then(self) -> None: ...

    owner, within = Owner(), QObject()
    seen = weakref.ref(owner)

    later.load_behind(within, owner.then)
    shiboken6.delete(within)
    del owner, within
    gc.collect()

    assert seen() is None


def test_what_was_being_typed_when_the_window_was_closed_is_offered_at_the_next_start(desk: WindowDesk) -> None:
    first = clerk(desk, "黎平桂")
    second = clerk(desk)

    assert "dialog.recover" in second["offered"]
    with closing(desk.store()) as store, store.read() as reader:
        assert "黎平桂" in list_drafts(reader)[0].title
    assert set(first["loaded"]) == set(second["loaded"])


def is_whole(desk: WindowDesk) -> bool:
    """Whether every page, index and record of the store is in order, and no window seems to have it open still."""
    with closing(desk.store()) as store:
        return not store.unclean and full_check(store).finished


def lives() -> Counter[str]:
    """What lives in this process now: threads, open files, widgets, and our own objects of Qt by class."""
    gc.collect()
    found = Counter(
        type(each).__name__
        for each in gc.get_objects()
        if isinstance(each, QObject) and type(each).__module__.startswith("desktop.") and shiboken6.isValid(each)
    )
    found["threads"] = threading.active_count()
    found["files"] = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 a Path would open one more
    found["widgets"] = len(QApplication.allWidgets())
    return found


@pytest.mark.timeout(900)
@pytest.mark.parametrize("times", [TIMES_AT_LEAST, pytest.param(TIMES, marks=pytest.mark.long)])
def test_the_window_opens_and_closes_many_times_and_leaves_nothing_behind(
    qtbot: QtBot, desk: WindowDesk, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    def once() -> None:
        monkeypatch.setenv("QIANSHAO_PASSPHRASE", PASSPHRASE)
        application = build(desk.home, language="zh", theme="light")
        application.start()
        Walk(qtbot, application, desk).sign_in(LEAD)
        application.close()
        application.window.deleteLater()
        application.deleteLater()
        del application
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QApplication.processEvents()
        collecting.let_go()

    for _ in range(2):
        once()
    before = lives()
    for _ in range(times - 2):
        once()

    assert lives() - before == Counter()
    assert "QIANSHAO_PASSPHRASE" not in os.environ
    assert is_whole(desk)


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_the_program_starts_and_ends_fifty_times_and_the_store_is_whole(desk: WindowDesk) -> None:
    for _ in range(TIMES):
        clerk(desk)

    assert is_whole(desk)
    left = {path.name for path in desk.home.path.iterdir() if ".open-" in path.name or path.name.endswith("-wal")}
    assert left == set()
