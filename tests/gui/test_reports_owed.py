"""What has to be reported to the police stands on Today until it was, and leads to its matter."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from desktop.actions.matters import edit_matter, matter_draft
from desktop.actions.steps import add_step, step_draft
from desktop.changes import Changes
from desktop.store.matters import list_matters
from desktop.ui.pieces.chip import Chip
from tests.gui.walk import Walk, elsewhere
from tests.support.window_desk import LEAD


def lines(walk: Walk, matter: str) -> list[QPushButton]:
    return walk.shell.today.findChildren(QPushButton, f"today.owed.{matter}")


def test_a_matter_stands_on_today_until_the_police_were_told(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    desk, bus = walk.shell.tools.desk, walk.shell.tools.bus
    told: list[Changes] = []

    def tick() -> str:
        with desk.store.read() as reader:
            matter = list_matters(reader, limit=1)[0].id
        draft, seen = matter_draft(desk, matter)
        told.append(edit_matter(desk, matter, {**draft, "must_report": True}, seen).changes)
        return matter

    matter = elsewhere(tick)
    bus.tell(told.pop())
    walk.until(lambda: bool(lines(walk, matter)))
    line = lines(walk, matter)[-1]
    assert line.findChild(Chip).accessibleName() == walk.shell.tools.words("window.owed_report")
    walk.qtbot.keyClick(line, Qt.Key.Key_Return)
    walk.until(lambda: walk.shell.here() == matter)

    def tell() -> None:
        draft = step_draft(desk, matter) | {"kind": "police_told", "text": "凤凰派出所，警情编号 123"}
        told.append(add_step(desk, matter, draft).changes)

    elsewhere(tell)
    walk.shell.turn("today")
    bus.tell(told.pop())
    walk.until(lambda: not lines(walk, matter))


def test_the_form_proposes_it_as_words_are_typed(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    walk.shell.turn("matters")
    panel = walk.shell.matters.new()
    cell = panel.view.cells["must_report"]
    words = walk.shell.tools.words

    def said() -> bool:
        return cell.live.text() == words("forms.duty_suggested")

    assert cell.isVisibleTo(panel.view)
    assert not said()
    panel.view.fill({"title": "邻居家打骂小孩"})
    walk.until(said)
    panel.view.fill({"title": "楼上漏水"})
    walk.until(lambda: not said())
    panel.throw_away()
