"""Before the desk: enrolment on a machine without a store, else signing in. It knows forms and words, no store."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter, QLabel, QLineEdit, QWidget

from desktop.forms.form import Draft, Form
from desktop.ui.fields.sources import Surroundings
from desktop.ui.form_view import FormView
from desktop.ui.icons import pixmap
from desktop.ui.measures import scaled
from desktop.ui.pieces.labels import card, column, label, row
from desktop.ui.pieces.tall import Tall

WIDTH = 470


class Gate(QWidget):
    """A card in the middle of the window with one form. ``submitted`` carries its answers."""

    submitted = Signal(object)

    def __init__(self, around: Surroundings, form: Form, text: str) -> None:
        super().__init__()
        self._around = around
        self.setObjectName("gate")
        words, theme = around.words, around.theme
        ground = QWidget()
        ground.setProperty("role", "ground")
        outer = column(ground, space=0, margins=(24, 24, 24, 24))
        column(self, space=0).addWidget(Tall(ground))
        outer.addStretch(1)
        frame = card()
        frame.setFixedWidth(scaled(WIDTH))
        self._inside = inside = column(frame, space=12, margins=(34, 28, 34, 26))
        head = row(space=12)
        mark = QLabel()
        mark.setPixmap(pixmap("outpost", theme.colour("accent").name(), 34))
        head.addWidget(mark)
        names = column(space=0)
        names.addWidget(label(words("window.product"), "title"))
        names.addWidget(label(words("window.product_line"), "small", wrap=True))
        head.addLayout(names, 1)
        inside.addLayout(head)
        self.text: QLabel = label(text, "muted", wrap=True)
        inside.addWidget(self.text)
        self.view = FormView(form, around, framed=False, cancel=False, plain=True)
        self.view.submitted.connect(self.submitted)
        inside.addWidget(self.view)
        middle = row(space=0)  # a row asks the card for its height at the card's own width; the column would not
        middle.addStretch(1)
        middle.addWidget(frame)
        middle.addStretch(1)
        outer.addLayout(middle)
        outer.addStretch(2)

    def offer_names(self, names: Sequence[str]) -> None:
        """Complete the name from those who may sign in here."""
        cell = self.view.cells.get("name")
        stops = cell.control.stops() if cell is not None else []
        if stops and isinstance(stops[0], QLineEdit) and len(names) == 1 and not stops[0].text():
            stops[0].setText(names[0])
            password = self.view.cells.get("password")
            if password is not None:
                password.control.start()
        elif stops and isinstance(stops[0], QLineEdit):
            stops[0].setCompleter(QCompleter(list(names), stops[0]))

    def add(self, widget: QWidget) -> None:
        """Put ``widget`` below the form."""
        self._inside.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft)

    def answers(self) -> Draft:
        """What stands in the form."""
        return self.view.answers()
