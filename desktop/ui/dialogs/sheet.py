"""What all dialogs share: a heading, a body, a foot of buttons, and a name that tests find them by."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QBoxLayout, QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.ui.measures import fitted
from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.labels import column, label, row


class Hosting(QDialog):
    """A dialog that takes a strip over everything in it: not one that ``FACES_A_RESIDENT``.

    One ``OF_A_CALL`` is what a call for help opened: it offers none of that again.
    """

    FACES_A_RESIDENT = False
    OF_A_CALL = False

    def put_over(self, part: QWidget) -> None:
        """Put something over everything else."""
        inside = self.layout()
        if isinstance(inside, QBoxLayout):
            inside.insertWidget(0, part)

    def fit(self) -> None:
        """Give what is inside the room that it needs, where there is some."""


class Sheet(Hosting):
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
        """Give wrapped words the height that they need: a window's first size does not ask for it."""
        self.fit()
        super().showEvent(event)

    def fit(self) -> None:
        """Give what is inside the height that it needs at this width, within the program's window."""
        needed, over = self._outer.heightForWidth(self.width()), self.parentWidget()
        while over is not None and over.parentWidget() is not None:
            over = over.parentWidget()
        if over is not None:
            needed = min(needed, over.height())
        if needed > self.height():
            self.resize(self.width(), needed)

    def foot_button(self, text: str, name: str, kind: str = "") -> QPushButton:
        """Add a button to the foot."""
        made = button(text, f"{self.objectName()}.{name}", kind)
        self._foot.addWidget(made)
        return made
