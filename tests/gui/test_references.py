"""A window that has emitted very many signals goes on, and ends in good order."""

from __future__ import annotations

import subprocess
import sys

DAY = """
import sys
import desktop.ui
from PySide6.QtCore import QCoreApplication, QObject, Signal

class Bell(QObject):
    rung = Signal(str)

    def __init__(self):
        super().__init__()
        self.heard = 0
        self.rung.connect(self.hear)

    def hear(self, text):
        self.heard += 1

app = QCoreApplication([])
bell = Bell()
for _ in range(50_000):
    bell.rung.emit("x")
print(bell.heard, True, False)
"""

STROKES = """
import desktop.ui
from PySide6.QtGui import QColor, QImage

image = QImage(8, 8, QImage.Format.Format_RGB888)
for _ in range(300_000):
    image.setPixelColor(1, 1, QColor("red"))
print(image.pixelColor(1, 1).red(), None)
"""


def test_fifty_thousand_signals_end_no_process() -> None:
    told = subprocess.run([sys.executable, "-c", DAY], capture_output=True, text=True, timeout=120, check=False)

    assert (told.returncode, told.stdout, told.stderr) == (0, "50000 True False\n", "")


def test_three_hundred_thousand_strokes_end_no_process() -> None:
    told = subprocess.run([sys.executable, "-c", STROKES], capture_output=True, text=True, timeout=120, check=False)

    assert (told.returncode, told.stdout, told.stderr) == (0, "255 None\n", "")


DRAWN = """
import sys
import desktop.ui
from PySide6.QtCore import QCoreApplication, QObject, QStringListModel

app = QCoreApplication([])
model = QStringListModel(["x"])
index = model.index(0, 0)
thing = QObject()
for _ in range(300_000):
    index.data(257)
    thing.setObjectName("x")
print(None)
"""


def test_three_hundred_thousand_answers_of_nothing_end_no_process() -> None:
    told = subprocess.run([sys.executable, "-c", DRAWN], capture_output=True, text=True, timeout=120, check=False)

    assert (told.returncode, told.stdout, told.stderr) == (0, "None\n", "")
