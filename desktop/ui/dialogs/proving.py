"""验证文书: a PDF that is dropped or chosen, a code that a hand scanner types or somebody pastes, what they prove."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.files.attached import shown_name
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.measures import scaled
from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.chip import Chip
from desktop.ui.pieces.labels import card, clear, column, label, row
from desktop.ui.pieces.tall import Tall
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError

if TYPE_CHECKING:
    from desktop.actions.desk import Desk
    from desktop.actions.proving import Finding

Looked = tuple[str, "list[Finding]", QianshaoError | None]
"""The name of a file, what was found in it, or why it could not be read."""

WIDTH, HEIGHT = 760, 620
TYPED_MS: Final = 400
"""A hand scanner types a code in less than this; then it is looked at."""
LOOKS: Final = {
    "genuine": ("good", "check"),
    "signed_original": ("good", "file"),
    "code_only": ("info", "info"),
    "letters": ("warn", "alert"),
    "preview": ("warn", "alert"),
    "unpublished": ("warn", "alert"),
    "unknown_key": ("warn", "alert"),
    "revoked": ("warn", "alert"),
    "no_code": ("calm", "info"),
    "altered": ("bad", "cross"),
    "drawn_over": ("bad", "cross"),
    "forged": ("bad", "cross"),
}
"""Tone and picture of each verdict (actions.proving.Verdict)."""


class ProvingDialog(Sheet):
    """Everything is looked at here and nothing is sent: the district's list of keys came with the last exchange."""

    def __init__(self, tools: Tools, parent: QWidget | None = None) -> None:
        words = tools.words
        super().__init__("proving", words("proof.title"), words("proof.hint"), parent and parent.window(), 640)
        self._tools = tools
        self._asked = 0
        self.setAcceptDrops(True)
        self.field = QPlainTextEdit()
        self.field.setObjectName("dialog.proving.text")
        self.field.setAccessibleName(words("proof.field"))
        self.field.setPlaceholderText(words("proof.field"))
        self.field.setTabChangesFocus(True)
        self.field.setAcceptDrops(False)  # a file that is dropped on it is the dialog's
        self.field.setInputMethodHints(Qt.InputMethodHint.ImhLatinOnly | Qt.InputMethodHint.ImhNoPredictiveText)
        self.field.setFixedHeight(scaled(112))
        self.body.addWidget(self.field)
        ground = QWidget()
        self.findings: QVBoxLayout = column(ground, space=10, margins=(0, 0, 6, 0))
        self.body.addWidget(Tall(ground), 1)
        self.clear_button = self.foot_button(words("proof.clear"), "clear")
        self.clear_button.clicked.connect(self._clear)
        close = self.foot_button(words("window.close"), "close")
        close.clicked.connect(self.reject)
        self.choose = self.foot_button(words("proof.choose"), "choose", "primary")
        self.choose.clicked.connect(self._choose)
        for each in (self.clear_button, close, self.choose):
            each.setAutoDefault(False)  # the Enter that ends a scanned code is none of theirs
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(TYPED_MS)
        self._typed.timeout.connect(self._look)
        self.field.textChanged.connect(self._changed)
        self._empty()
        self.resize(scaled(WIDTH), min(scaled(HEIGHT), parent.window().height() - 40) if parent else scaled(HEIGHT))
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def waits(self) -> bool:
        """Whether what was typed has not been looked at yet."""
        return self._typed.isActive()

    def take(self, files: list[Path]) -> None:
        """Verify files, one after another, in the order in which they were given."""
        self._ask(partial(_prove_files, self._tools.desk, files))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere."""
        if event.mimeData().hasUrls() and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the files."""
        event.acceptProposedAction()
        self.take([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    @Slot()
    def _choose(self) -> None:
        words = self._tools.words
        kinds = f"{words('proof.kinds')} (*.pdf *.PDF *.txt *.TXT)"
        paths, _kind = QFileDialog.getOpenFileNames(self, words("proof.title"), "", kinds)
        if paths:
            self.take([Path(path) for path in paths])

    @Slot()
    def _clear(self) -> None:
        self._asked += 1
        self.field.clear()
        self._empty()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _changed(self) -> None:
        self._typed.start()

    @Slot()
    def _look(self) -> None:
        text = self.field.toPlainText()
        if text.strip():
            self._ask(partial(_prove_text, self._tools.desk, text))
        else:
            self._asked += 1
            self._empty()

    def _ask(self, work: Callable[[], list[Looked]]) -> None:
        """Look on a lane; what was asked before is not waited for any more."""
        self._asked = asked = self._asked + 1
        self._tools.tasks.link(lambda _task: (asked, work()), self._looked)

    def _reset(self) -> None:
        clear(self.findings)
        self.findings.addStretch(1)

    def _empty(self) -> None:
        self._reset()
        self.findings.insertWidget(0, label(self._tools.words("proof.waits"), "muted", wrap=True))

    def _looked(self, answer: tuple[int, list[Looked]]) -> None:
        asked, looked = answer
        if asked != self._asked:
            return
        self._reset()
        for name, findings, error in looked:
            for finding in findings:
                self._show(name, finding)
            if error is not None:
                word = self._tools.words("proof.look_unreadable")
                self._card(name, word, "warn", "alert", self._tools.sentence(error))

    def _show(self, name: str, finding: Finding) -> None:
        from desktop.actions.proving import notes, place, told

        words, verdict = self._tools.words, finding.verdict.value
        sentences = "\n".join([told(finding, words), *notes(finding, words)])
        inside = self._card(
            f"{name} {place(finding, words)}".strip(" ：:"), words(f"proof.look_{verdict}"), *LOOKS[verdict], sentences
        )
        if finding.text:
            inside.addWidget(_proven(finding.text, words("proof.compare")))

    def _card(self, name: str, word: str, tone: str, picture: str, sentences: str) -> QVBoxLayout:
        frame = card()
        frame.setObjectName("dialog.proving.finding")
        inside = column(frame, space=8, margins=(16, 12, 16, 14))
        head = row(space=10)
        head.addWidget(Chip(self._tools.theme, word, tone, picture))
        head.addWidget(label(name, "muted", wrap=True), 1)
        inside.addLayout(head)
        told = label(sentences, wrap=True, selectable=True)
        told.setObjectName("dialog.proving.told")
        inside.addWidget(told)
        self.findings.insertWidget(self.findings.count() - 1, frame)
        return inside


def _proven(text: str, word: str) -> QWidget:
    """The text that was proven, behind a button: it is compared with the paper by eye."""
    ground = QWidget()
    inside = column(ground, space=6)
    shown = QPlainTextEdit(text)
    shown.setReadOnly(True)
    shown.setTabChangesFocus(True)
    shown.setAccessibleName(word)
    shown.setFixedHeight(scaled(150))
    shown.hide()
    opens = button(word, "dialog.proving.compare", "quiet")
    opens.setAutoDefault(False)
    opens.setCheckable(True)
    opens.toggled.connect(shown.setVisible)
    inside.addWidget(opens, 0, Qt.AlignmentFlag.AlignLeft)
    inside.addWidget(shown)
    return ground


def _prove_files(desk: Desk, files: list[Path]) -> list[Looked]:
    from desktop.actions.proving import prove_file

    return [_looked(shown_name(file.name), partial(prove_file, desk, file)) for file in files]


def _prove_text(desk: Desk, text: str) -> list[Looked]:
    from desktop.actions.proving import prove_text

    return [_looked("", partial(prove_text, desk, text))]


def _looked(name: str, work: Callable[[], list[Finding]]) -> Looked:
    """One file that cannot be read keeps no other from being looked at."""
    try:
        return name, work(), None
    except QianshaoError as error:
        return name, [], error
