"""What is wrong with the way a window is laid out: words without room, parts on each other, controls out of reach."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTableView,
    QWidget,
)

from desktop.ui.pieces.whole_words import WholeWords
from tests.gui.walk import clipped

ROWS = 40
NARROWEST = 70
"""A place to type that is narrower than this (logical pixels) is of no use."""


def faults(root: QWidget) -> list[str]:
    """Return one sentence for each fault of what is visible in ``root``, a window or a dialog."""
    inside = (widget for widget in root.findChildren(QWidget) if widget.isVisible())
    shown = [root, *(widget for widget in inside if widget.window() is root.window())]
    found = clipped(root)
    for widget in shown:
        found += _words(widget)
        if isinstance(widget, QTableView):
            found += _cells(widget)
        layout = widget.layout()
        if layout is not None and not isinstance(layout.parentWidget(), QStackedWidget):
            found += _overlaps(widget, layout)
        if widget is not root and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            found += _out_of_reach(root, widget)
    return sorted(set(found))


def _cells(view: QTableView) -> Iterator[str]:
    """Headings and cells that end with an ellipsis, or in the middle of a word, and have no tip that tells the rest."""
    model, head = view.model(), view.horizontalHeader()
    for at in range(model.columnCount() if head.isVisible() else 0):
        told = model.headerData(at, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        if not head.isSectionHidden(at) and head.sectionSizeHint(at) > head.sectionSize(at) and not told:
            yield f"{_named(view)} has a heading without room: “{model.headerData(at, Qt.Orientation.Horizontal)}”"
    if isinstance(view.itemDelegate(), WholeWords):
        return
    for row in range(min(model.rowCount(), ROWS)):
        for index in (model.index(row, at) for at in range(model.columnCount()) if not head.isSectionHidden(at)):
            if view.sizeHintForIndex(index).width() > view.visualRect(index).width():
                yield f"{_named(view)} has no tip for “{index.data()}”"


def _named(widget: QWidget) -> str:
    told = widget.objectName() or widget.accessibleName()
    if isinstance(widget, QLabel | QPushButton):
        told = told or widget.text()
    return f"{type(widget).__name__} {told!r}"


def _words(widget: QWidget) -> Iterator[str]:
    """Words in boxes; those in lists end with an ellipsis and stand whole in the pane beside them."""
    text = ""
    if isinstance(widget, QLineEdit) and not isinstance(widget.parent(), QComboBox | QAbstractSpinBox):
        text = widget.placeholderText() if not widget.text() and widget.toolTip() != widget.placeholderText() else ""
        if widget.width() < NARROWEST:
            yield f"{_named(widget)} is {widget.width()} wide"
    elif isinstance(widget, QComboBox):
        text = widget.currentText()
    room = widget.contentsRect().width() - (44 if isinstance(widget, QComboBox) else 16)
    wanted = widget.fontMetrics().horizontalAdvance(text)
    if text and wanted > room and widget.toolTip() != text:
        yield f"{_named(widget)} has {room} for {wanted}: “{text}”"
    if isinstance(widget, QLineEdit | QPlainTextEdit | QComboBox) and widget.height() < widget.fontMetrics().height():
        yield f"{_named(widget)} is {widget.height()} high"


def _parts(owner: QWidget, layout: QLayout) -> Iterator[QWidget]:
    """The widgets that ``layout`` places. It is not asked for its items: see tests/support/stale_wrappers.py."""
    layouts = [layout, *layout.findChildren(QLayout)]
    for widget in owner.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if widget.isVisible() and any(each.indexOf(widget) >= 0 for each in layouts):
            yield widget


def _overlaps(owner: QWidget, layout: QLayout) -> Iterator[str]:
    parts = list(_parts(owner, layout))
    for one, other in combinations(parts, 2):
        both = one.geometry() & other.geometry()
        if both.width() > 1 and both.height() > 1:
            yield f"{_named(one)} lies on {_named(other)}"
    ground = owner.rect().adjusted(-1, -1, 1, 1)
    for part in parts:
        if not ground.contains(part.geometry()):
            yield f"{_named(part)} stands out of {_named(owner)}"


def _out_of_reach(root: QWidget, widget: QWidget) -> Iterator[str]:
    """What can have the focus stands in the window, or in the ground of a scroll area and beside its bar."""
    place = QRect(widget.mapTo(root, QPoint(0, 0)), widget.size())
    above = widget.parentWidget()
    while above is not None and above is not root:
        if isinstance(above, QScrollArea):
            left, right = above.viewport().mapTo(root, QPoint(0, 0)).x(), above.viewport().width()
            if place.left() < left - 1 or place.right() > left + right:
                yield f"{_named(widget)} is cut by the scroll area at its side"
            return
        if isinstance(above, QAbstractScrollArea):
            return  # within a list or a text: that scrolls by itself
        above = above.parentWidget()
    if not root.rect().adjusted(-1, -1, 1, 1).contains(place):
        yield f"{_named(widget)} is out of the window"
