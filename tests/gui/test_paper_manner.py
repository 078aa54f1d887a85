"""Face and frame of papers are chosen at the desk and hold for the next print; what was printed stays as it was."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from desktop.ui.dialogs.paper_manner import PaperMannerDialog
from tests.gui.layout import faults
from tests.gui.walk import Walk, without_a_name
from tests.support.window_desk import REGISTRAR


def test_the_choice_is_kept_and_offered_again(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=REGISTRAR)
    walk.command("desk.manner")
    walk.settle()
    dialog = next(d for d in walk.dialogs() if isinstance(d, PaperMannerDialog))
    assert faults(dialog) == []
    assert without_a_name(dialog) == []
    assert [dialog.face.itemData(at) for at in range(dialog.face.count())] == ["", "song"]
    dialog.face.setCurrentIndex(1)
    dialog.layout_box.setCurrentIndex(dialog.layout_box.findData("official"))
    walk.qtbot.mouseClick(dialog.keep, Qt.MouseButton.LeftButton)
    walk.settle()
    settings = walk.application.home.settings
    assert (settings.paper_face, settings.paper_layout) == ("song", "official")
    assert walk.shell.tools.desk.manner().face == "song"

    walk.command("desk.manner")
    walk.settle()
    dialog = next(d for d in walk.dialogs() if isinstance(d, PaperMannerDialog))
    assert dialog.face.currentData() == "song"
    assert dialog.layout_box.currentData() == "official"
    dialog.face.addItem("x", "nowhere.ttf")
    dialog.face.setCurrentIndex(dialog.face.findData("nowhere.ttf"))
    walk.qtbot.mouseClick(dialog.keep, Qt.MouseButton.LeftButton)
    walk.settle()
    assert dialog.isVisible()
    assert "nowhere.ttf" in dialog.wrong.text()
    assert walk.application.home.settings.paper_face == "song"
