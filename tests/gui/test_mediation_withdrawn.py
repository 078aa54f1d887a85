"""A request to mediate is taken back from the matter's form by keys alone; whom it was asked is filled in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton

from desktop.actions.matters import edit_matter, matter_draft
from desktop.actions.steps import add_step, step_draft
from desktop.changes import Changes
from desktop.store.links import steps_of
from desktop.store.matters import list_matters
from desktop.store.units import units
from desktop.ui.form_panel import FormPanel
from sync.records.matters import StepKind
from tests.gui.walk import Walk, elsewhere
from tests.support.window_desk import LEAD


def choose(walk: Walk, panel: FormPanel, kinds: QComboBox, kind: StepKind, key: Qt.Key) -> None:
    """Press a key in the list of steps until a kind is chosen."""
    chosen = panel.view.cells["kind"].control
    for _ in range(kinds.count()):
        if chosen.value() == kind:
            break
        walk.qtbot.keyClick(kinds, key)
    assert chosen.value() == kind


def test_keys_alone_take_a_request_back(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    desk, shell = walk.shell.tools.desk, walk.shell
    told: list[Changes] = []

    def asked() -> tuple[str, str]:
        with desk.store.read() as reader:
            matter = list_matters(reader, limit=1)[0].id
            bureau = next(u.unit for u in units(reader).values() if u.name == "区人力资源局")
        draft, seen = matter_draft(desk, matter)
        edit_matter(desk, matter, {**draft, "nature": "dispute"}, seen)
        given = {"kind": "mediation_asked", "host": "administrative", "to_unit": bureau, "text": "请贵局调解。"}
        told.append(add_step(desk, matter, {**step_draft(desk, matter), "by_unit": None, **given}).changes)
        return matter, bureau

    matter, bureau = elsewhere(asked)
    shell.tools.bus.tell(told.pop())
    shell.follow(matter)
    walk.settle()
    button = shell.matters.story.findChild(QPushButton, "verb.matters.step")
    assert button is not None
    walk.qtbot.keyClick(button, Qt.Key.Key_Return)
    walk.until(lambda: shell.matters.panel is not None)
    walk.settle()
    panel = shell.matters.panel
    assert panel is not None
    view = panel.view
    (kinds,) = view.cells["kind"].control.stops()
    assert isinstance(kinds, QComboBox)
    kinds.setFocus()
    choose(walk, panel, kinds, StepKind.MEDIATION_WITHDRAWN, Qt.Key.Key_Down)
    assert view.cells["to_unit"].isVisibleTo(view)
    assert view.cells["to_unit"].control.value() == bureau
    choose(walk, panel, kinds, StepKind.TRANSFERRED, Qt.Key.Key_Up)
    assert view.cells["to_unit"].control.value() is None, "nobody is passed a matter because he was asked to mediate"
    choose(walk, panel, kinds, StepKind.MEDIATION_WITHDRAWN, Qt.Key.Key_Down)
    (text,) = view.cells["text"].control.stops()
    for _ in range(12):
        focused = QApplication.focusWidget()
        if focused is text:
            break
        walk.qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is text
    walk.qtbot.keyClicks(text, "settled")
    view.button.setFocus()
    walk.qtbot.keyClick(view.button, Qt.Key.Key_Return)
    walk.until(lambda: shell.matters.panel is None)
    with walk.reader() as reader:
        back = steps_of(reader, matter)[-1]
    assert (back.kind, back.to_unit, back.text) == (StepKind.MEDIATION_WITHDRAWN, bureau, "settled")
    walk.settle()
