"""用U盘报送 in the window: by mouse and by keyboard, what waits, what was written, what an answer settled."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from desktop.ui.dialogs.sticks import StickDialog
from sync.protocol import age
from tests.gui.walk import Walk, still_clipped, without_a_name
from tests.support.window_desk import LEAD


def opened(walk: Walk) -> StickDialog:
    walk.shell.turn("day_end")
    walk.settle()
    button = walk.shell.day_end.findChild(QPushButton, "verb.day_end.stick")
    assert button is not None
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    walk.settle()
    return next(d for d in walk.dialogs() if isinstance(d, StickDialog))


def know_the_district(walk: Walk) -> None:
    store = walk.application.store
    assert store is not None
    with store.write() as work:
        work.set_meta("district", "uni_0198a0000000700080000000000000aa")
        work.set_meta("district_recipient", age.recipient_of(age.new_identity()))
    tools = walk.shell.tools
    tools.keys.set_device_secret(store.key_id, bytes(32))
    tools.home.save(dataclasses.replace(tools.home.settings, device="dev_0198a0000000700080000000000000aa"))


@pytest.mark.parametrize(("language", "theme"), [("zh", "light"), ("en", "dark")])
def test_a_bundle_is_written_and_what_comes_next_is_told(
    open_window: Callable[..., Walk], tmp_path: Path, language: str, theme: str
) -> None:
    walk = open_window(name=LEAD, language=language, theme=theme)
    know_the_district(walk)
    dialog = opened(walk)
    assert walk.shell.tools.words("bundle.no_district_key") not in dialog.standing.text()
    dialog.write(tmp_path)
    walk.settle()
    files = list(tmp_path.glob("*.qsb"))
    assert len(files) == 1
    assert files[0].name in dialog.told.text()
    assert walk.shell.tools.words("bundle.next_up") in dialog.told.text()
    dialog.take([files[0]])
    walk.settle()
    assert files[0].name in dialog.told.text(), "a bundle is no answer, and the sentence names the file"
    assert still_clipped(walk.qtbot, dialog) == []
    assert without_a_name(dialog) == []


def test_a_station_that_does_not_know_its_district_is_told_so(open_window: Callable[..., Walk], tmp_path: Path) -> None:
    walk = open_window(name=LEAD)
    dialog = opened(walk)
    said = walk.shell.tools.words("bundle.no_district_key")
    assert said in dialog.standing.text()
    dialog.write(tmp_path)
    walk.settle()
    assert dialog.told.text() == walk.shell.tools.words("actions.not_enrolled")
    assert list(tmp_path.glob("*.qsb")) == []
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    walk.settle()
    assert not any(isinstance(each, StickDialog) for each in walk.dialogs())
