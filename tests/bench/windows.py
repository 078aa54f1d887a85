"""The limits of a start, each in a process of its own: ``python -m tests.bench.windows bare|store PATH KEY``."""

from __future__ import annotations

import sys
import time
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QTableWidget, QTableWidgetItem, QWidget

SIZE = (1366, 768)


def say_when_painted(window: QWidget, word: str = "painted") -> None:
    """Print ``word`` and the machine's monotonic time in seconds once ``window`` is laid out and painted, then end."""

    def painted() -> None:
        window.repaint()
        print(f"{word} {time.monotonic():.6f}", flush=True)
        QApplication.quit()

    QTimer.singleShot(0, painted)


def bare() -> QMainWindow:
    """An empty main window."""
    return QMainWindow()


def with_store(path: str, key: str) -> QMainWindow:
    """A main window that imports SQLAlchemy, opens an encrypted file and shows 50 rows of it."""
    import sqlalchemy
    import sqlcipher3.dbapi2 as sqlcipher

    def connect() -> Any:
        connection = sqlcipher.connect(path)
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        return connection

    engine = sqlalchemy.create_engine("sqlite://", creator=connect, module=sqlcipher)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT id, kind, line FROM record ORDER BY line DESC LIMIT 50").fetchall()
    table = QTableWidget(len(rows), 3)
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            table.setItem(y, x, QTableWidgetItem(str(value)))
    window = QMainWindow()
    window.setCentralWidget(table)
    return window


if __name__ == "__main__":
    app = QApplication(sys.argv[:1])
    shown = bare() if sys.argv[1] == "bare" else with_store(sys.argv[2], sys.argv[3])
    shown.resize(*SIZE)
    shown.show()
    say_when_painted(shown)
    app.exec()
