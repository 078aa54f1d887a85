"""The main window's frame: it shows the gate or the shell, remembers nothing else, and asks before work is lost."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from desktop.ui.icons import icon
from desktop.ui.theme import Theme

SMALLEST = QSize(1100, 680)
FIRST = QSize(1366, 768)


class Window(QMainWindow):
    """``leaving`` is emitted once before it closes: whoever types keeps the draft then."""

    leaving = Signal()

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName("window")
        self.setWindowTitle(title)
        self.setWindowIcon(icon("outpost", theme.colour("accent"), 32))
        self.setMinimumSize(SMALLEST)
        self.resize(FIRST)
        self._stack = QStackedWidget()
        self._stack.setObjectName("sheet")
        self.setCentralWidget(self._stack)

    @property
    def inside(self) -> QWidget | None:
        """The gate or the shell."""
        return self._stack.currentWidget()

    def put(self, inside: QWidget) -> None:
        """Show ``inside`` in place of what was there."""
        before = [self._stack.widget(at) for at in range(self._stack.count())]
        self._stack.addWidget(inside)
        self._stack.setCurrentWidget(inside)
        for each in before:
            self._let_go(each)

    def cover(self, page: QWidget) -> None:
        """Show ``page``; what was there stays behind it as it is."""
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)

    def uncover(self) -> None:
        """Take the page that covers away."""
        self._let_go(self._stack.widget(self._stack.count() - 1))

    def _let_go(self, page: QWidget | None) -> None:
        if page is not None:
            self._stack.removeWidget(page)
            page.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let drafts be kept, then close."""
        self.leaving.emit()
        super().closeEvent(event)
