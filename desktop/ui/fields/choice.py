"""Answers that are chosen: segments for few, a list for more, a list with typing for many, ticks for several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QComboBox, QCompleter, QPushButton, QWidget

from desktop.ui.fields.control import Control
from desktop.ui.pieces.flow import Flow
from desktop.ui.pieces.labels import column

Options = Sequence[tuple[str, str]]
"""Stored value and what a person reads."""

_NEXT = (Qt.Key.Key_Right, Qt.Key.Key_Down)
_BEFORE = (Qt.Key.Key_Left, Qt.Key.Key_Up)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
TYPED_FROM = 12
"""From so many choices on, typing finds one."""


class SegmentControl(Control):
    """One of few, all of them in sight. Arrow keys go from one to the next, a click or Space on the chosen one of an
    answer that may stay open takes it back."""

    def __init__(self, options: Options, *, optional: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._optional = optional
        self._values = [value for value, _text in options]
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        flow = Flow(self)
        self.buttons: list[QPushButton] = []
        for at, (_value, text) in enumerate(options):
            made = QPushButton(text.replace("&", "&&"))
            made.setProperty("kind", "segment")
            made.setCheckable(True)
            made.setAutoDefault(False)
            made.setAccessibleName(text)
            made.installEventFilter(self)
            self._group.addButton(made, at)
            self.buttons.append(made)
            flow.addWidget(made)
        self._group.idClicked.connect(self._clicked)
        self._one_stop()

    def set_options(self, options: Options) -> None:
        """Show those of the segments that ``options`` name, under their names; what is chosen stays in sight."""
        offered = dict(options)
        for value, made in zip(self._values, self.buttons, strict=True):
            made.setText(offered.get(value, made.text()).replace("&", "&&"))
            made.setVisible(value in offered or made.isChecked())
        self._one_stop()

    def value(self) -> Any:
        """The chosen value, None where none is."""
        return next((v for v, b in zip(self._values, self.buttons, strict=True) if b.isChecked()), None)

    def set_value(self, value: Any) -> None:
        """Choose ``value``; what is none of ours chooses nothing."""
        before = self.value()
        for v, b in zip(self._values, self.buttons, strict=True):
            b.setChecked(v == value)
        self._one_stop()
        if self.value() != before:
            self.changed.emit()

    def stops(self) -> list[QWidget]:
        """Tab stops at the chosen one, or at the first."""
        chosen = [b for b in self.buttons if b.isChecked()]
        return list(chosen[:1] or [b for b in self.buttons if not b.isHidden()][:1])

    def call_it(self, name: str, text: str) -> None:
        """Each segment is called by the field and its value."""
        self.setObjectName(name)
        self.setAccessibleName(text)
        for value, made in zip(self._values, self.buttons, strict=True):
            made.setObjectName(f"{name}.{value}")
            made.setAccessibleName(f"{text} {made.text()}")

    def mark(self, *, wrong: bool) -> None:
        """Segments need no mark of their own: the sentence stands below them."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows and Enter on the segments."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in _NEXT + _BEFORE:
                self._go(watched, 1 if event.key() in _NEXT else -1)
                return True
            if event.key() in _ENTER and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.moved_on.emit()
                return True
        if event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        return super().eventFilter(watched, event)

    def _go(self, watched: QObject, by: int) -> None:
        shown = [i for i, b in enumerate(self.buttons) if not b.isHidden()]
        at = next((i for i, to in enumerate(shown) if self.buttons[to] is watched), 0)
        to = shown[(at + by) % len(shown)]
        self.set_value(self._values[to])
        self.buttons[to].setFocus()

    def _clicked(self, at: int) -> None:
        taken_back = self._optional and not self.buttons[at].isChecked()
        for i, b in enumerate(self.buttons):
            b.setChecked(i == at and not taken_back)
        self._one_stop()
        self.changed.emit()

    def _one_stop(self) -> None:
        stops = self.stops()
        for b in self.buttons:
            b.setFocusPolicy(Qt.FocusPolicy.StrongFocus if b in stops else Qt.FocusPolicy.ClickFocus)


class _Combo(QComboBox):
    """A list that the wheel changes only while it is in use, and that lets Enter move on."""

    def __init__(self, owner: ComboControl) -> None:
        super().__init__()
        self._owner = owner
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setMaxVisibleItems(14)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.key() in _ENTER and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if plain and not self.isEditable():
            self._owner.moved_on.emit()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._owner.settle()
        self._owner.left.emit()


