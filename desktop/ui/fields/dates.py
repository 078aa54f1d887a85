"""Answers that are times: typed as clerks write them, or taken from a calendar; the rules read them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QCalendarWidget, QLineEdit, QMenu, QToolButton, QWidget, QWidgetAction

from desktop.ui.fields.control import Control
from desktop.ui.pieces.buttons import picture_button
from desktop.ui.pieces.labels import row
from desktop.ui.theme import Theme
from sync.records.times import BEIJING, to_minute


class DateControl(Control):
    """DATE: the text as typed, or the ISO day taken from the calendar."""

    def __init__(self, theme: Theme, open_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(self.example())
        self.opener: QToolButton = picture_button("calendar", open_text, "", theme)
        self.opener.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.opener.clicked.connect(self._open)
        inside = row(self, space=4)
        inside.addWidget(self.edit, 1)
        inside.addWidget(self.opener)
        self.edit.textChanged.connect(self.changed)
        self.edit.returnPressed.connect(self.moved_on)
        self.edit.editingFinished.connect(self.left)

    def example(self) -> str:
        """What an empty one shows."""
        return "2026-03-05"

    def value(self) -> Any:
        """The text as typed."""
        return self.edit.text().strip()

    def set_value(self, value: Any) -> None:
        """Show a day."""
        self.edit.setText("" if value is None else str(value))

    def stops(self) -> list[QWidget]:
        """The line; the calendar is for the mouse."""
        return [self.edit]

    def take_day(self, day: QDate) -> None:
        """Put a day from the calendar in."""
        self.edit.setText(f"{day.year():04d}-{day.month():02d}-{day.day():02d}")

    def _open(self) -> None:
        menu = QMenu(self)
        calendar = QCalendarWidget()
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        shown = QDate.fromString(self.edit.text().strip()[:10], "yyyy-MM-dd")
        if shown.isValid():
            calendar.setSelectedDate(shown)
        holder = QWidgetAction(menu)
        holder.setDefaultWidget(calendar)
        menu.addAction(holder)
        calendar.clicked.connect(self.take_day)
        calendar.clicked.connect(menu.close)
        menu.exec(self.opener.mapToGlobal(self.opener.rect().bottomLeft()))
        menu.deleteLater()


class MomentControl(DateControl):
    """MOMENT: shown to the minute at +08:00; an answer that nobody touched keeps its exact value."""

    def __init__(self, theme: Theme, open_text: str, parent: QWidget | None = None) -> None:
        self._given: str = ""
        self._shown: str = ""
        super().__init__(theme, open_text, parent)

    def example(self) -> str:
        """What an empty one shows."""
        return "2026-03-05 14:30"

    def value(self) -> Any:
        """The given value while it stands unchanged, else the text as typed."""
        text = self.edit.text().strip()
        return self._given if text == self._shown else text

    def set_value(self, value: Any) -> None:
        """Show an ISO moment or a text."""
        self._given = "" if value is None else str(value)
        self._shown = _to_the_minute(self._given)
        self.edit.setText(self._shown)

    def take_day(self, day: QDate) -> None:
        """Put a day in and keep the time of day."""
        clock = self.edit.text().strip()[10:].strip() or datetime.now(BEIJING).strftime("%H:%M")
        self.edit.setText(f"{day.year():04d}-{day.month():02d}-{day.day():02d} {clock}")


def _to_the_minute(value: str) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    if moment.tzinfo is None:
        return value
    return to_minute(moment)
