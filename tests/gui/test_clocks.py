"""What runs stands on Today with word, colour and icon; it is put off with a reason that all see, and told in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton

from desktop.actions.open_items import all_open
from desktop.store.rebuild import rebuild_projections
from desktop.ui.dialogs.snooze import SnoozeDialog
from desktop.ui.pieces.chip import Chip
from tests.gui.walk import Walk, elsewhere
from tests.support.window_desk import LEAD

Key = Qt.Key


def at(walk: Walk, moment: datetime) -> None:
    """Let it be later at the desk, and Today look again."""
    desk = walk.shell.tools.desk
    object.__setattr__(desk, "now", lambda: moment)
    walk.shell.today.refresh()
    walk.settle()


def first_order(walk: Walk) -> tuple[str, datetime]:
    """The order whose clock ends first, and when."""
    found = elsewhere(lambda: all_open(walk.shell.tools.desk)).items
    item = next(i for i in found if i.clock == "order-resolve")
    return item.id, item.due


def lines(walk: Walk, record: str) -> list[QPushButton]:
    return walk.shell.today.findChildren(QPushButton, f"today.due.{record}")


def chip(line: QPushButton) -> str:
    return next(c.accessibleName() for c in line.findChildren(Chip))


def test_a_clock_on_today_is_put_off_with_a_reason_and_comes_back(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    words = walk.shell.tools.words
    order, due = first_order(walk)
    at(walk, due - timedelta(hours=3, minutes=30))
    told = words("deadlines.kind_order_resolve")

    def waiting() -> list[tuple[str, QToolButton]]:
        """What is said of each clock that ends soon, and the verb that puts it off: a line of before has none."""
        named = [(each.accessibleName(), each) for each in lines(walk, order) if told in each.accessibleName()]
        found = [(name, each.findChild(QToolButton, f"snooze.{order}")) for name, each in named]
        return [(name, button) for name, button in found if button is not None and button.isVisible()]

    walk.until(lambda: bool(waiting()))
    gone, button = waiting()[-1]
    walk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    walk.until(lambda: any(isinstance(d, SnoozeDialog) for d in walk.dialogs()))
    dialog = walk.dialogs()[0]
    assert isinstance(dialog, SnoozeDialog)
    assert not dialog.sure.isEnabled()
    walk.qtbot.keyClicks(dialog.reason, "waiting for the owner")
    walk.qtbot.keyClick(dialog.reason, Key.Key_Return)
    name = f"today.put_off.{order}"
    walk.until(lambda: walk.shell.today.findChild(QPushButton, name) is not None)
    back = walk.shell.today.findChild(QPushButton, name)
    assert back is not None
    assert "waiting for the owner" in back.accessibleName()
    assert LEAD in back.accessibleName()
    walk.until(lambda: not [each for each in lines(walk, order) if each.accessibleName() == gone])
    at(walk, due + timedelta(hours=1))  # what is over is not hidden
    walk.until(lambda: any(words("window.span_hours", count=1) in chip(each) for each in lines(walk, order)))
    walk.until(lambda: walk.shell.today.findChild(QPushButton, name) is None)
    assert elsewhere(lambda: rebuild_projections(walk.shell.tools.desk.store)) == {}


def test_what_is_due_soon_is_told_once_and_without_a_subject(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    order, due = first_order(walk)
    at(walk, due - timedelta(hours=1))
    walk.shell._remind()
    told: list[str] = []
    walk.shell.reminding.said.connect(lambda text, _tone: told.append(text))
    walk.shell.reminding.look()
    walk.until(lambda: bool(told))
    walk.shell.reminding.look()
    walk.settle()
    assert len(told) == 1
    assert walk.shell.tools.words("deadlines.kind_order_resolve") in told[0]
    title = next(row.subject for row in elsewhere(lambda: _orders(walk)) if row.id == order)
    assert title not in told[0]


def _orders(walk: Walk) -> list[object]:
    from desktop.store.orders import list_orders

    with walk.shell.tools.desk.store.read() as reader:
        return list(list_orders(reader))


def test_a_clock_that_is_not_believed_is_said_on_today(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    _, due = first_order(walk)
    at(walk, due - timedelta(days=365))
    walk.until(lambda: walk.shell.today.findChild(QLabel, "today.clock") is not None)
    assert walk.shell.tools.judged.shift == timedelta()
