"""A list of people becomes rows of a form: typed, pasted or from a file, looked at while it is typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QHeaderView, QPlainTextEdit, QTableWidget, QTableWidgetItem, QWidget

from desktop.forms.form import Draft
from desktop.ui.dialogs.characters import characters_key
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.fields.sources import Surroundings
from desktop.ui.measures import scaled
from desktop.ui.pieces.labels import label
from desktop.ui.pieces.line_table import as_lines
from desktop.ui.words import sentence
from sync.records.errors import QianshaoError, Refused
from sync.records.money import parse_fen, yuan_words

if TYPE_CHECKING:
    from desktop.actions.rosters import Roster

TYPING_PAUSE_MS = 200
SHOWN_CELLS = 6


WHOLE = frozenset({"name", "period", "amount", "account"})
"""What is compared letter by letter, and so stands whole, up to ``WIDEST`` pixels."""
WIDEST, WIDTH = 320, 880


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of list (forms.form.Field.pasted): what the dialog is called, which columns it shows of each row.

    ``tick`` is a column of the rows that a person may still tick.
    """

    name: str
    columns: tuple[str, ...]
    values: tuple[str, ...]
    tick: str = ""


KINDS = {
    "people": Kind(
        "roster",
        ("field_name", "field_phone", "field_document", "field_representative"),
        ("name", "phone", "document"),
        "representative",
    ),
    "shares": Kind(
        "shares",
        ("field_name", "field_share_number", "field_share_period", "field_share_amount", "field_share_account"),
        ("name", "number", "period", "amount", "account"),
    ),
}


