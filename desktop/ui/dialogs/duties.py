"""The responsibility list by words: which department answers for what; the version that holds here stands below."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLineEdit, QTableWidget, QTableWidgetItem, QWidget

from desktop.actions.departments import duties_about
from desktop.actions.rule_tables import table_in_force
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.measures import fitted
from desktop.ui.pieces.labels import label
from desktop.ui.pieces.line_table import as_lines
from desktop.ui.tools import Tools
from sync.records.duties import Match
from sync.records.rule_tables import TableName
from sync.records.times import BEIJING

WIDTH, HEIGHT = 860, 560
MOST = 200
TYPING_PAUSE_MS = 200
COLUMNS = ("item", "department", "helpers", "group")


class DutiesDialog(Sheet):
    """Nothing is changed here: the list is the district's."""

    def __init__(self, tools: Tools, parent: QWidget | None = None) -> None:
        words = tools.words
        super().__init__("duties", words("departments.duties_title"), words("departments.duties_text"), parent, 640)
        self._tools = tools
        self.line = QLineEdit()
        self.line.setObjectName("dialog.duties.line")
        self.line.setProperty("role", "search")
        self.line.setAccessibleName(words("departments.duties_look"))
        self.line.setPlaceholderText(words("departments.duties_look"))
        self.line.setClearButtonEnabled(True)
        self.body.addWidget(self.line)
        self.table = QTableWidget()
        headings = [words(f"departments.column_{name}") for name in COLUMNS]
        as_lines(self.table, "dialog.duties.table", words("departments.duties_title"), headings, 0)
        self.body.addWidget(self.table, 1)
        self.note = label("", "muted", wrap=True)
        self.body.addWidget(self.note)
        close = self.foot_button(words("window.close"), "close")
        close.clicked.connect(self.reject)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self.look)
        self.line.textChanged.connect(lambda _text: self._pause.start())
        self.resize(fitted(WIDTH, HEIGHT, parent))
        self.line.setFocus()
        self.look()

    def look(self) -> None:
        """Ask for what the line says, beside the UI thread."""
        text, desk = self.line.text().strip(), self._tools.desk

        def read() -> tuple[str, str, list[Match]]:
            with desk.store.read() as reader:
                today = desk.now().astimezone(BEIJING).date()
                held = table_in_force(reader, TableName.DUTIES, today)
                return text, held.version if held.text else "", duties_about(reader, text, today, MOST)

        self._tools.tasks.read(read, self._told)

    def _told(self, answer: tuple[str, str, list[Match]]) -> None:
        text, version, found = answer
        if text != self.line.text().strip():
            return
        words = self._tools.words
        self.table.setRowCount(len(found))
        for line, match in enumerate(found):
            duty = match.duty
            for column, said in enumerate((duty.item, duty.department, "、".join(duty.helpers), duty.group)):
                item = QTableWidgetItem(said)
                item.setToolTip(said)
                item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(line, column, item)
        self.table.resizeColumnToContents(1)
        if not version:
            self.note.setText(words("departments.duties_none"))
        elif text and not found:
            self.note.setText(words("departments.no_duty"))
        else:
            self.note.setText(words("departments.duties_version", version=version, count=len(found)))
