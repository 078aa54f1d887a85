"""The page that is turned to the resident: what was written down, in large type, over everything else of the desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFrame, QPushButton, QScrollArea, QWidget

from desktop.actions.attachments import Content
from desktop.actions.confirming import Shown
from desktop.files.attached import PNG
from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.labels import clear, column, label, row
from desktop.ui.pieces.signature_pad import SignaturePad
from desktop.ui.theme import Theme
from desktop.ui.tools import Tools
from resources import LANGUAGES, Wording, wording
from sync.records.errors import QianshaoError
from sync.records.papers import AttachmentPurpose
from sync.records.times import BEIJING

CAPTION, TEXT, TITLE = 20, 26, 36
"""Pixels of type, before the screen's own scale; nothing on the page is smaller than a caption."""

WIDEST = 1040


class ConfirmPage(QDialog):
    """``confirmed`` carries the files that say so: the page as it was shown and, where it was signed, the signature."""

    confirmed = Signal(object)

    def __init__(self, tools: Tools, shown: Shown, parent: QWidget) -> None:
        super().__init__(parent)
        self._tools, self.shown = tools, shown
        self._words = tools.words
        self.setObjectName("dialog.confirm")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setStyleSheet(_style(tools.theme))
        outer = column(self, space=20, margins=(48, 32, 48, 32))
        self.paper = QFrame()
        self.paper.setObjectName("paper")
        self.paper.setMaximumWidth(WIDEST)
        self._lines = column(self.paper, space=10, margins=(40, 30, 40, 30))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.paper)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll = scroll
        outer.addWidget(scroll, 1)
        self.pad = SignaturePad("")
        self._foot = column(space=14)
        outer.addLayout(self._foot)
        self.signing = False
        self._tell()
        for keys, act in (
            ("Ctrl+Return", self._accept),
            ("Ctrl+Enter", self._accept),
            ("Ctrl+Z", self.pad.undo),
            ("PgDown", lambda: self._turn(1)),
            ("PgUp", lambda: self._turn(-1)),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    def show_over(self) -> None:
        """Cover the whole screen: nothing else of the desk is seen."""
        self.setWindowState(Qt.WindowState.WindowFullScreen)
        self.setGeometry(self.screen().geometry())  # also where no window manager makes it so
        self.open()
        self.right.setFocus()

    def other_language(self) -> None:
        """Tell the same in the other language."""
        at = (LANGUAGES.index(self._words.language) + 1) % len(LANGUAGES)
        self._words = wording(LANGUAGES[at])
        self._tell()

    def sign(self) -> None:
        """Offer the field for a signature."""
        self.signing = True
        self._tell()
        QTimer.singleShot(0, self, self._show_pad)  # its place is known once it is laid out

    def _show_pad(self) -> None:
        self._scroll.ensureWidgetVisible(self.pad, 0, 120)

    def _tell(self) -> None:
        words = self._words
        self.setWindowTitle(words("confirm.title"))
        self.pad.setParent(None)
        self.pad.setAccessibleName(words("confirm.pad"))
        clear(self._lines)
        self._lines.addWidget(label(words("confirm.title"), "confirm_title", wrap=True))
        for caption, text in _lines(words, self.shown):
            if text:
                self._lines.addSpacing(10)
                self._lines.addWidget(label(caption, "confirm_caption"))
                self._lines.addWidget(label(text, "confirm_text", wrap=True))
        if self.signing:
            self._lines.addSpacing(10)
            self._lines.addWidget(label(words("confirm.sign_here"), "confirm_caption"))
            self._lines.addWidget(self.pad)
            self._lines.addWidget(label(words("confirm.sign_note"), "confirm_caption", wrap=True))
        self._lines.addStretch(1)
        self._build_foot()

    def _build_foot(self) -> None:
        words = self._words
        clear(self._foot)
        quiet, loud = row(space=16), row(space=20)
        self.language = button(words("window.other_language"), "page.confirm.language", "quiet")
        self.language.clicked.connect(self.other_language)
        quiet.addWidget(self.language)
        for made in self._sign_verbs():
            quiet.addWidget(made)
        quiet.addStretch(1)
        self.wrong = button(words("confirm.wrong"), "page.confirm.wrong")
        self.wrong.clicked.connect(self.reject)
        self.right = button(words("confirm.right"), "page.confirm.right", "primary")
        self.right.clicked.connect(self._accept)
        loud.addWidget(self.wrong, 1)
        loud.addWidget(self.right, 2)
        self._foot.addLayout(quiet)
        self._foot.addLayout(loud)

    def _sign_verbs(self) -> list[QPushButton]:
        words = self._words
        if not self.signing:
            made = button(words("confirm.sign"), "page.confirm.sign", "quiet")
            made.clicked.connect(self.sign)
            return [made]
        undo = button(words("confirm.undo"), "page.confirm.undo", "quiet")
        undo.clicked.connect(self.pad.undo)
        again = button(words("confirm.clear"), "page.confirm.clear", "quiet")
        again.clicked.connect(self.pad.clear)
        return [undo, again]

    def _turn(self, by: int) -> None:
        bar = self._scroll.verticalScrollBar()
        bar.setValue(bar.value() + by * bar.pageStep())

    def _accept(self) -> None:
        self.right.setEnabled(False)
        pictures: list[tuple[str, str, QImage]] = []
        clock = self._tools.desk.now().astimezone(BEIJING).strftime("%Y-%m-%d %H-%M")
        image = QImage(self.paper.size(), QImage.Format.Format_RGB32)
        image.fill(self._tools.theme.colour("surface"))
        self.paper.render(image, QPoint())
        pictures.append((f"{self._words('confirm.file')} {clock}.png", AttachmentPurpose.CONFIRMATION, image))
        if self.signing and not self.pad.empty:
            name = f"{self._words('confirm.signature_file')} {clock}.png"
            pictures.append((name, AttachmentPurpose.SIGNATURE, self.pad.image()))
        encode = encoding(pictures)
        self._tools.tasks.link(lambda _task: encode(), self._encoded, self._failed)

    def _encoded(self, files: list[Content]) -> None:
        self.confirmed.emit(files)
        self.accept()

    def _failed(self, _error: QianshaoError) -> None:
        self.right.setEnabled(True)


def encoding(pictures: Sequence[tuple[str, str, QImage]]) -> Callable[[], list[Content]]:
    """Return the work for a lane that makes PNG files of pictures (name, purpose, pixels)."""
    from desktop.ui.pictures import encoded  # with Qt's PDF part, where somebody signs

    return lambda: [Content(name, PNG, encoded(image, PNG), purpose) for name, purpose, image in pictures]


def _lines(words: Wording, shown: Shown) -> list[tuple[str, str]]:
    kind = words(f"records.documenttype_{shown.document_type}") if shown.document_type else ""
    return [
        (words("forms.field_name"), shown.name),
        (words("forms.field_document"), f"{kind} {shown.document}".strip()),
        (words("forms.field_phone"), shown.phone),
        (words("forms.field_text"), shown.text),
        (words("forms.field_answer"), shown.answer),
        (words("confirm.next"), words(f"actions.next_step_{shown.next}")),
    ]


def _style(theme: Theme) -> str:
    """The page's own sizes: the window's sheet knows only those of the desk."""
    muted, surface, border = (theme.colour(name).name() for name in ("text_muted", "surface", "border"))
    return f"""
        QFrame#paper {{ background: {surface}; border: 1px solid {border}; border-radius: 14px; }}
        QLabel[role="confirm_title"] {{ font-size: {TITLE}px; font-weight: 600; }}
        QLabel[role="confirm_caption"] {{ font-size: {CAPTION}px; color: {muted}; }}
        QLabel[role="confirm_text"] {{ font-size: {TEXT}px; }}
        QPushButton {{ font-size: {TEXT}px; min-height: 68px; border-radius: 12px; }}
        QPushButton:focus {{ min-height: 66px; }}
        QPushButton[kind="quiet"] {{ font-size: {CAPTION}px; min-height: 44px; }}
        QPushButton[kind="quiet"]:focus {{ min-height: 42px; }}
    """
