"""The delegate of tables and lists: words of a cell that end with an ellipsis stand whole in the tool tip."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

Index = QModelIndex | QPersistentModelIndex


class WholeWords(QStyledItemDelegate):
    """Paints as Qt does. What a cell shows is measured when the mouse rests on it, and never before."""

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """Show the cell's own tip where it has one, else the words that it has no room for."""
        if event.type() != QEvent.Type.ToolTip or not index.isValid():
            return super().helpEvent(event, view, option, index)
        told = str(index.data(Qt.ItemDataRole.ToolTipRole) or "") or self.cut(option, index)
        QToolTip.showText(event.globalPos(), told, view, option.rect)
        return True

    def cut(self, option: QStyleOptionViewItem, index: Index) -> str:
        """Return the words of a cell where its place (``option.rect``) shows them in part; else nothing."""
        wanted = QStyledItemDelegate.sizeHint(self, option, index)
        fits = wanted.width() <= option.rect.width() and wanted.height() <= option.rect.height()
        return "" if fits else str(index.data(Qt.ItemDataRole.DisplayRole) or "")
