"""F1: every shortcut on one sheet."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.pieces.labels import label
from resources import Wording

SHORTCUTS = (
    ("Ctrl+1 … Ctrl+7", "window.keys_pages"),
    ("Ctrl+N", "window.keys_log"),
    ("Ctrl+Shift+N", "window.keys_consult"),
    ("Ctrl+Shift+M", "window.keys_matter"),
    ("Ctrl+Shift+P", "window.keys_card"),
    ("Ctrl+I", "window.keys_import"),
    ("Ctrl+K", "find.keys_find"),
    ("Ctrl+J", "find.keys_near"),
    ("Alt+← Alt+→", "find.keys_ways"),
    ("Ctrl+F", "window.keys_search"),
    ("Ctrl+Shift+F", "lists.keys_narrow"),
    ("Shift+↑↓ Ctrl+A", "lists.keys_choose"),
    ("Alt+1 … Alt+4", "window.keys_recognised"),
    ("Ctrl+/", "window.keys_phrases"),
    ("F9", "confirm.keys"),
    ("Ctrl+Shift+A", "attachments.keys_attach"),
    ("Ctrl+Shift+V", "attachments.keys_paste"),
    ("F6", "window.keys_side"),
    ("F7", "window.keys_begin"),
    ("F8", "window.keys_end"),
    ("Enter", "window.keys_next"),
    ("Ctrl+Enter", "window.keys_submit"),
    ("Esc", "window.keys_back"),
    ("Ctrl+D", "window.parked_title"),
    ("Ctrl+L", "desk.keys_lock"),
    ("F1", "window.keys_sheet"),
)


class ShortcutSheet(Sheet):
    """Two columns of keys and what they do."""

    def __init__(self, words: Wording, parent: QWidget | None = None) -> None:
        super().__init__("shortcuts", words("window.keys_title"), "", parent, 560)
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for at, (keys, key) in enumerate(SHORTCUTS):
            grid.addWidget(label(keys, "key"), at, 0)
            grid.addWidget(label(words(key), wrap=True), at, 1)
        self.body.addLayout(grid)
        close = self.foot_button(words("window.close"), "close", "primary")
        close.clicked.connect(self.accept)
        close.setFocus()
