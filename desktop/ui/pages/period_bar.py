"""Which period is counted, and by which dates: month, quarter, half-year or year, turned on and back."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from desktop.ui.measures import scaled
from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.labels import label, row
from resources import Wording
from sync.records.statistics import DateBasis, Period, months

SPANS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


class PeriodBar(QWidget):
    """``chosen`` is emitted when another period or basis is asked for."""

    chosen = Signal()

    def __init__(self, words: Wording, today: date) -> None:
        super().__init__()
        self._words = words
        inside = row(self, space=8)
        self.span = QComboBox()
        self.span.setObjectName("statistics.span")
        self.span.setAccessibleName(words("statistics.span"))
        for name in SPANS:
            self.span.addItem(words(f"statistics.span_{name}"), name)
        inside.addWidget(self.span)
        for text, name, by in (("‹", "before", -1), ("›", "after", 1)):
            made = button(text, f"statistics.{name}", "quiet")
            made.setAccessibleName(words(f"statistics.{name}"))
            made.setToolTip(words(f"statistics.{name}"))
            made.clicked.connect(partial(self.turn, by))
            inside.addWidget(made)
        self.place = label("", "subheading")
        self.place.setMinimumWidth(scaled(96))
        inside.addWidget(self.place)
        inside.addStretch(1)
        inside.addWidget(label(words("statistics.basis"), "caption"))
        self.basis_box = QComboBox()
        self.basis_box.setObjectName("statistics.basis")
        self.basis_box.setAccessibleName(words("statistics.basis"))
        for each in DateBasis:
            self.basis_box.addItem(words(f"records.datebasis_{each.value}"), each)
        inside.addWidget(self.basis_box)
        self.period = _around(today, 1)
        self._told()
        self.span.currentIndexChanged.connect(lambda _at: self._respan())
        self.basis_box.currentIndexChanged.connect(lambda _at: self.chosen.emit())

    @property
    def basis(self) -> DateBasis:
        """By which dates is counted."""
        return DateBasis(self.basis_box.currentData())

    def turn(self, by: int, _checked: bool = False) -> None:
        """Go so many periods on or back."""
        many = SPANS[self.span.currentData()]
        for _ in range(abs(by)):
            day = self.period.last + timedelta(days=1) if by > 0 else self.period.first - timedelta(days=1)
            self.period = _around(day, many)
        self._told()
        self.chosen.emit()

    def _respan(self) -> None:
        self.period = _around(self.period.first, SPANS[self.span.currentData()])
        self._told()
        self.chosen.emit()

    def _told(self) -> None:
        self.place.setText(self.period.written)
        self.place.setAccessibleName(self.period.written)


def _around(day: date, many: int) -> Period:
    """The period of ``many`` months that holds ``day``."""
    return months(day.year, (day.month - 1) // many * many + 1, many)