class _Lines(QPlainTextEdit):
    """A list being typed; ``too_long`` tells that a paste was longer than any list, and was left out whole."""

    too_long = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste text."""
        from desktop.actions.rosters import LONGEST

        if len(source.text()) > LONGEST:
            self.too_long.emit()
        else:
            super().insertFromMimeData(source)


class RosterDialog(Sheet):
    """``taken`` carries the drafts of rows; ``left`` what stands in the box, as often as it was
    looked at: it is the form's to keep."""

    taken = Signal(object)
    left = Signal(str)

    def __init__(
        self, around: Surroundings, present: Sequence[Draft], text: str, parent: QWidget, kind: str = "people"
    ) -> None:
        words, self._kind = around.words, KINDS[kind]
        title, told = words(f"window.{self._kind.name}_title"), words(f"window.{self._kind.name}_text")
        super().__init__("roster", title, told, parent, WIDTH)
        self._around, self._present = around, list(present)
        self._roster: Roster | None = None
        self._asked = self._notice = ""
        self.lines = _Lines()
        self.lines.setObjectName("dialog.roster.lines")
        self.lines.setAccessibleName(words("window.roster_lines"))
        self.lines.setFixedHeight(self.lines.fontMetrics().lineSpacing() * 7 + 20)
        self.body.addWidget(self.lines)
        self.told = label("", wrap=True)
        self.told.setObjectName("dialog.roster.told")
        self.body.addWidget(self.told)
        self.wrong = label("", "error", wrap=True)
        self.wrong.setObjectName("dialog.roster.wrong")
        self.body.addWidget(self.wrong)
        self.table = self._table()
        self.body.addWidget(self.table, 1)
        self._buttons()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self.lines.textChanged.connect(self._typed)
        self.lines.too_long.connect(self._left_out)
        characters_key(around, self)
        self.lines.setPlainText(text)
        self.lines.setFocus()
        self._show(None)

    def _buttons(self) -> None:
        words = self._around.words
        file = self.foot_button(words("window.roster_file"), "file", "quiet")
        file.clicked.connect(self._choose)
        away = self.foot_button(words("window.cancel"), "close")
        away.clicked.connect(self.reject)
        self.take = self.foot_button(words("window.roster_none"), "take", "primary")
        self.take.clicked.connect(self._take)
        self.take.setToolTip("Ctrl+Enter")
        self.take.setShortcut("Ctrl+Return")

    def reject(self) -> None:
        """Close; what stands in the box is asked for again the next time."""
        self.left.emit(self.lines.toPlainText().strip("\n"))
        super().reject()

    def read_file(self, path: Path) -> None:
        """Put the rows of a file into the box."""

        def read() -> str:
            from desktop.actions.rosters import text_of

            return text_of(path)

        self._around.tasks.read(read, self._filled, self._failed)

    def _table(self) -> QTableWidget:
        words = self._around.words
        made = QTableWidget()
        headings = [words(f"forms.{name}") for name in self._kind.columns]
        as_lines(made, "dialog.roster.people", self.windowTitle(), headings, None)
        head = made.horizontalHeader()
        head.setMaximumSectionSize(scaled(WIDEST))
        for at, name in enumerate(self._kind.values):
            if name in WHOLE:
                head.setSectionResizeMode(at, QHeaderView.ResizeMode.ResizeToContents)
        made.setMinimumHeight(220)
        return made

    def _choose(self) -> None:
        words = self._around.words
        kinds = f"{words('window.roster_files')} (*.xlsx *.csv)"
        path, _kind = QFileDialog.getOpenFileName(self, self.windowTitle(), "", kinds)
        if path:
            self.read_file(Path(path))

    def _filled(self, text: str) -> None:
        self.lines.setPlainText(text)

    def _left_out(self) -> None:
        """A paste was too long: say so; the list that stands there stays, with its ticks."""
        self._notice = sentence(self._around.words, _too_long())
        self.wrong.setText(self._notice)
        self.wrong.show()

    def _typed(self) -> None:
        self._notice = ""
        self.take.setEnabled(False)
        self._pause.start()

    def _look(self) -> None:
        text = self._asked = self.lines.toPlainText()
        present, shares = self._present, self._kind is KINDS["shares"]

        def read() -> tuple[str, Roster]:
            from desktop.actions.rosters import read_roster
            from desktop.actions.share_lists import read_shares

            return text, (read_shares if shares else read_roster)(text, present)

        self._around.tasks.read(read, self._looked, self._failed)

    def _looked(self, answer: tuple[str, Roster]) -> None:
        if answer[0] == self.lines.toPlainText():
            self._show(answer[1])
            self.left.emit(answer[0].strip("\n"))

    def _failed(self, error: QianshaoError) -> None:
        self._show(None)
        self.wrong.setText(sentence(self._around.words, error))
        self.wrong.show()

    def _show(self, roster: Roster | None) -> None:
        words, rows = self._around.words, roster.rows if roster is not None else ()
        self._roster = roster
        told = words("window.roster_nobody")
        if rows:
            told = self._counted(rows)
        if roster is not None and roster.extra:
            comma = words("window.list_comma")
            cells = comma.join(roster.extra[:SHOWN_CELLS]) + ("…" if len(roster.extra) > SHOWN_CELLS else "")
            told += "\n" + words("window.roster_extra", cells=cells)
        self.told.setText(told)
        untaken = roster.untaken if roster is not None else ()
        if untaken:
            first = untaken[0]
            why = sentence(words, first.why)
            self.wrong.setText(words("window.roster_untaken", count=len(untaken), line=first.line, why=why))
        elif self._notice:
            self.wrong.setText(self._notice)
        self.wrong.setVisible(bool(untaken or self._notice))
        self._list(rows)
        self.take.setEnabled(bool(rows))
        text = words("window.roster_take", count=len(rows)) if rows else words("window.roster_none")
        self.take.setText(text)
        self.take.setAccessibleName(text)

    def _counted(self, rows: Sequence[Draft]) -> str:
        words = self._around.words
        if self._kind.tick:
            speaking = sum(bool(r[self._kind.tick]) for r in rows)
            return words("window.roster_counted", count=len(rows), representatives=speaking)
        fen = sum(parse_fen(str(r["amount"])) for r in rows)
        return words("window.shares_counted", count=len(rows), sum=yuan_words(fen))

    def _list(self, rows: Sequence[Draft]) -> None:
        self.table.setRowCount(len(rows))
        for at, draft in enumerate(rows):
            for column, name in enumerate(self._kind.values):
                value = draft.get(name)
                text = str(value.get("number") or "") if isinstance(value, dict) else str(value or "")
                self.table.setItem(at, column, QTableWidgetItem(text))
            if self._kind.tick:
                tick = QTableWidgetItem()
                allowed = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
                tick.setFlags(allowed)
                ticked = Qt.CheckState.Checked if draft[self._kind.tick] else Qt.CheckState.Unchecked
                tick.setCheckState(ticked)
                self.table.setItem(at, len(self._kind.values), tick)

    def _take(self) -> None:
        roster = self._roster
        if roster is None or not roster.rows:
            return
        tick = self._kind.tick
        rows = [{**draft, **({tick: self._ticked(at)} if tick else {})} for at, draft in enumerate(roster.rows)]
        rest = [*([roster.header] if roster.header and roster.untaken else []), *(u.text for u in roster.untaken)]
        self.taken.emit(rows)
        self._present += rows
        if rest:
            self.lines.setPlainText("\n".join(rest))  # they stay, to be put right
            self.lines.setFocus()
            self.left.emit("\n".join(rest))
        else:
            self.left.emit("")
            self.accept()

    def _ticked(self, at: int) -> bool:
        item = self.table.item(at, len(self._kind.values))
        return item is not None and item.checkState() == Qt.CheckState.Checked


def _too_long() -> Refused:
    from desktop.actions.reading import MOST_ROWS
    from desktop.actions.rosters import MOST_LINES

    return Refused("actions.roster_long", lines=MOST_LINES, people=MOST_ROWS)
