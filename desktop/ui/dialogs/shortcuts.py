"""F1: every shortcut on one sheet."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.pieces.labels import label
from desktop.ui.pieces.tall import Tall
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
    ("Alt+1 … Alt+3", "conflicts.keys_take"),
    ("Alt+1 … Alt+5", "departments.keys"),
    ("Ctrl+/", "window.keys_phrases"),
    ("Ctrl+Shift+H", "characters.keys"),
    ("F9", "confirm.keys"),
    ("Ctrl+Shift+A", "attachments.keys_attach"),
    ("Ctrl+Shift+V", "attachments.keys_paste"),
    ("F5", "window.keys_consent"),
    ("F5", "window.keys_settle"),
    ("F6", "window.keys_side"),
    ("F6", "window.keys_turn"),
    ("F7", "window.keys_begin"),
    ("F8", "window.keys_end"),
    ("F9", "window.keys_sign"),
    ("F10", "window.keys_due"),
    ("Enter", "window.keys_next"),
    ("Ctrl+Enter", "window.keys_submit"),
    ("Ctrl+Z", "window.keys_undo"),
    ("Ctrl+S", "find.keys_keep"),
    ("Ctrl+↑ Ctrl+↓", "lists.keys_columns"),
    ("Ctrl+Del", "window.keys_forget"),
    ("Ctrl+ + − 0 1", "attachments.keys_zoom"),
    ("Esc", "window.keys_back"),
    ("Ctrl+D", "window.parked_title"),
    ("Ctrl+L", "desk.keys_lock"),
    ("F1", "window.keys_sheet"),
)

COLUMNS, WIDTH = 3, 1300


class ShortcutSheet(Sheet):
    """Keys and what they do, in columns beside each other: one of all is higher than a screen. What does not fit in a
    small one, or at large type, is reached by the arrow keys."""

    def __init__(self, words: Wording, parent: QWidget | None = None) -> None:
        super().__init__("shortcuts", words("window.keys_title"), "", parent, WIDTH)
        ground = QWidget()
        ground.setProperty("role", "ground")
        grid = QGridLayout(ground)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        for column in range(COLUMNS):
            grid.setColumnStretch(2 * column + 1, 1)
        rows = -(-len(SHORTCUTS) // COLUMNS)
        for at, (keys, key) in enumerate(SHORTCUTS):
            column, line = divmod(at, rows)
            grid.addWidget(label(keys, "key"), line, 2 * column)
            grid.addWidget(label(words(key), wrap=True), line, 2 * column + 1)
        self._ground, self._area = ground, Tall(ground)
        self._area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._area.setAccessibleName(words("window.keys_title"))
        self.body.addWidget(self._area, 1)
        close = self.foot_button(words("window.close"), "close", "primary")
        close.clicked.connect(self.accept)
        close.setDefault(True)
        self._area.setFocus()

    def fit(self) -> None:
        """As high as the keys need, within the program's window: the area that scrolls would be content with less."""
        inside = self._ground.layout()
        if inside is not None:
            width = self.width() - 2 * self._outer.contentsMargins().left()
            needed = inside.totalHeightForWidth(width)
            over = self.parentWidget()
            rest = self._outer.totalHeightForWidth(self.width()) - self._area.sizeHint().height()
            self.resize(self.width(), min(needed + rest, over.window().height() if over is not None else needed + rest))
