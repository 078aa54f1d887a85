"""A scroll area whose ground is as high as its words need at the width that there is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget


class Tall(QScrollArea):
    """Scrolls up and down only. Qt's own asks its ground for the smallest height at any width, and words that break
    into more lines then press what stands below them together."""

    def __init__(self, ground: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(ground)
        ground.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The ground holds something else now."""
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width: words break elsewhere."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        ground = self.widget()
        layout = ground.layout() if ground is not None else None
        if ground is not None and layout is not None and layout.hasHeightForWidth():
            # The ground is as wide as there is room. To ask for the viewport would have the binding make a class of
            # every widget of Qt, to find which of them it is.
            ground.setMinimumHeight(layout.totalHeightForWidth(ground.width()))
