"""A rare character from any text field: found, inserted where the cursor stands, or described by its parts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo, QRawFont, QTextLayout
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton

from desktop.ui.dialogs.characters import CharacterPicker
from desktop.ui.pieces.limited import limit
from tests.gui.layout import faults
from tests.gui.walk import Walk, still_clipped, type_in, without_a_name
from tests.support.window_desk import REGISTRAR

KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def logging(walk: Walk) -> tuple[QLineEdit, QPlainTextEdit]:
    """Open the form of a visit; its fields for the name and for the request."""
    walk.shell.begin("log")
    walk.settle()
    cells = walk.shell.panels()[-1].view.cells
    name, text = cells["name"].control.stops()[0], cells["text"].control.stops()[0]
    assert isinstance(name, QLineEdit)
    assert isinstance(text, QPlainTextEdit)
    return name, text


def picking(walk: Walk) -> CharacterPicker:
    """Press the key where the focus is."""
    focus = QApplication.focusWidget()
    assert focus is not None
    walk.qtbot.keyClick(focus, Qt.Key.Key_H, KEYS)
    walk.settle()
    return next(dialog for dialog in walk.dialogs() if isinstance(dialog, CharacterPicker))


def typed(walk: Walk, picker: CharacterPicker, text: str) -> None:
    """Type a query and wait for what is found."""
    picker.line.clear()
    type_in(picker.line, text)
    walk.until(lambda: not picker._pause.isActive())
    walk.settle()


def test_a_character_is_found_and_inserted_where_the_cursor_stands(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=REGISTRAR)
    name, text = logging(walk)
    name.setFocus()
    type_in(name, "张𠮷三")
    name.setCursorPosition(3)  # behind the second character, which is two UTF-16 units
    picker = picking(walk)
    typed(walk, picker, "di 页")
    assert picker.big.text() == picker.list.currentItem().text()
    place = next(at for at in range(picker.list.count()) if picker.list.item(at).text() == "𬱖")
    picker.list.setCurrentRow(place)
    assert "U+2CC56" in picker.about.text()
    assert still_clipped(walk.qtbot, picker) == []
    assert without_a_name(picker) == []
    walk.qtbot.mouseClick(picker.take, Qt.MouseButton.LeftButton)
    walk.until(lambda: QApplication.focusWidget() is name)
    assert name.text() == "张𠮷𬱖三"
    assert walk.shell.panels()[-1].view.values()["name"] == "张𠮷𬱖三"

    text.setFocus()
    type_in(text, "住在")
    typed(walk, picker := picking(walk), "U+20BB7")
    walk.qtbot.keyClick(picker.line, Qt.Key.Key_Return)
    walk.settle()
    assert text.toPlainText() == "住在𠮷"


def test_enter_right_after_typing_waits_for_what_is_found(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=REGISTRAR)
    name, _text = logging(walk)
    name.setFocus()
    picker = picking(walk)
    type_in(picker.line, "#134071")
    walk.qtbot.keyClick(picker.line, Qt.Key.Key_Return)
    walk.until(lambda: name.text() == "𠮷")


def test_what_has_no_code_is_written_as_a_description(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=REGISTRAR)
    name, _text = logging(walk)
    name.setFocus()
    type_in(name, "王")
    picker = picking(walk)
    assert not picker.describe.isEnabled()
    operator = picker.findChild(QPushButton, "dialog.characters.2FF0")
    assert operator is not None
    walk.qtbot.mouseClick(operator, Qt.MouseButton.LeftButton)
    type_in(picker.line, "氵龘")
    walk.until(lambda: not picker._pause.isActive())
    walk.settle()
    assert picker.list.count() == 0
    walk.qtbot.mouseClick(picker.describe, Qt.MouseButton.LeftButton)
    assert name.text() == "王⿰氵龘"


def test_private_use_is_offered_to_be_replaced(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=REGISTRAR)
    name, _text = logging(walk)
    name.setText("王\ue816")
    name.setFocus()
    picker = picking(walk)
    assert picker.mend.isVisible()
    walk.qtbot.mouseClick(picker.mend, Qt.MouseButton.LeftButton)
    assert name.text() == "王𠂇"
    name.undo()
    assert name.text() == "王\ue816"


def test_a_bad_word_is_said_in_one_sentence_and_nothing_is_inserted(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=REGISTRAR)
    name, _text = logging(walk)
    name.setFocus()
    picker = picking(walk)
    typed(walk, picker, "xyzzy")
    assert "xyzzy" in picker.told.text()
    assert not picker.take.isEnabled()
    walk.qtbot.keyClick(picker.line, Qt.Key.Key_Return)
    assert picker.isVisible()
    picker.reject()
    assert name.text() == ""


def test_without_a_text_field_it_says_where_to_put_the_cursor(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=REGISTRAR)
    walk.shell.today.setFocus()
    walk.command("desk.characters")
    assert walk.dialogs() == []
    assert walk.shell.notice.text.text() == walk.shell.tools.words("characters.nowhere")


def test_the_picker_fits_small_screens_in_both_languages(open_window: Callable[..., Walk]) -> None:
    for language in ("zh", "en"):
        walk = open_window(name=REGISTRAR, language=language)
        name, _text = logging(walk)
        name.setFocus()
        picker = picking(walk)
        typed(walk, picker, "口")
        assert faults(picker) == []
        picker.reject()
        walk.application.window.close()


def test_the_find_box_takes_rare_characters_too(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=REGISTRAR)
    walk.shell.finder.find()
    walk.settle()
    box = QApplication.focusWidget()
    assert isinstance(box, QLineEdit)
    picker = picking(walk)
    typed(walk, picker, "U+20BB7")
    walk.qtbot.keyClick(picker.line, Qt.Key.Key_Return)
    assert box.text() == "𠮷"


def test_the_window_has_a_face_for_every_extension_that_papers_have(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=REGISTRAR)
    font = walk.application.window.font()
    for character in "䶮㛃𠮷𪚥𫝀𬱖𮧵𰻞𠣞":
        layout = QTextLayout(character, font)
        layout.beginLayout()
        layout.createLine()
        layout.endLayout()
        (run,) = layout.glyphRuns()
        assert run.rawFont().supportsCharacter(ord(character)), (character, QFontInfo(font).family())
        assert isinstance(run.rawFont(), QRawFont)
        assert list(run.glyphIndexes()) != [0], character


def test_a_line_counts_characters_and_its_cursor_stays_behind_the_same_one(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=REGISTRAR)
    name, _text = logging(walk)
    name.setFocus()
    type_in(name, "𠮷𠮷𠮷三")
    name.setCursorPosition(4)  # behind the second character
    type_in(name, "\u202e")  # cannot be shown truly, and is left out
    walk.until(lambda: "\u202e" not in name.text())
    type_in(name, "中")
    assert name.text() == "𠮷𠮷中𠮷三"


def test_a_limit_divides_no_rare_character(open_window: Callable[..., Walk]) -> None:

    edit = QLineEdit()
    open_window()
    limit(edit, 5)
    type_in(edit, "𠮷𠮷𠮷𠮷𠮷𠮷𠮷")
    assert edit.text() == "𠮷𠮷𠮷𠮷𠮷"
    type_in(edit, "a")
    assert edit.text() == "𠮷𠮷𠮷𠮷𠮷"
    edit.deleteLater()
