"""The lanes: answers arrive on the UI thread, the thread never waits, cancelled work stops, bugs are seen."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from desktop.ui.tasks import Task, TaskRunner
from sync.records.errors import QianshaoError, Refused


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
    receiver, under_way = Receiver(), [0]

    def work() -> int:
        under_way[0] += 1
        most = under_way[0]
        time.sleep(0.002)
        under_way[0] -= 1
        return most

    for _ in range(20):
        tasks.write(work, receiver.take)
    qtbot.waitUntil(lambda: len(receiver.told) == 20)

    assert set(receiver.told) == {1}


def test_the_ui_thread_goes_on_while_long_work_runs(qtbot: QtBot, tasks: TaskRunner) -> None:
    receiver, ticks = Receiver(), []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(time.monotonic()))
    timer.start(5)
    tasks.write(lambda: time.sleep(0.5), receiver.take)
    qtbot.waitUntil(lambda: len(receiver.told) == 1)
    timer.stop()
    gaps = [b - a for a, b in pairwise(ticks)]

    assert len(ticks) > 30
    assert max(gaps) < 0.2


def test_cancelled_work_stops_and_its_progress_is_not_queued(qtbot: QtBot, tasks: TaskRunner) -> None:
    ended, seen = Receiver(), Receiver()

    def work(task: Task) -> str:
        for done in range(100_000):
            if task.cancelled():
                return "stopped"
            task.report(done)
            time.sleep(0.0001)
        return "ran through"

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

    def work() -> None:
        time.sleep(0.1)
        ended.append(True)

    tasks.write(work, receiver.take)
    tasks.close()
    qtbot.wait(20)

    assert ended == [True]
    assert receiver.told == []
