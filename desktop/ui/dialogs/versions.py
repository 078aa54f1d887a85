"""Two versions of an agreement in two columns: what differs stands out, and what is the same stays calm."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QScrollArea, QWidget
from shiboken6 import isValid

from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.measures import fitted
from desktop.ui.pieces.labels import card, clear, column, label, row
from desktop.ui.stories.versions import Pair, Version, compared, versions_of
from desktop.ui.tools import Tools

WIDTH, HEIGHT = 960, 600


class VersionsDialog(Sheet):
    """Opens with the last two versions; any two can be chosen."""

    def __init__(self, tools: Tools, parent: QWidget | None = None) -> None:
        words = tools.words
        super().__init__("versions", words("window.versions_title"), "", parent, 720)
        self._tools = tools
        self._versions: tuple[Version, ...] = ()
        head = row(space=12)
        self.before, self.after = self._choice("before"), self._choice("after")
        head.addWidget(self.before, 1)
        head.addWidget(self.after, 1)
        self.body.addLayout(head)
        ground = QWidget()
        ground.setProperty("role", "ground")
        self._inside = column(ground, space=8, margins=(0, 0, 8, 0))
        self._scroll = scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(words("window.versions_title"))
        scroll.setWidget(ground)
        self.body.addWidget(scroll, 1)
        self.count = label("", "muted", wrap=True)
        self.body.addWidget(self.count)
        close = self.foot_button(words("window.close"), "close", "primary")
        close.clicked.connect(self.accept)
        self.resize(fitted(WIDTH, max(HEIGHT, parent.height() - 60) if parent is not None else HEIGHT, parent))

    @classmethod
    def show_versions(cls, parent: QWidget, tools: Tools, mediation_id: str) -> VersionsDialog:
        """Open the dialog over ``parent`` and read the versions beside it."""
        made = cls(tools, parent.window())
        made.open()
        store, words = tools.desk.store, tools.words

        def read() -> tuple[Version, ...]:
            with store.read() as reader:
                return versions_of(words, reader, mediation_id)

        tools.tasks.read(read, made.offer, lambda error: made.count.setText(tools.sentence(error)))
        return made

    def offer(self, versions: tuple[Version, ...]) -> None:
        """Offer the versions and compare the last two."""
        self._versions = versions
        for box, at in ((self.before, len(versions) - 2), (self.after, len(versions) - 1)):
            box.blockSignals(True)
            box.clear()
            box.addItems([version.title for version in versions])
            box.setCurrentIndex(max(at, 0))
            box.blockSignals(False)
        self.compare()

    def compare(self) -> None:
        """Show the two that are chosen."""
        clear(self._inside)
        chosen = [self._versions[box.currentIndex()] for box in (self.before, self.after)]
        pairs, first = compared(*chosen), None
        for pair in pairs:
            if pair.heading:
                self._inside.addWidget(label(pair.heading, "subheading"))
            shown = self._pair(pair)
            self._inside.addWidget(shown)
            if pair.changed and first is None:
                first = shown
        self._inside.addStretch(1)
        if first is not None:
            self._first = first
            QTimer.singleShot(0, self, self._bring_first)  # places are known once it is laid out
        differ = sum(pair.changed for pair in pairs)
        words = self._tools.words
        self.count.setText(words("window.versions_differ", count=differ) if differ else words("window.versions_same"))

    def _bring_first(self) -> None:
        self._inside.activate()
        if isValid(self._first):
            self._scroll.ensureWidgetVisible(self._first, 0, 120)

    def _choice(self, name: str) -> QComboBox:
        made = QComboBox()
        made.setObjectName(f"dialog.versions.{name}")
        made.setAccessibleName(self._tools.words(f"window.versions_{name}"))
        made.currentIndexChanged.connect(partial(self._chosen))
        return made

    def _chosen(self, _at: int) -> None:
        self.compare()

    def _pair(self, pair: Pair) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        words = self._tools.words
        sides = ((pair.before, "window.versions_gone", "warn"), (pair.after, "window.versions_new", "good"))
        for at, (text, said, tone) in enumerate(sides):
            grid.setColumnStretch(at, 1)
            mark = words(said) if pair.changed and text else ""
            grid.addWidget(self._cell(text, mark, tone), 0, at)
        return holder

    def _cell(self, text: str, mark: str, tone: str) -> QFrame:
        made = card("notice" if mark else "well")
        if mark:
            made.setProperty("tone", tone)
        inside = column(made, space=2, margins=(10, 6, 10, 6))
        if mark:
            inside.addWidget(label(mark, "small"))
        inside.addWidget(label(text or "—", "" if text else "muted", wrap=True, selectable=True))
        inside.addStretch(1)
        return made
