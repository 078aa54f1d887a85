"""The one dialog that bugs reach: says that something went wrong, that nothing saved is lost, and shows the trace."""

from __future__ import annotations

import logging
import traceback

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.ui.dialogs.sheet import Sheet
from resources import Wording

_log = logging.getLogger(__name__)


def trace_of(error: BaseException) -> str:
    """Return where ``error`` happened, without its text: values may be personal data."""
    lines = []
    seen: BaseException | None = error
    while seen is not None:
        frames = traceback.extract_tb(seen.__traceback__)
        lines += [f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno} {f.name}" for f in frames]
        lines.append(type(seen).__name__)
        seen = seen.__cause__ or seen.__context__
    return "\n".join(lines)


class CrashDialog(Sheet):
    """Not more than one at a time; the window goes on."""

    def __init__(self, words: Wording, error: BaseException, logs: str, parent: QWidget | None = None) -> None:
        super().__init__("crash", words("window.crash_title"), words("window.crash_text", logs=logs), parent, 620)
        trace = trace_of(error)
        _log.error("bug: %s", trace)
        shown = QPlainTextEdit(trace)
        shown.setReadOnly(True)
        shown.setAccessibleName(words("window.crash_title"))
        shown.setFixedHeight(180)
        self.body.addWidget(shown)
        copy = self.foot_button(words("window.copy"), "copy")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(trace))
        close = self.foot_button(words("window.go_on"), "close", "primary")
        close.clicked.connect(self.accept)
        close.setFocus()
