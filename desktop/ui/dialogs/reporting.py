"""Asks once before the statistics of a period are reported, with the reason where they were reported before."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.pieces.labels import label
from desktop.ui.pieces.limited import limit
from resources import Wording


class ReportDialog(Sheet):
    """``then`` is called with the reason after the confirming button."""

    def __init__(
        self, words: Wording, period: str, parent: QWidget, then: Callable[[str], None], *, again: bool, changed: int
    ) -> None:
        text = words("statistics.report_again_text" if again else "statistics.report_text", count=changed)
        super().__init__("report", words("statistics.report_title", period=period), text, parent.window(), 480)
        self._words, self._then, self._again = words, then, again
        self.reason = QLineEdit()
        self.reason.setObjectName("dialog.report.reason")
        self.reason.setAccessibleName(words("statistics.report_reason"))
        self.reason.setPlaceholderText(words("statistics.report_reason"))
        limit(self.reason, 200)
        self.reason.setVisible(again)
        self.reason.returnPressed.connect(self._sure)
        self.body.addWidget(self.reason)
        self.told = label("", "error", wrap=True)
        self.body.addWidget(self.told)
        away = self.foot_button(words("window.cancel"), "cancel")
        away.clicked.connect(self.reject)
        sure = self.foot_button(words("statistics.report"), "confirm", "primary")
        sure.clicked.connect(self._sure)
        (self.reason if again else sure).setFocus()

    def _sure(self) -> None:
        reason = self.reason.text().strip()
        if self._again and not reason:
            self.told.setText(self._words("actions.report_reason_missing"))
            self.reason.setFocus()
            return
        self.accept()
        self._then(reason)
