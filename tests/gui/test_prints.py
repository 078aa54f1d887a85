"""Printing by keyboard with a real queue: the dialog follows the job, and the print log says what became of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.store.links import prints_of
from desktop.ui.dialogs.confirm import Confirm
from desktop.ui.dialogs.paper import PaperDialog
from desktop.ui.models.narrow import Narrow
from sync.records.papers import PrintResult
from tests.gui.walk import Walk, still_clipped, without_a_name
from tests.support.print_queue import PrintQueue
from tests.support.window_desk import LEAD


def opened(walk: Walk) -> tuple[PaperDialog, str]:
    """The paper of the agreement, in front."""
    walk.shell.turn("mediations")
    walk.settle()
    agreement = walk.shell.mediations.current.agreement
    walk.command("mediations.print")
    walk.settle()
    dialog = next(d for d in walk.dialogs() if isinstance(d, PaperDialog))
    walk.until(lambda: dialog.document.pageCount() > 0 and bool(dialog.printer.count()))
    walk.settle()
    return dialog, agreement


def press(qtbot: QtBot, dialog: PaperDialog, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(dialog.view, key)


def test_pages_are_turned_and_enlarged_by_keyboard(open_window: Callable[..., Walk], print_queue: PrintQueue) -> None:
    walk = open_window(name=LEAD)
    dialog, _agreement = opened(walk)
    assert dialog.document.pageCount() == 2
    assert (dialog.pages.page, dialog.pages.place.text()) == (1, "第 1 / 2 页")
    press(walk.qtbot, dialog, Qt.Key.Key_PageDown)
    assert dialog.pages.page == 2
    press(walk.qtbot, dialog, Qt.Key.Key_PageDown, Qt.Key.Key_PageDown)
    assert dialog.pages.page == 2
    press(walk.qtbot, dialog, Qt.Key.Key_PageUp)
    assert dialog.pages.page == 1
    before = dialog.pages._factor()
    press(walk.qtbot, dialog, Qt.Key.Key_Plus)
    larger = dialog.pages._factor()
    press(walk.qtbot, dialog, Qt.Key.Key_Minus, Qt.Key.Key_Minus)
    assert dialog.pages._factor() < before < larger
    press(walk.qtbot, dialog, Qt.Key.Key_0)
    assert dialog.view.zoomMode() is dialog.view.ZoomMode.FitToWidth
    assert without_a_name(dialog) == []
    assert still_clipped(walk.qtbot, dialog) == []


def test_a_print_is_followed_until_it_is_printed(open_window: Callable[..., Walk], print_queue: PrintQueue) -> None:
    walk = open_window(name=LEAD)
    dialog, agreement = opened(walk)
    boxes = [box for _each, box in dialog.choices._sets]
    assert [box.accessibleName() for box in boxes][:1] == ["黎平桂"]
    assert dialog.copies.value() == 3
    boxes[1].setChecked(False)
    assert dialog.copies.value() == 2
    dialog.choice.sides.setCurrentIndex(1)
    print_queue.pause()
    dialog.choices.pages.setText("1")
    walk.qtbot.keyClick(dialog.print, Qt.Key.Key_Return)
    walk.until(lambda: "打印机已暂停" in dialog.note.text())
    with walk.reader() as reader:
        (fact,) = prints_of(reader, agreement)
    assert (fact.copies, fact.pages, len(fact.recipients)) == (2, "1", 2)
    print_queue.resume()
    walk.until(lambda: "已打印完成" in dialog.note.text(), timeout=20_000)
    assert dialog.note.property("role") == "good"
    assert "sides=two-sided-long-edge" in print_queue.asked()
    assert "page-ranges=1" in print_queue.asked()


def test_a_page_that_there_is_not_is_named_and_nothing_is_printed(
    open_window: Callable[..., Walk], print_queue: PrintQueue
) -> None:
    walk = open_window(name=LEAD)
    dialog, agreement = opened(walk)
    dialog.choices.pages.setText("9")
    walk.qtbot.keyClick(dialog.print, Qt.Key.Key_Return)
    walk.settle()
    assert "“9”" in dialog.note.text()
    with walk.reader() as reader:
        assert prints_of(reader, agreement) == []


def test_the_log_shows_what_became_of_prints_and_takes_a_person_s_word(
    open_window: Callable[..., Walk], print_queue: PrintQueue
) -> None:
    walk = open_window(name=LEAD)
    dialog, _agreement = opened(walk)
    walk.qtbot.keyClick(dialog.print, Qt.Key.Key_Return)
    walk.until(lambda: "已打印完成" in dialog.note.text(), timeout=20_000)
    walk.qtbot.keyClick(dialog.print, Qt.Key.Key_Return)
    walk.until(lambda: "第 2 次打印：已打印完成" in dialog.note.text(), timeout=20_000)
    print_queue.pause()
    walk.qtbot.keyClick(dialog.print, Qt.Key.Key_Return)
    walk.until(lambda: "打印机已暂停" in dialog.note.text())
    walk.close_dialogs()
    print_queue.forget()

    walk.qtbot.keyClick(walk.shell, Qt.Key.Key_8, Qt.KeyboardModifier.ControlModifier)
    page = walk.shell.prints
    walk.until(lambda: page.model.rowCount() == 3 and page.model.rows()[0].result is PrintResult.LOST)
    assert [row.result for row in page.model.rows()[1:]] == [PrintResult.PRINTED] * 2
    assert [row.copy for row in page.model.rows()] == [3, 2, 1]
    assert still_clipped(walk.qtbot, page) == []
    page.front.bar.set(Narrow(states=frozenset({"printed"})))
    walk.until(lambda: page.model.rowCount() == 2)
    page.front.bar.set(Narrow(period="today", states=frozenset({"lost"})))
    walk.until(lambda: page.model.rowCount() == 1)
    walk.settle()

    page.verbs_of(page.current)[0].start()
    walk.settle()
    assert walk.shell.now == "mediations"
    walk.shell.turn("prints")
    walk.settle()
    button = page.story.findChild(QPushButton, "verb.prints.in_hand")
    assert button is not None
    walk.qtbot.keyClick(button, Qt.Key.Key_Return)
    (confirm,) = (d for d in walk.dialogs() if isinstance(d, Confirm))
    confirm.accept()
    page.front.bar.set(Narrow(states=frozenset({"printed"})))
    walk.until(lambda: page.model.rowCount() == 3)
    assert page.model.rows()[0].by_hand


def test_pages_that_cannot_be_read_stop_a_print_and_not_a_file(
    open_window: Callable[..., Walk], print_queue: PrintQueue, tmp_path: Path
) -> None:
    walk = open_window(name=LEAD)
    dialog, agreement = opened(walk)
    dialog.choices.pages.setText("一半")
    walk.qtbot.keyClick(dialog.print, Qt.Key.Key_Return)
    assert dialog.note.property("role") == "error"
    dialog.save_as(tmp_path / "协议书.pdf")
    walk.settle()
    assert (tmp_path / "协议书.pdf").read_bytes().startswith(b"%PDF")
    with walk.reader() as reader:
        (fact,) = prints_of(reader, agreement)
    assert fact.pages == ""
