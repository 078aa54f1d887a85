"""The lanes: answers arrive on the UI thread, the thread never waits, cancelled work stops, bugs are seen."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from functools import partial
from itertools import count
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QTimer
from pytestqt.qtbot import QtBot

from desktop.ui.navigation import PAGES
from desktop.ui.tasks import Task, TaskRunner
from sync.records.errors import QianshaoError, Refused
from tests.gui.walk import Walk


class Receiver(QObject):
    """Notes what it is told, and on which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Any] = []
        self.threads: set[int] = set()

    def take(self, value: Any) -> None:
        self.told.append(value)
        self.threads.add(threading.get_ident())


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    runner.close()


def test_answers_arrive_on_the_ui_thread(qtbot: QtBot, tasks: TaskRunner) -> None:
    receiver, lanes = Receiver(), set()

    def work() -> int:
        lanes.add(threading.get_ident())
        return 7

    tasks.write(work, receiver.take)
    tasks.read(work, receiver.take)
    qtbot.waitUntil(lambda: receiver.told == [7, 7])

    assert receiver.threads == {threading.get_ident()}
    assert threading.get_ident() not in lanes


def test_writes_run_one_after_the_other(qtbot: QtBot, tasks: TaskRunner) -> None:
    receiver, all_asked, one_at_a_time = Receiver(), threading.Event(), threading.Lock()

    def work(at: int) -> tuple[int, bool]:
        all_asked.wait(30)
        alone = one_at_a_time.acquire(blocking=False)
        threading.Event().wait(0.002)  # room for another worker to come in, if there were one
        if alone:
            one_at_a_time.release()
        return at, alone

    for at in range(20):
        tasks.write(partial(work, at), receiver.take)
    all_asked.set()
    qtbot.waitUntil(lambda: len(receiver.told) == 20)

    assert receiver.told == [(at, True) for at in range(20)]


@pytest.mark.parametrize("lane", ["write", "read", "link"])
def test_the_ui_thread_goes_on_while_long_work_runs(qtbot: QtBot, tasks: TaskRunner, lane: str) -> None:
    receiver, ticks, enough = Receiver(), [], threading.Event()

    def tick() -> None:
        ticks.append(threading.get_ident())
        if len(ticks) == 30:
            enough.set()

    timer = QTimer()
    timer.timeout.connect(tick)
    timer.start(1)
    # The work ends only when the UI thread has ticked thirty times meanwhile; one that waits for it ends with False.
    start = getattr(tasks, lane)
    start(lambda *_task: enough.wait(30), receiver.take)
    qtbot.waitUntil(lambda: len(receiver.told) == 1, timeout=60_000)
    timer.stop()

    assert receiver.told == [True]
    assert set(ticks) == {threading.get_ident()}


def test_cancelled_work_stops_and_its_progress_is_not_queued(qtbot: QtBot, tasks: TaskRunner) -> None:
    ended, seen = Receiver(), Receiver()

    def work(task: Task) -> str:
        for done in count():
            if task.cancelled():
                break
            task.report(done)
        return "stopped"

    task = tasks.link(work, ended.take, progress=seen.take)
    qtbot.waitUntil(lambda: len(seen.told) > 2)
    task.cancel()
    qtbot.waitUntil(lambda: len(ended.told) == 1)

    assert ended.told == ["stopped"]
    assert seen.told == sorted(seen.told)


def test_an_error_for_a_person_goes_to_who_asked_and_a_bug_to_the_one_dialog(qtbot: QtBot, tasks: TaskRunner) -> None:
    told: list[QianshaoError] = []
    bugs: list[BaseException] = []
    unheard: list[QianshaoError] = []
    tasks.bug.connect(bugs.append)
    tasks.unheard.connect(unheard.append)

    def refuse() -> None:
        raise Refused("store.newer")

    def stumble() -> None:
        raise ZeroDivisionError

    tasks.read(refuse, None, told.append)
    tasks.read(refuse)
    tasks.read(stumble, None, told.append)
    qtbot.waitUntil(lambda: len(told) == 1 and len(bugs) == 1 and len(unheard) == 1)

    assert isinstance(bugs[0], ZeroDivisionError)


def test_an_answer_for_a_widget_that_is_gone_is_dropped(qtbot: QtBot, tasks: TaskRunner) -> None:
    import shiboken6

    receiver = Receiver()
    gone, go = threading.Event(), threading.Event()

    def work() -> int:
        go.wait(5)
        return 1

    bugs: list[BaseException] = []
    tasks.bug.connect(bugs.append)
    tasks.read(work, receiver.take)
    shiboken6.delete(receiver)
    gone.set()
    go.set()
    qtbot.waitUntil(tasks.idle)

    assert bugs == []


def test_close_waits_for_what_runs_and_delivers_nothing_more(qtbot: QtBot) -> None:
    tasks, receiver, ended = TaskRunner(), Receiver(), []
    running = threading.Event()

    def work(task: Task) -> None:
        running.set()
        while not task.cancelled():  # close() asks it to stop, then waits
            task.report(1)
        ended.append(True)

    tasks.link(work, receiver.take, progress=receiver.take)
    assert running.wait(30)
    tasks.close()

    assert ended == [True]
    for _ in range(3):
        QCoreApplication.processEvents()
    assert receiver.told == []


def test_close_does_the_writes_that_wait(qtbot: QtBot) -> None:
    tasks, written, go, closing = TaskRunner(), [], threading.Event(), threading.Event()

    def until_closed(task: Task) -> None:
        closing.set()
        while not task.cancelled():
            closing.wait(0)
        go.set()

    tasks.write(lambda: go.wait(30))
    tasks.write(lambda: written.append("what was typed last"))
    tasks.link(until_closed)
    assert closing.wait(30)
    tasks.close()

    assert written == ["what was typed last"]


def test_a_statement_that_the_window_ran_on_the_ui_thread_would_be_seen(walk: Walk, ui_statements: list[str]) -> None:
    from desktop.ui.stories.day import read_day

    assert ui_statements == []
    read_day(walk.shell.tools.desk)  # as a page must never do: not on a lane
    seen = list(ui_statements)
    ui_statements.clear()

    assert seen
    assert all("desktop/ui/stories/day.py" in s for s in seen)


def test_what_stays_is_walked_by_no_collection_and_is_let_go_when_it_is_torn_down(walk: Walk) -> None:
    for name in PAGES:
        walk.shell.turn(name)
    walk.settle()
    walked = {id(each) for each in gc.get_objects()}
    assert not {id(getattr(walk.shell, name)) for name in PAGES} & walked

    gone = weakref.ref(walk.shell)
    walk.application.choose_language("en")
    walk.settle()
    gc.collect()

    assert gone() is None
