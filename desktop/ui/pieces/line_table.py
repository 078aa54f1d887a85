"""A table of lines to choose from in a dialog: whole lines, read only, Tab goes on to what stands behind it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget

from desktop.ui.measures import scaled
from desktop.ui.pieces.leavings import Leavings
from desktop.ui.pieces.whole_words import WholeWords

LINE_HEIGHT = 32


def as_lines(table: QTableWidget, name: str, told: str, headings: Sequence[str], widest: int | None = 0) -> None:
    """Make ``table`` one: ``told`` is its accessible name, ``widest`` the column that takes the room (None: all)."""
    table.setObjectName(name)
    table.setAccessibleName(told)
    table.setColumnCount(len(headings))
    table.setHorizontalHeaderLabels(list(headings))
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setItemDelegate(WholeWords(table))
    table.setIconSize(QSize(scaled(16), scaled(16)))
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(scaled(LINE_HEIGHT))
    head = table.horizontalHeader()
    head.setHighlightSections(False)
    head.setTextElideMode(Qt.TextElideMode.ElideRight)
    for at, heading in enumerate(headings):
        table.model().setHeaderData(at, Qt.Orientation.Horizontal, heading, Qt.ItemDataRole.ToolTipRole)
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    if widest is None:
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    else:
        Leavings(head, widest)
