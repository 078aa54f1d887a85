"""The verification of papers in the window: dropped, chosen, scanned, pasted; by keyboard too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton

from desktop.actions.papers import issue_paper
from desktop.printing.reading_back import read_back
from desktop.store.visits import list_visits
from desktop.ui.dialogs.proving import ProvingDialog
from sync.records.papers import PaperKind
from tests.gui.walk import Walk, still_clipped, without_a_name
from tests.support import sheets
from tests.support.sheets import render
from tests.support.window_desk import LEAD


def verifying(walk: Walk) -> ProvingDialog:
    walk.command("desk.verify")
    walk.settle()
    return next(d for d in walk.dialogs() if isinstance(d, ProvingDialog))


def told(dialog: ProvingDialog) -> list[str]:
    found = dialog.findChildren(QLabel, "dialog.proving.told")
    return [label.text() for label in found if label.isVisible()]


@pytest.fixture
def printed(open_window: Callable[..., Walk]) -> tuple[Walk, bytes]:
    """A registration that was printed at this desk, by the keys that the window uses."""
    walk = open_window(name=LEAD)
    desk = walk.shell.tools.desk
    made: list[bytes] = []

    def work() -> None:
        with desk.store.read() as reader:
            visit = list_visits(reader, limit=1)[0].id
        made.append(issue_paper(desk, PaperKind.REGISTRATION, visit).bytes)

    walk.application.tasks.link(lambda _task: work())
    walk.settle()
    return walk, made[0]


def test_a_dropped_paper_of_this_desk_is_told_with_its_text(printed: tuple[Walk, bytes], tmp_path: Path) -> None:
    walk, pdf = printed
    dialog = verifying(walk)
    paper, plain, damaged = (tmp_path / f"{name}.pdf" for name in ("登记表", "旧表", "坏"))
    paper.write_bytes(pdf)
    plain.write_bytes(render(sheets.AGREEMENT))
    damaged.write_bytes(b"%PDF-1.4")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in (paper, plain, damaged)])
    place, action = QPointF(60, 60), Qt.DropAction.CopyAction
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    dialog.dropEvent(QDropEvent(place, action, data, buttons, keys))
    walk.settle()
    assert [text.split("：")[0] for text in told(dialog)] == [
        "未定",
        "没有本程序的验证码，无从证明。",
        "文件已损坏，或不是 PDF，不能验证；请换一份再试。",
    ]
    assert "本机存有与此逐字节相同的原件" in told(dialog)[0]
    compare = dialog.findChild(QPushButton, "dialog.proving.compare")
    assert compare is not None
    walk.qtbot.mouseClick(compare, Qt.MouseButton.LeftButton)
    walk.settle()
    shown = next(e for e in dialog.findChildren(QPlainTextEdit) if e.isReadOnly() and e.isVisible())
    assert shown.toPlainText() == "".join(page.text for page in read_back(pdf))
    assert still_clipped(walk.qtbot, dialog) == []
    assert without_a_name(dialog) == []


def test_a_hand_scanner_types_the_code_and_its_enter_presses_nothing(printed: tuple[Walk, bytes]) -> None:
    walk, pdf = printed
    dialog = verifying(walk)
    code = read_back(pdf)[0].code
    walk.until(dialog.field.hasFocus)  # the window is given it when the display comes to it
    QTest.keyClicks(dialog.field, code)
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    walk.until(lambda: bool(told(dialog)))
    walk.settle()
    assert dialog.isVisible()
    assert len(told(dialog)) == 1
    assert "未定" in told(dialog)[0]
    dialog.field.setPlainText(f"别的内容\n{code}")
    walk.until(lambda: "不符" in "".join(told(dialog)))
    walk.qtbot.keyClick(dialog, Qt.Key.Key_Tab)
    walk.qtbot.mouseClick(dialog.clear_button, Qt.MouseButton.LeftButton)
    assert told(dialog) == []
    assert dialog.field.toPlainText() == ""
    walk.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    walk.settle()
    assert not [d for d in walk.dialogs() if isinstance(d, ProvingDialog)]


def test_the_window_speaks_english_about_papers_too(open_window: Callable[..., Walk], tmp_path: Path) -> None:
    walk = open_window(name=LEAD, language="en")
    dialog = verifying(walk)
    paper = tmp_path / "a.pdf"
    paper.write_bytes(render(sheets.AGREEMENT))
    dialog.take([paper])
    walk.settle()
    assert told(dialog) == ["No code of this program: nothing can be proven."]
    assert still_clipped(walk.qtbot, dialog) == []
