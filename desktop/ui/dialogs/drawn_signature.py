"""Handwriting on the screen for a signature that was recorded: who, the field, and what it is worth, plainly."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QWidget

from desktop.actions.attachments import attach
from desktop.changes import Changes
from desktop.store.links import attachments_of, signatures_of
from desktop.ui.dialogs.confirming import encoding
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.pieces.labels import label
from desktop.ui.pieces.signature_pad import SignaturePad
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError
from sync.records.mediations import Signature, SignatureManner
from sync.records.papers import AttachmentPurpose
from sync.records.times import BEIJING

PAD_HEIGHT = 260


class DrawnSignatureDialog(Sheet):
    """Offers the signatures on ``agreement_id`` that have no handwriting yet; `keep` gives the chosen one its own."""

    FACES_A_RESIDENT = True

    def __init__(self, tools: Tools, agreement_id: str, parent: QWidget) -> None:
        words = tools.words
        super().__init__("drawn", words("confirm.draw_title"), words("confirm.draw_text"), parent, 760)
        self._tools, self._agreement = tools, agreement_id
        self.who = QComboBox()
        self.who.setObjectName("dialog.drawn.who")
        self.who.setAccessibleName(words("confirm.draw_who"))
        self.body.addWidget(self.who)
        self.pad = SignaturePad(words("confirm.pad"))
        self.pad.setMinimumHeight(PAD_HEIGHT)
        self.body.addWidget(self.pad, 1)
        self.body.addWidget(label(words("confirm.draw_note"), "small", wrap=True))
        self.told = label("", "error", wrap=True)
        self.told.hide()
        self.body.addWidget(self.told)
        undo = self.foot_button(words("confirm.undo"), "undo", "quiet")
        undo.clicked.connect(self.pad.undo)
        again = self.foot_button(words("confirm.clear"), "clear", "quiet")
        again.clicked.connect(self.pad.clear)
        close = self.foot_button(words("window.close"), "close")
        close.clicked.connect(self.reject)
        self.save = self.foot_button(words("confirm.draw_keep"), "keep", "primary")
        self.save.clicked.connect(self.keep)
        QShortcut(QKeySequence("Ctrl+Z"), self).activated.connect(self.pad.undo)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.save.click)
        self.save.setEnabled(False)
        self._ask()

    def keep(self) -> None:
        """Keep what was drawn, as a file of the chosen signature."""
        words, signature = self._tools.words, str(self.who.currentData() or "")
        if self.pad.empty or not signature:
            self._say(words("confirm.draw_empty"))
            return
        self.save.setEnabled(False)
        desk, image = self._tools.desk, self.pad.image()
        clock = desk.now().astimezone(BEIJING).strftime("%Y-%m-%d %H-%M")
        name = f"{words('confirm.signature_file')} {clock}.png"

        encode = encoding([(name, AttachmentPurpose.SIGNATURE, image)])

        def work() -> Changes:
            return attach(desk, signature, encode()[0])

        self._tools.tasks.write(work, self._kept, self._failed)

    def _ask(self) -> None:
        store, agreement = self._tools.desk.store, self._agreement

        def read() -> list[Signature]:
            with store.read() as reader:
                found = [s for s in signatures_of(reader, agreement) if s.manner is SignatureManner.SIGNED]
                return [s for s in found if all(a.withdrawn for a in attachments_of(reader, s.id))]

        self._tools.tasks.read(read, self._offer, self._failed)

    def _offer(self, found: list[Signature]) -> None:
        words = self._tools.words
        self.who.clear()
        for signature in found:
            role = words(f"records.signerrole_{signature.signer_role.value}")
            self.who.addItem(f"{role} {signature.name}", signature.id)
        self.who.setEnabled(bool(found))
        self.save.setEnabled(bool(found))
        if not found:
            self._say(words("confirm.draw_nobody"))

    def _kept(self, changes: Changes) -> None:
        self._tools.bus.tell(changes)
        self.pad.clear()
        self.told.hide()
        self._ask()

    def _failed(self, error: QianshaoError) -> None:
        self.save.setEnabled(True)
        self._say(self._tools.sentence(error))

    def _say(self, text: str) -> None:
        self.told.setText(text)
        self.told.show()
