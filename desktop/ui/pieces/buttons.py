"""Buttons: a verb with its icon, its shortcut in the tool tip, and a name that tests and the demo find it by."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton, QWidget

from desktop.ui.icons import icon
from desktop.ui.measures import scaled
from desktop.ui.theme import Theme

_WITH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_TONES = {"primary": "on_accent", "quiet": "accent_text", "danger": "bad"}


class PushButton(QPushButton):
    """A button that Enter clicks, as Space does, on every platform; a key that is held down clicks once."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter clicks."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & _WITH:
            if not event.isAutoRepeat():
                self.click()
        else:
            super().keyPressEvent(event)


def button(text: str, name: str, kind: str = "", *, theme: Theme | None = None, picture: str = "") -> QPushButton:
    """Return a button; ``name`` is its object name, ``kind`` its style ("primary", "quiet", "danger", "row")."""
    made = PushButton(text.replace("&", "&&"))
    made.setObjectName(name)
    made.setAccessibleName(text)
    made.setAutoDefault(False)
    if kind:
        made.setProperty("kind", kind)
    if theme is not None and picture:
        made.setIcon(icon(picture, theme.colour(_TONES.get(kind, "text_muted")), 18))
        made.setIconSize(QSize(scaled(18), scaled(18)))
    return made


class PartsButton(PushButton):
    """A button that is made of labels and chips: as large as its layout asks, and the parts let clicks through."""

    def __init__(self, text: str, name: str, kind: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setAutoDefault(False)
        self.setProperty("kind", kind)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """What the layout asks."""
        layout = self.layout()
        return layout.totalSizeHint() if layout is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """What the layout needs."""
        layout = self.layout()
        return layout.totalMinimumSize() if layout is not None else super().minimumSizeHint()


class Link(PushButton):
    """Words that lead to a record; too long ones end with an ellipsis and stand whole in the tool tip."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text)
        self._whole = text
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setAutoDefault(False)
        self.setProperty("kind", "link")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as all the words."""
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 6, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """As narrow as a word or two."""
        return QSize(48, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the words into the width."""
        super().resizeEvent(event)
        fitting = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width() - 2)
        self.setText(fitting.replace("&", "&&"))
        self.setToolTip("" if fitting == self._whole else self._whole)


def shortcut_of(made: QPushButton, keys: str, scope: QWidget) -> None:
    """Let ``keys`` click ``made`` while the focus is within ``scope``, and say so in its tool tip."""
    sequence = QKeySequence(keys)
    made.setToolTip(f"{made.accessibleName()}  {sequence.toString(QKeySequence.SequenceFormat.NativeText)}")
    shortcut = QShortcut(sequence, scope)
    shortcut.activated.connect(made.click)


def picture_button(picture: str, text: str, name: str, theme: Theme) -> QToolButton:
    """Return a small button that shows only an icon; ``text`` is its accessible name and tool tip."""
    made = QToolButton()
    made.setObjectName(name)
    made.setAccessibleName(text)
    made.setToolTip(text)
    made.setIcon(icon(picture, theme.colour("text_muted"), 18))
    made.setIconSize(QSize(scaled(18), scaled(18)))
    return made
