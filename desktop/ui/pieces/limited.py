"""A line that holds so many characters and no more: counted in code points, and none of them divided."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QLineEdit

from sync.records.graphemes import cut, utf16_length


def limit(edit: QLineEdit, most: int) -> None:
    """Let ``edit`` hold ``most`` code points. Qt's own limit counts UTF-16 units and may cut a character in two."""
    edit.textEdited.connect(partial(_keep_within, edit, most))


def _keep_within(edit: QLineEdit, most: int, text: str) -> None:
    kept = cut(text, most)
    if kept != text:
        at = edit.cursorPosition()
        edit.setText(kept)
        edit.setCursorPosition(min(at, utf16_length(kept)))
