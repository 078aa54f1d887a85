"""The first page of a PDF as a small picture, drawn by a process of its own: `first_page` starts it, `main` draws."""

from __future__ import annotations

import sys
from functools import lru_cache

from desktop.files.apart import BROKEN, DONE, be_small, run_apart

SIDE = 208
"""Pixels each way at most: what a tile shows, on a fine screen."""
SECONDS = 5
_FILES = 64
_KEPT = 64


@lru_cache(maxsize=_KEPT)
def first_page(content: bytes) -> bytes:
    """Return the page as PNG; empty where it cannot be drawn, or takes too long."""
    code, made = run_apart(__name__, content)
    return made if code == DONE else b""


def main() -> int:
    """Draw the first page of what standard input holds; the picture goes to standard output."""
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtPdf import QPdfDocument

    be_small(_FILES, SECONDS, reserves=True)
    kept = QByteArray(sys.stdin.buffer.read())
    buffer, document = QBuffer(kept), QPdfDocument()
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document.load(buffer)
    if not document.pageCount():
        return BROKEN
    size = document.pagePointSize(0).toSize().scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio)
    drawn = document.render(0, size.expandedTo(QSize(1, 1)))
    page = QImage(drawn.size(), QImage.Format.Format_RGB32)
    page.fill(Qt.GlobalColor.white)
    painter = QPainter(page)
    painter.drawImage(0, 0, drawn)
    painter.end()
    out = QBuffer()
    out.open(QIODevice.OpenModeFlag.WriteOnly)
    if drawn.isNull() or not page.save(out, "PNG"):  # type: ignore[call-overload]
        return BROKEN
    sys.stdout.buffer.write(bytes(out.data().data()))
    sys.stdout.buffer.flush()
    return DONE
