"""Hands on the keyboard alone: every key goes to the widget that has the focus."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from tests.gui.walk import Walk, type_in

CTRL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


class Keyboard:
    """Hands on the keys; ``at`` is the name of the widget that has the focus."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk

    @property
    def focus(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None
        return widget

    @property
    def at(self) -> str:
        return self.focus.objectName()

    def press(self, key: Qt.Key, modifier: Any = NONE) -> None:
        """Press a key where the focus is."""
        self._walk.qtbot.keyClick(self.focus, key, modifier)

    def tab_to(self, name: str, most: int = 80) -> None:
        """Press Tab until the focus is at ``name``."""
        seen = []
        while self.at != name:
            seen.append(self.at)
            assert len(seen) < most, seen
            self.press(Qt.Key.Key_Tab)

    def answer(self, name: str, text: str) -> None:
        """Go to a field and type over what stands in it."""
        self.tab_to(name)
        self.press(Qt.Key.Key_A, CTRL)
        type_in(self.focus, text)
