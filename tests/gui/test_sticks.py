"""用U盘报送 in the window: by mouse and by keyboard, what waits, what was written, what an answer settled."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from desktop.actions.mass_change import open_question
from desktop.ui.dialogs.mass_change import MassChangeDialog
from desktop.ui.dialogs.sticks import StickDialog
from sync.protocol import age
from sync.records.audit import Erasure
from sync.records.kinds import new_id
from sync.records.record import Made
from tests.gui.walk import Walk, elsewhere, still_clipped, without_a_name
from tests.support.window_desk import LEAD, NOW, REGISTRAR, WindowDesk


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


def erase_five(desk: WindowDesk) -> None:
    """Five visits are to be erased, where three would be many."""
    desk.home.save(dataclasses.replace(desk.home.settings, mass_change_percent=1, mass_change_least=3))
    store = desk.store()
    made = Made(by=desk.staff[LEAD], unit=desk.unit, store=store.id, at=NOW)
    with store.write() as work:
        for (target,) in work.sql("SELECT id FROM record WHERE kind = 'visit' LIMIT 5").fetchall():
            work.add(Erasure(id=new_id("erasure"), made=made, target=target, reason="误登"))
    store.close()


def asked(walk: Walk, folder: Path) -> tuple[StickDialog, MassChangeDialog]:
    know_the_district(walk)
    stick = opened(walk)
    stick.write(folder)
    walk.settle()
    (dialog,) = (each for each in walk.dialogs() if isinstance(each, MassChangeDialog))
    assert dialog.says.text() == stick.told.text()
    assert list(folder.glob("*.qsb")) == []
    return stick, dialog


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_would_change_much_is_asked_before_it_is_written_and_goes_on_once_the_lead_agrees(
    desk: WindowDesk, open_window: Callable[..., Walk], tmp_path: Path, language: str
) -> None:
    erase_five(desk)
    walk = open_window(name=LEAD, language=language)
    folder = tmp_path / "stick"
    folder.mkdir()
    stick, dialog = asked(walk, folder)
    words = walk.shell.tools.words
    assert dialog.records.count() == 5
    assert still_clipped(walk.qtbot, dialog) == []
    assert without_a_name(dialog) == []
    dialog.decline.click()
    walk.settle()
    assert stick.told.text() == words("exchange.mass_stays")
    at = stick.focusWidget()
    assert at is not None
    assert at.isEnabled(), "the keyboard goes on from there"
    assert list(folder.glob("*.qsb")) == []
    stick.write(folder)
    walk.settle()
    assert stick.told.text().startswith(
        words("exchange.mass_declined", erased=5, rewritten=0, stored="@").split("@")[0]
    )
    (dialog,) = (each for each in walk.dialogs() if isinstance(each, MassChangeDialog))
    dialog.go_on.click()
    walk.settle()
    assert [each for each in walk.dialogs() if isinstance(each, MassChangeDialog)] == []
    (file,) = folder.glob("*.qsb")
    assert file.name in stick.told.text(), "it went on by itself"
    assert elsewhere(lambda: open_question(walk.shell.tools.desk)) is None


def test_a_registrar_is_told_whose_word_it_needs_and_nothing_is_written(
    desk: WindowDesk, open_window: Callable[..., Walk], tmp_path: Path
) -> None:
    erase_five(desk)
    walk = open_window(name=REGISTRAR)
    folder = tmp_path / "stick"
    folder.mkdir()
    stick, dialog = asked(walk, folder)
    assert not dialog.go_on.isEnabled()
    assert dialog.problem.text() == walk.shell.tools.words("exchange.mass_not_lead")
    dialog.reject()
    walk.settle()
    assert stick.choose_folder.isEnabled()
    assert list(folder.glob("*.qsb")) == []
