"""The face of papers, and the frame of orders and notices, for this machine: two choices for the prints that follow."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from desktop.actions.manner import choose_manner, faces, manner_of
from desktop.printing.manner import Layout, Manner
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.pieces.labels import label
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError


class PaperMannerDialog(Sheet):
    """What is offered is what this machine has; papers that were printed stay as they were."""

    def __init__(self, tools: Tools, parent: QWidget) -> None:
        words = tools.words
        super().__init__("manner", words("characters.manner_title"), words("characters.manner_text"), parent, 560)
        self._tools = tools
        self.face = self._choice("face")
        self.layout_box = self._choice("layout")
        self.layout_box.addItem(words("characters.layout_own"), "")
        for layout in Layout:
            self.layout_box.addItem(words(f"characters.layout_{layout.value}"), layout.value)
        self.wrong = label("", "error", wrap=True)
        self.wrong.setObjectName("dialog.manner.wrong")
        self.wrong.hide()
        self.body.addWidget(self.wrong)
        close = self.foot_button(words("window.cancel"), "close")
        close.clicked.connect(self.reject)
        self.keep = self.foot_button(words("characters.manner_keep"), "keep", "primary")
        self.keep.setEnabled(False)
        self.keep.clicked.connect(self._keep)
        home = tools.home
        tools.tasks.read(lambda: (faces(home), manner_of(home)), self._arrived, self._failed)

    def _choice(self, name: str) -> QComboBox:
        words = self._tools.words
        self.body.addWidget(label(words(f"characters.manner_{name}"), "caption"))
        made = QComboBox()
        made.setObjectName(f"dialog.manner.{name}")
        made.setAccessibleName(words(f"characters.manner_{name}"))
        self.body.addWidget(made)
        return made

    def _arrived(self, found: tuple[list[str], Manner]) -> None:
        names, manner = found
        words = self._tools.words
        for name in names:
            key = f"characters.face_{name or 'kai'}"
            self.face.addItem(words(key) if words.has(key) else name, name)
        self.face.setCurrentIndex(self.face.findData(manner.face))
        self.layout_box.setCurrentIndex(self.layout_box.findData(manner.layout.value if manner.layout else ""))
        self.keep.setEnabled(True)

    def _keep(self) -> None:
        layout = self.layout_box.currentData()
        manner = Manner(str(self.face.currentData()), Layout(layout) if layout else None)
        home = self._tools.home
        self._tools.tasks.write(lambda: choose_manner(home, manner), lambda _none: self.accept(), self._failed)

    def _failed(self, error: QianshaoError) -> None:
        self.wrong.setText(self._tools.sentence(error))
        self.wrong.show()
