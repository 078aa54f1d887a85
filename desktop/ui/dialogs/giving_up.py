"""Asks why a held record is made void: without a reason nothing is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.pieces.labels import label
from desktop.ui.pieces.limited import limit
from resources import Wording

LONGEST = 200


class GivingUp(Sheet):
    """``then`` is called with the reason; Esc and the other button do nothing."""

    def __init__(self, parent: QWidget, words: Wording, title: str, then: Callable[[str], object]) -> None:
        super().__init__(
            "giving_up", words("held.give_up_title"), f"{title}　{words('held.give_up_text')}", parent, 480
        )
        self._then = then
        self.reason = QLineEdit()
        self.reason.setObjectName("dialog.giving_up.reason")
        self.reason.setAccessibleName(words("held.give_up_reason"))
        limit(self.reason, LONGEST)
        caption = label(words("held.give_up_reason"))
        caption.setBuddy(self.reason)
        self.body.addWidget(caption)
        self.body.addWidget(self.reason)
        away = self.foot_button(words("window.cancel"), "cancel")
        away.clicked.connect(self.reject)
        self.sure = self.foot_button(words("held.verb_give_up"), "confirm", "danger")
        self.sure.clicked.connect(self._give_up)
        self.reason.textChanged.connect(self._allow)
        self.reason.returnPressed.connect(self._give_up)
        self._allow("")
        self.reason.setFocus()

    def _allow(self, _text: str) -> None:
        self.sure.setEnabled(bool(self.reason.text().strip()))

    def _give_up(self) -> None:
        if self.reason.text().strip():
            self.accept()
            self._then(self.reason.text())
