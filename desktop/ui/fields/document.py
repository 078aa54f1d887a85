"""DOCUMENT: which identity document, its number, or why there is none; a doubtful number asks for its reason."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QWidget

from desktop.ui.fields.control import Control
from desktop.ui.pieces.labels import label
from resources import Wording
from sync.records.persons import Answer, DocumentType

_ANSWERS = (Answer.NOT_SHOWN, Answer.NONE, Answer.REFUSED, Answer.TO_FOLLOW, Answer.NOT_ASKED)


class DocumentControl(Control):
    """A draft's {"answer", "type", "number", "doubt"}: one list names a document's type or why none was given."""

    def __init__(self, words: Wording, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._doubted = False
        self.type = QComboBox()
        self.type.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.type.setMinimumContentsLength(10)
        for document in DocumentType:
            self.type.addItem(words(f"records.documenttype_{document.value}"), ("given", document.value))
        self.type.insertSeparator(self.type.count())
        for answer in _ANSWERS:
            self.type.addItem(words(f"records.answer_{answer.value}"), (answer.value, ""))
        self.number = QLineEdit()
        self.number.setPlaceholderText(words("window.document_number"))
        self.doubt = QLineEdit()
        self.doubt.setPlaceholderText(words("window.document_doubt"))
        self._doubt_label: QLabel = label(words("window.document_doubt_hint"), "small", wrap=True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.addWidget(self.type, 0, 0)
        grid.addWidget(self.number, 0, 1)
        grid.addWidget(self.doubt, 1, 1)
        grid.addWidget(self._doubt_label, 1, 0)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        self.type.currentIndexChanged.connect(lambda _at: self._show_parts())
        self.type.currentIndexChanged.connect(lambda _at: self.changed.emit())
        for edit in (self.number, self.doubt):
            edit.textChanged.connect(self.changed)
            edit.returnPressed.connect(self.moved_on)
            edit.editingFinished.connect(self.left)
        self._show_parts()

    def value(self) -> Any:
        """The draft of a document; a number that was typed is an answer whatever the list says."""
        answer, kind = self.type.currentData() or (Answer.NOT_ASKED.value, "")
        number = self.number.text().strip()
        given = answer == Answer.GIVEN.value
        if given and not number:
            answer = Answer.NOT_ASKED.value
        return {"answer": answer, "type": kind, "number": number if given else "", "doubt": self.doubt.text().strip()}

    def set_value(self, value: Any) -> None:
        """Show a document's draft; an untouched one stands at the citizen's card, ready for its number."""
        draft = dict(value or {})
        answer, kind = str(draft.get("answer") or "not_asked"), str(draft.get("type") or "")
        if answer == Answer.NOT_ASKED.value:
            answer, kind = "given", kind or DocumentType.CITIZEN.value
        at = next((i for i in range(self.type.count()) if self.type.itemData(i) == (answer, kind)), 0)
        self.type.setCurrentIndex(at)
        self.number.setText(str(draft.get("number") or ""))
        self.doubt.setText(str(draft.get("doubt") or ""))
        self._show_parts()

    def stops(self) -> list[QWidget]:
        """Type, number, doubt."""
        return [self.type, self.number, self.doubt]

    def start(self) -> None:
        """The number is what is typed first."""
        (self.number if self.number.isVisibleTo(self) else self.type).setFocus()

    def call_it(self, name: str, text: str) -> None:
        """The parts are called by the field and what they hold."""
        self.setObjectName(name)
        for part, stop in (("type", self.type), ("number", self.number), ("doubt", self.doubt)):
            stop.setObjectName(f"{name}.{part}")
        self.type.setAccessibleName(f"{text} {self._words('window.document_type')}")
        self.number.setAccessibleName(f"{text} {self._words('window.document_number')}")
        self.doubt.setAccessibleName(f"{text} {self._words('window.document_doubt')}")

    def mark(self, *, wrong: bool) -> None:
        """A refused number may be kept with a reason: from now on the reason is asked."""
        super().mark(wrong=wrong)
        self._doubted = self._doubted or (wrong and bool(self.number.text()))
        self._show_parts()

    def _show_parts(self) -> None:
        answer, _kind = self.type.currentData() or ("", "")
        given = answer == Answer.GIVEN.value
        self.number.setVisible(given)
        doubt = given and (self._doubted or bool(self.doubt.text()))
        self.doubt.setVisible(doubt)
        self._doubt_label.setVisible(doubt)
