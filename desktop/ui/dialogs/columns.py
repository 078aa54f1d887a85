"""Which columns a list shows, in which order and how wide, and how it is sorted: all of it by keyboard."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QListWidget, QListWidgetItem, QSpinBox, QWidget

from desktop.actions.list_views import View
from desktop.store.listing import LISTS
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.measures import scaled
from desktop.ui.pages.list_shape import Shape
from desktop.ui.pieces.labels import label, row
from desktop.ui.tools import Tools

_NAME, _WIDTH = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class ColumnsDialog(Sheet):
    """``chosen`` carries the `View` that was made; Space ticks a column, Ctrl+↑ and Ctrl+↓ move it."""

    chosen = Signal(object)

    def __init__(self, tools: Tools, shape: Shape, view: View, parent: QWidget) -> None:
        words, columns = tools.words, shape.columns
        usual = next(iter(LISTS[shape.name].sorts), "")
        super().__init__("columns", words("lists.columns_title"), words("lists.columns_text"), parent.window(), 460)
        self._columns, self._view = {c.name: c for c in columns}, view
        self.list = QListWidget()
        self.list.setObjectName("dialog.columns.list")
        self.list.setAccessibleName(words("lists.columns_choose"))
        self.list.setMinimumHeight(300)
        self.body.addWidget(self.list, 1)
        line = row(space=10)
        self.width_box = QSpinBox()
        self.width_box.setObjectName("dialog.columns.width")
        self.width_box.setAccessibleName(words("lists.columns_width"))
        self.width_box.setRange(48, 900)
        self.width_box.setSingleStep(10)
        self.width_box.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.width_box.setFixedWidth(scaled(72))
        self.sort = QComboBox()
        self.sort.setObjectName("dialog.columns.sort")
        self.sort.setAccessibleName(words("lists.columns_sort"))
        for column in sorted(columns, key=lambda each: each.sort != usual):
            if column.sort:
                for rising in (False, True):
                    key = "lists.sort_rising" if rising else "lists.sort_falling"
                    self.sort.addItem(words(key, column=column.heading), (column.sort, rising))
        line.addWidget(label(words("lists.columns_width"), "caption"))
        line.addWidget(self.width_box)
        line.addSpacing(8)
        if self.sort.count():
            line.addWidget(label(words("lists.columns_sort"), "caption"))
            line.addWidget(self.sort, 1)
        else:
            line.addWidget(label(words("lists.sort_none"), "muted", wrap=True), 1)
        self.body.addLayout(line)
        self._fill(view)
        reset = self.foot_button(words("lists.columns_as_it_was"), "reset", "quiet")
        reset.clicked.connect(lambda: self._fill(View()))
        away = self.foot_button(words("window.cancel"), "cancel")
        away.clicked.connect(self.reject)
        sure = self.foot_button(words("lists.columns_take"), "take", "primary")
        sure.clicked.connect(self._take)
        for keys, by in (("Ctrl+Up", -1), ("Ctrl+Down", 1)):
            QShortcut(QKeySequence(keys), self).activated.connect(lambda by=by: self.move_by(by))
        self.list.currentItemChanged.connect(lambda now, _was: self._show_width(now))
        self.width_box.valueChanged.connect(self._set_width)
        self.list.setCurrentRow(0)
        self.list.setFocus()

    def move_by(self, by: int) -> None:
        """Move the current column up or down."""
        at = self.list.currentRow()
        if 0 <= at + by < self.list.count():
            item = self.list.takeItem(at)
            self.list.insertItem(at + by, item)
            self.list.setCurrentRow(at + by)

    def view(self) -> View:
        """What is chosen now; the list's own default is an empty one."""
        items = [self.list.item(i) for i in range(self.list.count())]
        shown = tuple(str(i.data(_NAME)) for i in items if i.checkState() is Qt.CheckState.Checked)
        usual = tuple(c.name for c in self._columns.values() if c.shown)
        widths = {str(i.data(_NAME)): int(i.data(_WIDTH)) for i in items if i.data(_WIDTH)}
        changed = {name: width for name, width in widths.items() if width != self._columns[name].width}
        sort, rising = self.sort.currentData() or ("", False)
        first = self.sort.itemData(0)[0] if self.sort.count() else ""
        return msgspec.structs.replace(
            self._view,
            columns=() if shown in ((), usual) else shown,
            widths=changed,
            sort="" if sort == first else sort,
            rising=rising,
        )

    def _fill(self, view: View) -> None:
        names = [n for n in view.columns if n in self._columns] or [c.name for c in self._columns.values() if c.shown]
        self.list.clear()
        for name in [*names, *(n for n in self._columns if n not in names)]:
            column = self._columns[name]
            item = QListWidgetItem(column.heading)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if name in names else Qt.CheckState.Unchecked)
            item.setData(_NAME, name)
            item.setData(_WIDTH, view.widths.get(name, column.width))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        wanted = (view.sort or (self.sort.itemData(0)[0] if self.sort.count() else ""), view.rising)
        for at in range(self.sort.count()):
            if tuple(self.sort.itemData(at)) == wanted:
                self.sort.setCurrentIndex(at)
        self._show_width(self.list.currentItem())

    def _show_width(self, item: QListWidgetItem | None) -> None:
        width = int(item.data(_WIDTH) or 0) if item is not None else 0
        self.width_box.blockSignals(True)
        self.width_box.setEnabled(width > 0)  # a column of what is left has no width of its own
        self.width_box.setValue(width)
        self.width_box.blockSignals(False)

    def _set_width(self, width: int) -> None:
        item = self.list.currentItem()
        if item is not None:
            item.setData(_WIDTH, width)

    def _take(self) -> None:
        self.chosen.emit(self.view())
        self.accept()
