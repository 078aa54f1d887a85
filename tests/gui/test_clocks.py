"""What runs stands on Today with word, colour and icon; it is put off with a reason that all see, and told in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton

from desktop.actions.counting import OpenItem
from desktop.actions.desk import Desk
from desktop.actions.due_list import Sort, due_list
from desktop.actions.open_items import all_open
from desktop.actions.orders import issue_order, order_draft
from desktop.store.matters import list_matters
from desktop.store.rebuild import rebuild_projections
from desktop.store.units import units
from desktop.ui.dialogs.dues import DuesDialog
from desktop.ui.dialogs.snooze import SnoozeDialog
from desktop.ui.pieces.chip import Chip
from sync.records.open_clocks import Standing
from tests.gui.walk import Walk, elsewhere, without_a_name
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
    walk.until(lambda: [told in each.accessibleName() for each in lines(walk, order)] == [True])  # one line of all
    assert lines(walk, order)[0].findChild(Chip) is not None
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


def many_over(walk: Walk) -> None:
    """More orders than Today has lines, of which nothing was met, and it is four days later."""
    desk = walk.shell.tools.desk
    elsewhere(lambda: [_given(desk, "yellow") for _ in range(10)])
    at(walk, desk.now() + timedelta(days=4))


def test_what_is_over_soon_is_told_in_the_tray_where_many_clocks_are_over(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    many_over(walk)
    desk = walk.shell.tools.desk
    order = elsewhere(lambda: _given(desk, "red"))
    at(walk, desk.now() + timedelta(minutes=20))
    walk.shell._remind()
    told: list[str] = []
    walk.shell.reminding.said.connect(lambda text, _tone: told.append(text))
    walk.shell.reminding.look()
    walk.until(lambda: bool(told))
    assert walk.shell.tools.words("deadlines.kind_order_report") in told[0]
    walk.until(lambda: bool(lines(walk, order)))


def _given(desk: Desk, grade: str) -> str:
    with desk.store.read() as reader:
        matter = next(row.id for row in list_matters(reader))
        department = next(unit.unit for unit in units(reader).values() if unit.department)
    draft = order_draft(desk, matter)
    return issue_order(desk, matter, {**draft, "departments": [department], "grade": grade}).id


def test_how_many_more_are_due_leads_to_all_of_them_and_enter_opens_one(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    many_over(walk)
    desk = walk.shell.tools.desk
    walk.until(lambda: walk.shell.today.findChild(QPushButton, "today.due_all") is not None)
    leads = walk.shell.today.findChild(QPushButton, "today.due_all")
    assert leads is not None
    leads.setFocus()
    walk.qtbot.keyClick(leads, Key.Key_Return)
    walk.until(lambda: any(isinstance(d, DuesDialog) for d in walk.dialogs()))
    dialog = walk.dialogs()[0]
    assert isinstance(dialog, DuesDialog)
    every = elsewhere(lambda: due_list(desk))
    walk.until(lambda: dialog.model.rowCount() == len(every.entries))
    assert without_a_name(dialog) == []
    counts = every.counts()
    dialog.which.setCurrentIndex(dialog.which.findData("over"))
    walk.until(lambda: dialog.model.rowCount() == counts[Standing.OVERDUE])
    dialog.table.setFocus()
    row = dialog.model.row_at(dialog.table.currentIndex())
    walk.qtbot.keyClick(dialog.table, Key.Key_Return)
    walk.until(lambda: not walk.dialogs())
    walk.until(lambda: walk.shell.here() == row.record)


def test_the_matters_in_which_a_moment_is_late_are_listed_and_one_is_opened(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    desk = walk.shell.tools.desk
    walk.command("desk.dues")
    walk.until(lambda: any(isinstance(d, DuesDialog) for d in walk.dialogs()))
    dialog = walk.dialogs()[0]
    assert isinstance(dialog, DuesDialog)
    late = elsewhere(lambda: due_list(desk, sort=Sort.MOMENTS)).standing(Standing.OVERDUE)
    every = elsewhere(lambda: due_list(desk))
    walk.until(lambda: dialog.model.rowCount() == len(every.entries) > len(late.entries) > 0)
    dialog.sort.setCurrentIndex(dialog.sort.findData(Sort.MOMENTS))
    dialog.which.setCurrentIndex(dialog.which.findData("over"))
    walk.until(lambda: dialog.model.rowCount() == len(late.entries))
    assert str(len(late.entries)) in dialog.which.currentText()
    first = late.entries[0]
    assert isinstance(first, OpenItem)
    walk.until(lambda: (row := dialog.model.row_at(dialog.model.index(0, 0))) is not None and row.record == first.id)
    told = walk.shell.tools.words(f"deadlines.kind_{first.clock.replace('-', '_')}")
    assert dialog.model.row_at(dialog.model.index(0, 0)).what == told
    dialog.table.setFocus()
    walk.qtbot.keyClick(dialog.table, Key.Key_Return)
    walk.until(lambda: not walk.dialogs())
    walk.until(lambda: walk.shell.here() == first.id)


def test_a_moment_that_is_late_stands_on_today_and_leads_to_its_matter(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    words = walk.shell.tools.words
    at(walk, walk.shell.tools.desk.now() + timedelta(days=9))
    late = elsewhere(lambda: due_list(walk.shell.tools.desk, sort=Sort.MOMENTS)).standing(Standing.OVERDUE).entries
    told = words("deadlines.kind_moment_accepted")

    now = walk.shell.tools.desk.now()

    def waited() -> list[QPushButton]:
        """The lines of matters that say of a moment, in a word, how long it is over now: none of before."""
        found = []
        for item in late:
            assert isinstance(item, OpenItem)
            over = words("window.late_by", length=words("window.span_days", count=(now - item.due).days))
            named = [each for each in lines(walk, item.id) if each.accessibleName().startswith(told)]
            chips = [(each, each.findChild(Chip)) for each in named if item.clock == "moment-accepted"]
            found += [each for each, chip in chips if chip is not None and chip.accessibleName() == over]
        return found

    walk.until(lambda: bool(waited()))
    line = waited()[0]
    matter = line.objectName().removeprefix("today.due.")
    walk.qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    walk.until(lambda: walk.shell.here() == matter)


def test_several_moments_that_are_soon_late_are_told_in_the_tray_as_one_part(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    desk, words = walk.shell.tools.desk, walk.shell.tools.words
    every = elsewhere(lambda: due_list(desk, sort=Sort.MOMENTS)).entries
    accepted = [e for e in every if isinstance(e, OpenItem) and e.clock == "moment-accepted"]
    assert len(accepted) > 1
    at(walk, accepted[0].due - timedelta(hours=1, seconds=30))
    walk.shell._remind()
    told: list[str] = []
    walk.shell.reminding.said.connect(lambda text, _tone: told.append(text))
    walk.shell.reminding.look()
    walk.until(lambda: bool(told))
    left = words("window.left", length=words("window.span_hours", count=1))
    what = words("deadlines.kind_moment_accepted")
    assert words("window.tray_lines", what=what, count=len(accepted), left=left) in told[0]


def test_the_list_of_all_is_read_as_it_is_scrolled(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    desk = walk.shell.tools.desk
    elsewhere(lambda: _run_many(desk, 1_000))
    walk.command("desk.dues")
    walk.until(lambda: any(isinstance(d, DuesDialog) for d in walk.dialogs()))
    dialog = walk.dialogs()[0]
    assert isinstance(dialog, DuesDialog)
    every = elsewhere(lambda: due_list(desk))
    walk.until(lambda: dialog.model.rowCount() == len(every.entries) > 1_000)
    assert len(dialog.model.rows()) < 300  # what nobody looked at was not read
    dialog.table.scrollToBottom()
    last = every.entries[-1]
    assert isinstance(last, OpenItem)
    bottom = dialog.model.index(dialog.model.rowCount() - 1, 0)
    walk.until(lambda: (row := dialog.model.row_at(bottom)) is not None and row.due == last.due)


def _run_many(desk: Desk, count: int) -> None:
    """Write clocks of one record into the table, as the fold writes them."""
    with desk.store.write() as work:
        line = work.sql("SELECT min(line) FROM dispatch_order").fetchone()[0]
        now = int(desk.now().timestamp() * 1_000_000)
        for unit in range(count):
            row = (line, "order-resolve", f"unit {unit}", now + unit * 60_000_000, 1)
            work.sql("INSERT INTO running(line, clock, unit, at, counted) VALUES (?, ?, ?, ?, ?)", row)
