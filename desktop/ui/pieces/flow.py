"""A layout that sets its parts in lines and breaks them where the width ends, so that longer words never clip."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class Flow(QLayout):
    """Parts from left to right in lines, ``gap`` pixels apart; lines begin at the left, or end at the right."""

    def __init__(self, parent: QWidget | None = None, gap: int = 6, *, at_right: bool = False) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        items = self._items
        self.destroyed.connect(lambda: items.clear())  # no name for a part outlives the layout
        self._gap, self._at_right = gap, at_right
        self.setContentsMargins(QMargins(0, 0, 0, 0))

    def addItem(self, item: QLayoutItem) -> None:
        """Take ``item`` in at the end."""
        self._items.append(item)

    def count(self) -> int:
        """How many parts there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The part at ``index``."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Give the part at ``index`` away."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It needs no more than its lines."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """The height depends on where the lines break."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all lines at ``width``."""
        return self._lay(QRect(0, 0, width, 0), dry=True)

    def setGeometry(self, rect: QRect) -> None:
        """Place the parts."""
        super().setGeometry(rect)
        self._lay(rect, dry=False)

    def sizeHint(self) -> QSize:
        """All parts in one line."""
        sizes = [item.sizeHint() for item in self._items if not item.isEmpty()]
        wide = sum(s.width() for s in sizes) + self._gap * max(0, len(sizes) - 1)
        return QSize(wide, max((s.height() for s in sizes), default=0))

    def minimumSize(self) -> QSize:
        """One part to a line."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _lay(self, rect: QRect, *, dry: bool) -> int:
        y = rect.y()
        for wide, line in self._lines(rect.width()):
            x = rect.x() + (rect.width() - wide if self._at_right else 0)
            for item, size in line if not dry else ():
                item.setGeometry(QRect(QPoint(x, y), size))
                x += size.width() + self._gap
            y += max(size.height() for _item, size in line) + self._gap
        return max(y - self._gap - rect.y(), 0)

    def _lines(self, width: int) -> list[tuple[int, list[tuple[QLayoutItem, QSize]]]]:
        """The parts that are shown, in lines with their widths: what has no room in a line begins the next."""
        lines: list[tuple[int, list[tuple[QLayoutItem, QSize]]]] = []
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            wide, line = lines[-1] if lines else (width, [])
            if line and wide + self._gap + size.width() <= width:
                line.append((item, size))
                lines[-1] = (wide + self._gap + size.width(), line)
            else:
                lines.append((size.width(), [(item, size)]))
        return lines
