"""Dialogs and long work: papers are recorded before they leave, imports can be stopped, bugs reach one dialog."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton

import desktop.ui
from desktop.store.links import prints_of
from desktop.store.visits import count_visits
from desktop.ui.dialogs.crash import CrashDialog
from desktop.ui.dialogs.importing import ImportDialog
from desktop.ui.dialogs.paper import PaperDialog
from desktop.ui.dialogs.shortcuts import SHORTCUTS
from sync.records.mediations import Agreement
from tests.gui.walk import Walk, still_clipped, without_a_name
from tests.support.pdf import text_of
from tests.support.print_queue import PrintQueue
from tests.support.window_desk import LEAD

HEADER = "登记时间,来访人,证件类型,证件号码,性别,民族,联系电话,住址,同行人数,渠道,类别,诉求内容,当场答复,备注"


def ledger(folder: Path, rows: int) -> Path:
    lines = [HEADER, *(f"2026-09-01 08:18,黎平{n:04d},,,男,汉族,,甲子塘,1,来电,邻里,第{n}件事,," for n in range(rows))]
    path = folder / "ledger.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def printing(walk: Walk) -> tuple[PaperDialog, str]:
    """Open the paper of the agreement."""
    walk.shell.turn("mediations")
    walk.settle()
    agreement = walk.shell.mediations.current.agreement
    button = walk.shell.mediations.story.findChild(QPushButton, "verb.mediations.print")
    assert button is not None
    walk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    walk.settle()
    dialog = next(d for d in walk.dialogs() if isinstance(d, PaperDialog))
    walk.until(lambda: dialog.document.pageCount() > 0)
    walk.settle()
    return dialog, agreement


def test_a_preview_records_nothing_and_a_print_is_recorded_before_the_paper_leaves(
    open_window: Callable[..., Walk], print_queue: PrintQueue
) -> None:
    walk = open_window(name=LEAD)
    dialog, agreement = printing(walk)
    with walk.reader() as reader:
        assert prints_of(reader, agreement) == []
    assert dialog.printer.currentText() == print_queue.name

    walk.qtbot.mouseClick(dialog.print, Qt.MouseButton.LeftButton)
    walk.settle()

    with walk.reader() as reader:
        recorded = prints_of(reader, agreement)
    assert [p.copy for p in recorded] == [1]
    assert print_queue.wait_for_paper().startswith(b"%PDF")


def test_a_printer_that_refuses_costs_no_copy_and_the_usual_copies_are_offered(
    open_window: Callable[..., Walk], print_queue: PrintQueue
) -> None:
    walk = open_window(name=LEAD)
    dialog, agreement = printing(walk)
    with walk.reader() as reader:
        drawn = reader.find(agreement, Agreement)
    assert drawn is not None
    assert dialog.copies.value() == drawn.copies == len(drawn.parties) + 1
    assert dialog.copies.lineEdit().width() > dialog.copies.fontMetrics().horizontalAdvance("99")

    subprocess.run(["/usr/sbin/cupsreject", "-h", print_queue.server, print_queue.name], check=True)
    walk.qtbot.mouseClick(dialog.print, Qt.MouseButton.LeftButton)
    walk.settle()
    assert print_queue.name in dialog.note.text()
    assert dialog.note.property("role") == "error"

    subprocess.run(["/usr/sbin/cupsaccept", "-h", print_queue.server, print_queue.name], check=True)
    walk.qtbot.mouseClick(dialog.print, Qt.MouseButton.LeftButton)
    walk.settle()
    with walk.reader() as reader:
        (recorded,) = prints_of(reader, agreement)
    assert (recorded.copy, recorded.copies) == (1, drawn.copies)
    assert recorded.amends is not None
    assert "副本" not in text_of(print_queue.wait_for_paper())
    assert dialog.note.property("role") != "error"


def test_an_import_tells_its_counts_and_again_adds_nothing(walk: Walk, tmp_path: Path) -> None:
    walk.shell.turn("visits")
    dialog = ImportDialog(walk.shell.tools, walk.shell.visits)
    dialog.open()
    dialog.start(ledger(tmp_path, 20))
    walk.until(lambda: "20" in dialog.told.text() and dialog.choose.isEnabled())
    assert dialog.told.text() == walk.application.words("window.imported", read=20, added=20, unchanged=0, refused=0)

    dialog.start(ledger(tmp_path, 20))

    again = walk.application.words("window.imported", read=20, added=0, unchanged=20, refused=0)
    walk.until(lambda: dialog.told.text() == again)
    dialog.reject()


def test_an_import_that_is_stopped_keeps_what_was_taken_and_says_so(walk: Walk, tmp_path: Path) -> None:
    dialog = ImportDialog(walk.shell.tools, walk.shell.visits)
    dialog.open()
    dialog.start(ledger(tmp_path, 4000))
    walk.until(lambda: dialog.bar.value() > 0, timeout=60_000)
    walk.qtbot.mouseClick(dialog.close_button, Qt.MouseButton.LeftButton)
    walk.until(lambda: dialog.choose.isEnabled(), timeout=60_000)

    with walk.reader() as reader:
        taken = count_visits(reader)
    assert 6 < taken < 4000
    dialog.reject()


@pytest.mark.allowed_log("bug: ")
def test_a_bug_reaches_the_one_dialog_without_the_words_of_the_error(walk: Walk) -> None:
    def stumble() -> None:
        raise ValueError("黎平桂 440311196005310337")

    walk.application.tasks.read(stumble)
    walk.application.tasks.read(stumble)
    walk.until(lambda: any(isinstance(d, CrashDialog) for d in walk.dialogs()))
    crashes = [d for d in walk.dialogs() if isinstance(d, CrashDialog)]
    shown = crashes[0].findChild(QPlainTextEdit)

    assert len(crashes) == 1
    assert shown is not None
    assert "ValueError" in shown.toPlainText()
    assert "黎平桂" not in shown.toPlainText()
    crashes[0].accept()


def test_a_day_end_without_a_district_says_one_sentence_and_can_be_started_again(walk: Walk) -> None:
    walk.shell.turn("day_end")
    walk.settle()
    page = walk.shell.day_end
    page.begin()
    page.begin()
    walk.until(lambda: page.run.isEnabled())

    assert page.told.text()
    assert page.told.property("role") == "error"
    assert not page.bar.isVisible()


def test_esc_stops_an_import_and_the_dialog_stays_to_tell_what_became_of_it(walk: Walk, tmp_path: Path) -> None:
    walk.shell.turn("visits")
    walk.settle()
    dialog = ImportDialog(walk.shell.tools, walk.shell.visits)
    dialog.open()
    dialog.start(ledger(tmp_path, 3000))

    walk.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    walk.settle()
    assert dialog.told.text()
    walk.qtbot.keyClick(dialog, Qt.Key.Key_Escape)

    assert not walk.dialogs()


def test_a_paper_without_a_printer_says_so_and_shows_its_count_of_copies(walk: Walk) -> None:
    dialog, _agreement = printing(walk)
    dialog.choice.offer(((), ""))

    assert dialog.printer.placeholderText() == walk.application.words("window.no_printer")
    assert not dialog.printer.isEnabled()
    assert not dialog.print.isEnabled()
    line = dialog.copies.findChild(QLineEdit)
    assert line is not None
    assert line.contentsRect().width() >= line.fontMetrics().horizontalAdvance("20") + 8
    assert line.height() >= line.fontMetrics().height()
    walk.close_dialogs()


ON_EVERY_PAGE = re.compile(r'"((?:Ctrl|Alt|Shift)\+[^"{\s:]+|F\d{1,2})"')
UNTOLD = {"F12": "the quiet key", "Ctrl+F6": "the strip says it", "Ctrl+Shift+E": "the strip says it"}
AS_WRITTEN = {
    "Ctrl+Return": "Ctrl+Enter", "Alt+Left": "Alt+←", "Alt+Right": "Alt+→", "Ctrl+Up": "Ctrl+↑", "Ctrl+Down": "Ctrl+↓",
    "Ctrl+Delete": "Ctrl+Del", "Ctrl++": "Ctrl+ +", "Ctrl+=": "Ctrl+ +", "Ctrl+-": "Ctrl+ +", "Ctrl+1": "Ctrl+ +",
    "Ctrl+V": "Ctrl+Shift+V",
}  # fmt: skip


def test_every_key_of_the_window_stands_on_the_sheet() -> None:
    """Whatever the window's modules bind, in dialogs too; a key that two pages use has a line for each."""
    told = [keys for keys, _ in SHORTCUTS]
    bound = {
        keys
        for module in Path(desktop.ui.__file__).parent.rglob("*.py")
        if module.name != "shortcuts.py"
        for keys in ON_EVERY_PAGE.findall(module.read_text(encoding="utf-8"))
    }
    assert {"Ctrl+K", "F7", "Ctrl+S", "Ctrl+Z"} <= bound, "it looks at the right places"
    assert {
        keys for keys in bound - UNTOLD.keys() if not any(AS_WRITTEN.get(keys, keys) in row for row in told)
    } == set()
    assert (told.count("F5"), told.count("F6"), told.count("F9")) == (2, 2, 2)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_dialogs_clip_no_word(open_window: Callable[..., Walk], language: str) -> None:
    walk = open_window(language=language, name=LEAD)
    walk.shell.show_keys()
    ImportDialog(walk.shell.tools, walk.shell.visits).open()
    walk.settle()

    assert {d.objectName(): still_clipped(walk.qtbot, d) for d in walk.dialogs()} == {
        "dialog.shortcuts": [],
        "dialog.import": [],
    }
    assert {d.objectName(): without_a_name(d) for d in walk.dialogs()} == {"dialog.shortcuts": [], "dialog.import": []}
    walk.close_dialogs()
