"""Labels, lines and layouts: short spellings that keep spacing the same everywhere."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QLayout, QSizePolicy, QVBoxLayout, QWidget

L = TypeVar("L", bound=QBoxLayout)
Margins = tuple[int, int, int, int]
"""Left, top, right, bottom."""


def label(text: str, role: str = "", *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """Return a label that shows plain text in the style of ``role`` (window.qss)."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    if wrap:
        made.setWordWrap(True)
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def line() -> QFrame:
    """Return a hairline between groups."""
    made = QFrame()
    made.setProperty("role", "line")
    return made


def column(parent: QWidget | None = None, *, space: int = 8, margins: Margins = (0, 0, 0, 0)) -> QVBoxLayout:
    """Return a vertical layout; with ``parent`` it is that widget's."""
    made = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    return _spaced(made, space, margins)


def row(parent: QWidget | None = None, *, space: int = 8, margins: Margins = (0, 0, 0, 0)) -> QHBoxLayout:
    """Return a horizontal layout; with ``parent`` it is that widget's."""
    made = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    return _spaced(made, space, margins)


def _spaced(layout: L, space: int, margins: Margins) -> L:
    layout.setSpacing(space)
    layout.setContentsMargins(*margins)
    return layout


def card(role: str = "card") -> QFrame:
    """Return a frame that stands out from the ground."""
    made = QFrame()
    made.setProperty("role", role)
    return made


def card_of(inside: QWidget) -> QFrame:
    """Return a frame that holds ``inside`` alone."""
    made = card()
    column(made).addWidget(inside)
    return made


def clear(layout: QLayout) -> None:
    """Take everything out of ``layout`` and let it go."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        inner = item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
            inner.deleteLater()


def restyle(widget: QWidget) -> None:
    """Let a changed property take effect; what was not dressed yet will be dressed by it."""
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
