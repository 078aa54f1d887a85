"""Over a list: how many of its rows stand in each state, category or day; a click narrows the list to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from desktop.ui.models.narrow import Narrow
from desktop.ui.pages.list_shape import CHOICES
from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.flow import Flow
from desktop.ui.pieces.labels import label
from desktop.ui.tools import Tools

FIELDS = {"state": "states", "category": "categories", "channel": "channels", "purpose": "purposes"}
MOST_DAYS = 7
_EPOCH = date(1970, 1, 1)


class GroupBand(QWidget):
    """``picked`` carries by what is counted and the value that was clicked; ``turned`` that it is counted by other."""

    picked = Signal(str, str)
    turned = Signal(str)

    def __init__(self, tools: Tools, name: str, ways: tuple[str, ...]) -> None:
        super().__init__()
        self._tools, self._name = tools, name
        self._parts: list[QWidget] = []
        self.setObjectName(f"groups.{name}")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._flow = Flow(self, 6)
        self.by = QComboBox()
        self.by.setObjectName(f"groups.{name}.by")
        self.by.setProperty("kind", "small")
        self.by.setAccessibleName(tools.words("lists.groups"))
        self.by.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for way in ways:
            self.by.addItem(tools.words(f"lists.groups_{way}"), way)
        self.by.currentIndexChanged.connect(lambda _at: self.turned.emit(self.way))
        self._flow.addWidget(self.by)
        self.setVisible(bool(ways))

    @property
    def way(self) -> str:
        """By what is counted; empty where nothing is."""
        return str(self.by.currentData() or "")

    def turn(self, way: str) -> None:
        """Count by something else, without saying so."""
        self.by.blockSignals(True)
        self.by.setCurrentIndex(max(self.by.findData(way), 0))
        self.by.blockSignals(False)

    def wait(self) -> None:
        """Say that it is being counted."""
        self._put([label("…", "muted")])

    def show_counts(self, counts: Mapping[str, int], narrow: Narrow) -> None:
        """Show how many stand in each value, in the values' own order; what the list is narrowed to is marked."""
        self._put([self._part(value, counts[value], narrow) for value in self._ordered(counts)])

    def _ordered(self, counts: Mapping[str, int]) -> list[str]:
        if self.way == "day":
            return sorted(counts, key=int, reverse=True)[:MOST_DAYS]
        _, values = CHOICES[self._name].get(FIELDS[self.way], ("", ()))
        return [v for v in values if v in counts] + sorted(set(counts) - set(values))

    def _part(self, value: str, count: int, narrow: Narrow) -> QWidget:
        made = button(f"{self._told(value)}  {count:,}", f"groups.{self._name}.{value}", "group")
        made.setCheckable(True)
        if self.way == "day":
            day = day_of(value)
            made.setChecked(narrow.period == "days" and narrow.first == narrow.last == day)
        else:
            made.setChecked(value in getattr(narrow, FIELDS[self.way]))
        act: Callable[[], None] = lambda: self.picked.emit(self.way, value)  # noqa: E731 one line says it
        made.clicked.connect(act)
        return made

    def _told(self, value: str) -> str:
        words = self._tools.words
        if self.way == "day":
            return f"{day_of(value):%m-%d}"
        area, _ = CHOICES[self._name].get(FIELDS[self.way], ("", ()))
        key = f"{area}_{value}"
        return words(key) if words.has(key) else value

    def _put(self, parts: list[QWidget]) -> None:
        for part in self._parts:
            self._flow.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._parts = parts
        for part in parts:
            self._flow.addWidget(part)
        self.updateGeometry()


def day_of(value: str) -> date:
    """The day that the store names by its number since 1970."""
    return _EPOCH + timedelta(days=int(value))
