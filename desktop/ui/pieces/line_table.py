"""A table of lines to choose from in a dialog: whole lines, read only, Tab goes on to what stands behind it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget


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
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    head = table.horizontalHeader()
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    if widest is None:
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    else:
        head.setSectionResizeMode(widest, QHeaderView.ResizeMode.Stretch)
