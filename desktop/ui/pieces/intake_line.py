"""What is said about files that come in: which one is worked on, how far, a stop, and what was refused."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QWidget

from desktop.ui.attaching import Intake
from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.labels import column, label, row
from resources import Wording


class IntakeLine(QWidget):
    """Follows one `Intake`; nothing is shown where there is nothing to say."""

    def __init__(self, words: Wording, intake: Intake) -> None:
        super().__init__()
        self._words = words
        inside = column(self, space=6)
        self.going = QWidget()
        line = row(self.going, space=10)
        self._name = label("", "small")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMaximumWidth(200)
        self.stop = button(words("window.stop"), "files.stop", "quiet")
        self.stop.clicked.connect(intake.cancel)
        for part in (self._name, self.bar, self.stop):
            line.addWidget(part)
        line.addStretch(1)
        self.going.hide()
        inside.addWidget(self.going)
        self.wrong = label("", "error", wrap=True)
        self.wrong.setObjectName("files.wrong")
        self.wrong.hide()
        inside.addWidget(self.wrong)
        self.hide()
        intake.began.connect(self.forgive)
        intake.refused.connect(self.refuse)
        intake.going.connect(self._show)

    def refuse(self, text: str) -> None:
        """Say in one sentence why a file was not taken, below those of the same handful."""
        self.wrong.setText("\n".join(filter(None, (self.wrong.text(), text))))
        self.wrong.show()
        self.show()

    def forgive(self) -> None:
        """Say nothing any more."""
        self.wrong.clear()
        self.wrong.hide()
        self.setVisible(self.going.isVisibleTo(self))

    def _show(self, name: str, done: int, of: int) -> None:
        self.going.setVisible(bool(name))
        self.setVisible(bool(name) or bool(self.wrong.text()))
        if name:
            self._name.setText(self._words("attachments.going", file=name))
            self.bar.setAccessibleName(self._name.text())
            self.bar.setRange(0, of)
            self.bar.setValue(done)
