"""The form of an accusation in the real window: no draft while it is typed, one question before it is given up."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.actions.accusations import accusation_rows
from desktop.actions.drafts import waiting_drafts
from desktop.ui.draft_keeper import TYPING_PAUSE_MS
from desktop.ui.fields.line import LineControl
from sync.protocol.age import new_identity, recipient_of
from tests.gui.walk import Walk
from tests.support.window_desk import LEAD


def test_an_accusation_is_typed_without_a_draft_and_sealed(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    desk = walk.shell.tools.desk
    with desk.store.write() as work:
        work.set_meta("district", "uni_0198a0000000700080000000000000dd")
        work.set_meta("district_recipient", recipient_of(new_identity()))
    walk.shell.turn("matters")
    walk.settle()
    drafts = len(waiting_drafts(desk))
    panel = walk.shell.matters.accuse()
    walk.settle()
    accused = panel.view.cells["accused"].control
    assert isinstance(accused, LineControl)
    accused.start()
    QTest.keyClicks(accused.stops()[0], "ZHAO")
    QTest.qWait(TYPING_PAUSE_MS + 300)
    walk.settle()
    assert panel.keeper.touched
    assert len(waiting_drafts(desk)) == drafts

    panel.leave()
    assert walk.shell.matters.panel is panel
    assert panel.view.banner.text() == walk.application.words("window.sealed_leave")

    panel.view.fill({"text": "收受礼金"})
    walk.qtbot.mouseClick(panel.view.button, Qt.MouseButton.LeftButton)
    walk.settle()
    assert walk.shell.matters.panel is None
    (row,) = accusation_rows(desk)
    assert any(row.code in shown.title for shown in walk.shell.matters.model.rows())
    assert len(waiting_drafts(desk)) == drafts


def test_leaving_twice_gives_an_accusation_up(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    walk.shell.turn("matters")
    walk.settle()
    panel = walk.shell.matters.accuse()
    walk.settle()
    first = panel.view.cells["accused"].control.stops()[0]
    QTest.keyClicks(first, "ZHAO")
    assert walk.shell.matters.new() is panel  # another form asks first, too
    assert panel.view.banner.text() == walk.application.words("window.sealed_leave")
    panel.leave()
    walk.settle()
    assert walk.shell.matters.panel is None
    assert accusation_rows(walk.shell.tools.desk) == []
