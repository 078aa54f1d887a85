"""Asks once before something that cannot be taken back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.ui.dialogs.sheet import Sheet
from resources import Wording


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
        (away if danger else sure).setFocus()

    @classmethod
    def discard(cls, parent: QWidget, words: Wording, title: str, then: Callable[[], None]) -> None:
        """Ask whether the draft called ``title`` is to be thrown away; ``then`` throws it away."""
        cls(
            parent,
            words("window.discard_title"),
            words("window.discard_text", title=title),
            words("window.discard"),
            words("window.cancel"),
            then,
            danger=True,
        ).open()
