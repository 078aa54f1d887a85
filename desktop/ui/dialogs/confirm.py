"""Asks once before something that cannot be taken back, or tells one sentence."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.ui.dialogs.sheet import Sheet


class Confirm(Sheet):
    """``then`` is called after the confirming button; Esc and the other button do nothing."""

    def __init__(
        self,
        parent: QWidget,
        title: str,
        text: str,
        verb: str,
        cancel: str,
        then: Callable[[], None],
        *,
        danger: bool = False,
    ) -> None:
        super().__init__("confirm", title, text, parent, 440)
        away = self.foot_button(cancel, "cancel")
        away.clicked.connect(self.reject)
        sure = self.foot_button(verb, "confirm", "danger" if danger else "primary")
        sure.clicked.connect(self.accept)
        self.accepted.connect(then)
        sure.setFocus()
