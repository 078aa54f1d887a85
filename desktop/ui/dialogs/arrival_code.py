"""The code on the screen that an arriving department scans: large, for one department, renewed before it is too old."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPixmap
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from desktop.actions.arrival_codes import FRESH, ShownCode, show_arrival_code
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.measures import scaled
from desktop.ui.pieces.labels import label
from desktop.ui.tools import Tools
from sync.records.arrival_codes import GOOD_FOR
from sync.records.errors import QianshaoError

SIDE, QUIET = 380, 4
"""Pixels of the code at 100 %, and modules of white around it (ISO/IEC 18004, 9.1)."""


class ArrivalCodeDialog(Sheet):
    """Turned towards the visitor: it shows the code and the department, and nothing of the matter."""

    def __init__(self, tools: Tools, order: str, departments: list[tuple[str, str]], parent: QWidget | None) -> None:
        words, minutes = tools.words, int(GOOD_FOR.total_seconds() // 60)
        super().__init__(
            "arrival", words("window.arrival_title"), words("window.arrival_hint", minutes=minutes), parent
        )
        self._tools, self._order = tools, order
        self.choice = QComboBox()
        self.choice.setObjectName("dialog.arrival.department")
        self.choice.setAccessibleName(words("window.arrival_for"))
        for identity, name in departments:
            self.choice.addItem(name, identity)
        self.choice.currentIndexChanged.connect(self.renew)
        self.body.addWidget(self.choice)
        self.code = QLabel()
        self.code.setObjectName("dialog.arrival.code")
        self.code.setAccessibleName(words("window.arrival_title"))
        self.code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.code.setMinimumHeight(scaled(SIDE))
        self.body.addWidget(self.code, 1)
        self.note = label(words("window.arrival_no_network"), "muted", wrap=True)
        self.note.setObjectName("dialog.arrival.note")
        self.body.addWidget(self.note)
        self.foot_button(words("window.close"), "close").clicked.connect(self.reject)
        again = self.foot_button(words("window.arrival_again"), "again", "primary")
        again.clicked.connect(self.renew)
        self.shown: ShownCode | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(int(FRESH.total_seconds() * 1000))
        self._timer.timeout.connect(self.renew)
        self._timer.start()
        self.renew()

    def renew(self) -> None:
        """Show a fresh code for the chosen department."""
        desk, order, department = self._tools.desk, self._order, str(self.choice.currentData() or "")
        district = self._tools.home.settings.district_url
        self._tools.tasks.write(lambda: show_arrival_code(desk, order, department, district), self._show, self._refused)

    def _show(self, shown: ShownCode) -> None:
        self.shown = shown
        self.code.setPixmap(picture_of(shown.address, QSize(scaled(SIDE), scaled(SIDE))))

    def _refused(self, error: QianshaoError) -> None:
        self.shown = None
        self.code.clear()
        self.note.setText(self._tools.sentence(error))


def picture_of(text: str, room: QSize) -> QPixmap:
    """Return the QR code of ``text`` as large as ``room`` allows in whole pixels, black on white in every theme."""
    from desktop.printing.proof import modules  # what draws codes is loaded when one is asked for

    rows = modules(text)
    side = len(rows) + 2 * QUIET
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    for y, line in enumerate(rows):
        for x, dark in enumerate(line):
            if dark:
                image.setPixelColor(x + QUIET, y + QUIET, QColor("black"))
    times = max(1, min(room.width(), room.height()) // side)
    scaled_image = image.scaled(side * times, side * times, Qt.AspectRatioMode.KeepAspectRatio)
    return QPixmap.fromImage(scaled_image)
