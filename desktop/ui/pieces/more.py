"""A button that shows and hides what is done now and then: a few verbs stand in sight, the others behind it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from desktop.ui.icons import icon
from desktop.ui.measures import scaled
from desktop.ui.pieces.buttons import PushButton
from desktop.ui.theme import Theme


class More(PushButton):
    """Checked while ``parts``, which stand behind it in the same layout, are in sight."""

    def __init__(self, theme: Theme, text: str, name: str, parts: Sequence[QWidget], *, opened: bool = False) -> None:
        super().__init__(text)
        self._theme, self._parts = theme, tuple(parts)
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setAutoDefault(False)
        self.setProperty("kind", "quiet")
        self.setIconSize(QSize(scaled(16), scaled(16)))
        self.setCheckable(True)
        self.setChecked(opened)
        self._point(opened)
        if not opened:
            for part in self._parts:
                part.hide()  # never shown here: a part has no parent yet, and would be a window
        self.toggled.connect(self._turn)

    def _turn(self, opened: bool) -> None:
        self._point(opened)
        for part in self._parts:
            part.setVisible(opened)

    def _point(self, opened: bool) -> None:
        self.setIcon(icon("chevron_down" if opened else "chevron_right", self._theme.colour("accent_text"), 16))
