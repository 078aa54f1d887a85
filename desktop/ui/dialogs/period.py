"""A period of one's own: from which day to which, both included; either may be left open."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.fields.dates import DateControl
from desktop.ui.pieces.labels import label, restyle, row
from desktop.ui.tools import Tools


class PeriodDialog(Sheet):
    """``chosen`` carries the first and the last day."""

    chosen = Signal(object)

    def __init__(self, tools: Tools, first: date | None, last: date | None, parent: QWidget) -> None:
        words = tools.words
        super().__init__(
            "period", words("lists.period_days").rstrip("…"), words("lists.period_text"), parent.window(), 440
        )
        self._words = words
        self.first, self.last = (DateControl(tools.theme, words("window.open_calendar")) for _ in range(2))
        line = row(space=10)
        for control, value, name in ((self.first, first, "first"), (self.last, last, "last")):
            control.set_value(value)
            control.edit.setObjectName(f"dialog.period.{name}")
            control.edit.setAccessibleName(words(f"lists.period_{name}"))
            line.addWidget(label(words(f"lists.period_{name}"), "caption"))
            line.addWidget(control, 1)
        self.body.addLayout(line)
        self.told = label("", "error", wrap=True)
        self.body.addWidget(self.told)
        away = self.foot_button(words("window.cancel"), "cancel")
        away.clicked.connect(self.reject)
        sure = self.foot_button(words("lists.period_show"), "show", "primary")
        sure.clicked.connect(self._take)
        self.first.edit.returnPressed.connect(self.last.edit.setFocus)
        self.last.edit.returnPressed.connect(self._take)
        self.first.edit.setFocus()

    def _take(self) -> None:
        try:
            first, last = (date.fromisoformat(text) if (text := c.value()) else None for c in (self.first, self.last))
        except ValueError:
            self._tell("lists.period_unreadable")
            return
        if first is None and last is None:
            self._tell("lists.period_empty")
        elif first is not None and last is not None and last < first:
            self._tell("lists.period_turned")
        else:
            self.chosen.emit((first, last))
            self.accept()

    def _tell(self, key: str) -> None:
        self.told.setText(self._words(key))
        restyle(self.told)