class ComboControl(Control):
    """One of many; from `TYPED_FROM` choices on any part of a word finds it."""

    def __init__(
        self, options: Options, *, optional: bool = True, nothing: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._optional, self._nothing = optional, nothing
        self._wanted: Any = None
        self.combo = _Combo(self)
        column(self, space=0).addWidget(self.combo)
        if len(options) >= TYPED_FROM:
            self._let_type()
        self.set_options(options)
        self.combo.currentIndexChanged.connect(lambda _at: self.changed.emit())

    def set_options(self, options: Options) -> None:
        """Offer ``options``; the answer stays where it is still among them."""
        wanted = self.value() or self._wanted
        self.combo.blockSignals(True)
        self.combo.clear()
        if self._optional or wanted is None:
            self.combo.addItem(self._nothing, None)
        for value, text in options:
            self.combo.addItem(text, value)
        self.combo.blockSignals(False)
        self.set_value(wanted)

    def value(self) -> Any:
        """The chosen value, None where none is."""
        if self.combo.isEditable() and self.combo.findText(self.combo.currentText()) < 0:
            return None
        at = self.combo.findText(self.combo.currentText()) if self.combo.isEditable() else self.combo.currentIndex()
        return self.combo.itemData(at)

    def set_value(self, value: Any) -> None:
        """Choose ``value``; one that is not offered yet is chosen when it is (``set_options``)."""
        self._wanted = value or None
        at = self.combo.findData(self._wanted) if self._wanted is not None else self.combo.findData(None)
        self.combo.setCurrentIndex(max(at, 0) if self._wanted is None or at >= 0 else self.combo.currentIndex())

    def chosen(self) -> str:
        """The words of the answer, nothing where none is chosen."""
        return "" if self.value() is None else self.combo.currentText()

    def settle(self) -> None:
        """Where typing was left in the middle, show the answer that stands."""
        if self.combo.isEditable() and self.combo.findText(self.combo.currentText()) < 0:
            self.combo.setEditText(self.combo.itemText(self.combo.currentIndex()))

    def stops(self) -> list[QWidget]:
        """The list."""
        return [self.combo]

    def _let_type(self) -> None:
        self.combo.setEditable(True)
        self.combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        finder = self.combo.completer() or QCompleter(self.combo)
        finder.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        finder.setFilterMode(Qt.MatchFlag.MatchContains)
        finder.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        line = self.combo.lineEdit()
        if line is not None:
            line.setStyleSheet("QLineEdit { border: none; background: transparent; padding: 0; min-height: 0; }")
            line.returnPressed.connect(self.moved_on)


class ChecksControl(Control):
    """CHOICES: several of a list."""

    def __init__(self, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = Flow(self, gap=8)
        self._boxes: dict[str, QCheckBox] = {}
        self._wanted: list[str] = []
        self._name = self._text = ""
        self.set_options(options)

    def set_options(self, options: Options) -> None:
        """Offer ``options``; ticks stay."""
        ticked = self.value() or self._wanted
        for box in self._boxes.values():
            box.deleteLater()
        while self._flow.takeAt(0) is not None:
            pass
        self._boxes = {}
        for value, text in options:
            box = QCheckBox(text.replace("&", "&&"), self)
            box.setChecked(value in ticked)
            box.toggled.connect(lambda _on: self.changed.emit())
            self._flow.addWidget(box)
            box.show()
            self._boxes[value] = box
        self.call_it(self._name, self._text)
        self.updateGeometry()

    def value(self) -> Any:
        """The ticked values in the order of the list."""
        ticked = [value for value, box in self._boxes.items() if box.isChecked()]
        return ticked if self._boxes else list(self._wanted)

    def set_value(self, value: Any) -> None:
        """Tick ``value`` (a list), now or as soon as they are offered."""
        self._wanted = [str(v) for v in value or ()]
        for each, box in self._boxes.items():
            box.setChecked(each in self._wanted)
        self.changed.emit()

    def stops(self) -> list[QWidget]:
        """Every box."""
        return list(self._boxes.values())

    def call_it(self, name: str, text: str) -> None:
        """Each box is called by the field and its value."""
        self._name, self._text = name, text
        self.setObjectName(name)
        for value, box in self._boxes.items():
            box.setObjectName(f"{name}.{value}")
            box.setAccessibleName(f"{text} {box.text()}")

    def mark(self, *, wrong: bool) -> None:
        """The sentence below is the mark."""


class YesNoControl(Control):
    """YES_NO: one tick whose words are the question."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QCheckBox(text.replace("&", "&&"))
        column(self, space=0).addWidget(self.box)
        self.box.toggled.connect(lambda _on: self.changed.emit())
        self.box.installEventFilter(self)

    def value(self) -> Any:
        """Yes or no."""
        return self.box.isChecked()

    def set_value(self, value: Any) -> None:
        """Tick it or not."""
        self.box.setChecked(bool(value))

    def stops(self) -> list[QWidget]:
        """The box."""
        return [self.box]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter moves on, Space ticks."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
            if event.key() in _ENTER and plain:
                self.moved_on.emit()
                return True
        return super().eventFilter(watched, event)
