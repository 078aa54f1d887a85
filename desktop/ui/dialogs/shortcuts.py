"""F1: every shortcut on one sheet."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.pieces.labels import label
from resources import Wording

SHORTCUTS = (
    ("Ctrl+1 … Ctrl+9", "window.keys_pages"),
    ("Ctrl+0", "window.keys_referrals"),
    ("Ctrl+N", "window.keys_log"),
    ("Ctrl+Shift+N", "window.keys_consult"),
    ("Ctrl+Shift+M", "window.keys_matter"),
    ("Ctrl+Shift+P", "window.keys_card"),
    ("Ctrl+Shift+O", "window.keys_order"),
    ("Ctrl+Shift+R", "window.keys_requests"),
    ("Ctrl+Shift+T", "window.keys_passed"),
    ("Ctrl+P", "window.keys_print_order"),
    ("Ctrl+I", "window.keys_import"),
    ("Ctrl+K", "find.keys_find"),
    ("Ctrl+J", "find.keys_near"),
    ("Alt+← Alt+→", "find.keys_ways"),
    ("Ctrl+F", "window.keys_search"),
    ("Ctrl+Shift+F", "lists.keys_narrow"),
    ("Shift+↑↓ Ctrl+A", "lists.keys_choose"),
    ("Alt+1 … Alt+4", "window.keys_recognised"),
    ("Alt+1 … Alt+5", "departments.keys"),
    ("Ctrl+/", "window.keys_phrases"),
    ("Ctrl+Shift+H", "characters.keys"),
    ("F9", "confirm.keys"),
    ("Ctrl+Shift+A", "attachments.keys_attach"),
    ("Ctrl+Shift+V", "attachments.keys_paste"),
    ("F5", "window.keys_consent"),
    ("F6", "window.keys_side"),
    ("F7", "window.keys_begin"),
    ("F8", "window.keys_end"),
    ("F9", "window.keys_sign"),
    ("F10", "window.keys_due"),
    ("Enter", "window.keys_next"),
    ("Ctrl+Enter", "window.keys_submit"),
    ("Esc", "window.keys_back"),
    ("Ctrl+D", "window.parked_title"),
    ("Ctrl+L", "desk.keys_lock"),
    ("F1", "window.keys_sheet"),
)

WIDTH = 1000


class ShortcutSheet(Sheet):
    """Keys and what they do, in two halves beside each other: one column of all is higher than a small screen."""

    def __init__(self, words: Wording, parent: QWidget | None = None) -> None:
        super().__init__("shortcuts", words("window.keys_title"), "", parent, WIDTH)
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        half = -(-len(SHORTCUTS) // 2)
        for at, (keys, key) in enumerate(SHORTCUTS):
            right, line = divmod(at, half)
            grid.addWidget(label(keys, "key"), line, 2 * right)
            grid.addWidget(label(words(key), wrap=True), line, 2 * right + 1)
        self.body.addLayout(grid)
        close = self.foot_button(words("window.close"), "close", "primary")
        close.clicked.connect(self.accept)
        close.setFocus()
