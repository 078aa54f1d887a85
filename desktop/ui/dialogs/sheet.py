"""What all dialogs share: a heading, a body, a foot of buttons, and a name that tests find them by."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.ui.measures import fitted
from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.labels import column, label, row


class Sheet(QDialog):
    """Fill ``body``; add buttons to the foot by `foot_button`."""

    def __init__(self, name: str, title: str, text: str = "", parent: QWidget | None = None, width: int = 520) -> None:
        super().__init__(parent)
        self.setObjectName(f"dialog.{name}")
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(fitted(width, 0, parent.window() if parent is not None else None).width())
        outer = self._outer = column(self, space=14, margins=(26, 22, 26, 20))
        outer.addWidget(label(title, "heading", wrap=True))
        self.text = label(text, "muted", wrap=True)
        self.text.setVisible(bool(text))
        outer.addWidget(self.text)
        self.body: QVBoxLayout = column(space=10)
        outer.addLayout(self.body, 1)
        self._foot: QHBoxLayout = row(space=10)
        self._foot.addStretch(1)
        outer.addLayout(self._foot)

    def showEvent(self, event: QShowEvent) -> None:
        """Give wrapped words the height that they need at this width: a window's first size does not ask for it."""
        needed = self._outer.heightForWidth(self.width())
        if needed > self.height():
            self.resize(self.width(), needed)
        super().showEvent(event)

    def foot_button(self, text: str, name: str, kind: str = "") -> QPushButton:
        """Add a button to the foot."""
        made = button(text, f"{self.objectName()}.{name}", kind)
        self._foot.addWidget(made)
        return made
