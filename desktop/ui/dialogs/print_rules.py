"""Before print: what must hold, how it stands, the law, and a reason where the law lets one go on."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QTableWidget, QTableWidgetItem, QWidget

from desktop.actions.print_rules import REASON_LENGTH, laws
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.icons import icon
from desktop.ui.measures import fitted, scaled
from desktop.ui.models.status import Status
from desktop.ui.pieces.chip import tone_colour
from desktop.ui.pieces.labels import label
from desktop.ui.pieces.limited import limit
from desktop.ui.pieces.line_table import as_lines
from desktop.ui.tools import Tools
from desktop.ui.words import day
from resources import Wording
from sync.records.errors import RuleBroken
from sync.records.print_rules import Finding, Verdict, unmet
from sync.records.times import parse_day

WIDTH, HEIGHT, LAW_WIDTH = 900, 640, 250
AIR = 10
COLUMNS = ("state", "rule", "law")
_DAYS = ("until", "limit", "drawn")


class Checklist(QTableWidget):
    """A table whose space bar asks for a reason and whose Enter prints."""

    spaced = Signal()
    entered = Signal()

    def __init__(self, rows: int, columns: int) -> None:
        self._soon = QTimer()
        super().__init__(rows, columns)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.fit_rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Enter are verbs here; the arrows walk."""
        if event.key() == Qt.Key.Key_Space:
            self.spaced.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give each row the height of its words and some air."""
        super().resizeEvent(event)
        self.fit_rows()

    @Slot()
    def fit_soon(self) -> None:
        """Fit the rows once all columns have their widths: the words' column takes what the others leave."""
        self._soon.start()

    @Slot()
    def fit_rows(self) -> None:
        """Give each row the height of its words at the width that their column has now."""
        self.resizeRowsToContents()
        for at in range(self.rowCount()):
            self.setRowHeight(at, self.rowHeight(at) + scaled(AIR))


class PrintRulesDialog(Sheet):
    """Accepted where nothing keeps the paper from being printed any more: `reasons` then says why it was, by rule."""

    def __init__(
        self, tools: Tools, found: tuple[Finding, ...], reasons: Mapping[str, str], parent: QWidget | None = None
    ) -> None:
        words = tools.words
        super().__init__("print_rules", words("rules.title"), words("rules.hint"), parent, 760)
        self._tools = tools
        self._found = tuple(sorted(found, key=_urgency))
        self.reasons = dict(reasons)
        self.table = self._make_table()
        self.body.addWidget(self.table, 1)
        self.reason = QLineEdit()
        self.reason.setObjectName("dialog.print_rules.reason")
        self.reason.setAccessibleName(words("rules.reason"))
        limit(self.reason, REASON_LENGTH)
        self.reason.textEdited.connect(self._typed)
        self.reason.returnPressed.connect(self._next)
        self.body.addWidget(self.reason)
        self.note = label("", "muted", wrap=True)
        self.body.addWidget(self.note)
        close = self.foot_button(words("window.close"), "close")
        close.clicked.connect(self.reject)
        self.print = self.foot_button(words("window.print"), "print", "primary")
        self.print.clicked.connect(self.accept)
        self.resize(fitted(WIDTH, HEIGHT, parent))
        self._fill()
        self.table.setCurrentCell(0, 1)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_table(self) -> Checklist:
        words = self._tools.words
        made = Checklist(len(self._found), len(COLUMNS))
        headings = [words(f"rules.column_{name}") for name in COLUMNS]
        as_lines(made, "dialog.print_rules.table", words("rules.title"), headings, 1)
        made.setWordWrap(True)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        made.horizontalHeader().sectionResized.connect(made.fit_soon)
        made.setColumnWidth(2, scaled(LAW_WIDTH))
        made.itemSelectionChanged.connect(self._chosen)
        made.itemDoubleClicked.connect(self._ask)
        made.spaced.connect(self._ask)
        made.entered.connect(self._enter)
        return made

    def _fill(self) -> None:
        words, theme = self._tools.words, self._tools.theme
        law = laws(words.language)
        for at, found in enumerate(self._found):
            status = self._status(found)
            state = QTableWidgetItem(status.text)
            state.setIcon(icon(status.picture, theme.colour(tone_colour(status.tone)), 16))
            state.setForeground(theme.colour(tone_colour(status.tone)))
            cells = (state, QTableWidgetItem(told(words, found)), QTableWidgetItem(law[found.rule]))
            for column, item in enumerate(cells):
                self.table.setItem(at, column, item)
        self.table.resizeColumnToContents(0)
        self._count()

    def _status(self, found: Finding) -> Status:
        words = self._tools.words
        if found.stops:
            return Status(words("rules.state_stops"), "bad", "cross")
        if found.asks and self.reasons.get(found.rule, "").strip():
            return Status(words("rules.state_reasoned"), "accent", "edit")
        if found.asks:
            return Status(words("rules.state_reason"), "warn", "alert")
        if found.verdict is Verdict.HOLDS:
            return Status(words("rules.state_holds"), "good", "check")
        return Status(words("rules.state_judge"), "info", "info")

    def _count(self) -> None:
        words, left = self._tools.words, unmet(self._found, self.reasons)
        stops = sum(f.stops for f in left)
        self.print.setEnabled(not left)
        if stops:
            self.note.setText(words("rules.note_stops", count=stops))
        else:
            self.note.setText(words("rules.note_reasons", count=len(left)) if left else words("rules.note_ready"))

    def _current(self) -> Finding | None:
        at = self.table.currentRow()
        return self._found[at] if 0 <= at < len(self._found) else None

    @Slot()
    def _chosen(self) -> None:
        found, words = self._current(), self._tools.words
        asks = found is not None and found.asks
        self.reason.setEnabled(asks)
        self.reason.setText(self.reasons.get(found.rule, "") if found is not None and asks else "")
        self.reason.setPlaceholderText(words("rules.reason_here" if asks else "rules.reason_none"))

    @Slot()
    def _ask(self) -> None:
        found = self._current()
        if found is not None and found.asks:
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _typed(self, text: str) -> None:
        found = self._current()
        if found is None:
            return
        self.reasons[found.rule] = text
        status, item = self._status(found), self.table.item(self.table.currentRow(), 0)
        if item is not None:
            colour = self._tools.theme.colour(tone_colour(status.tone))
            item.setText(status.text)
            item.setIcon(icon(status.picture, colour, 16))
            item.setForeground(colour)
        self._count()

    @Slot()
    def _next(self) -> None:
        """Go on to the next line that wants a reason, else back to the list, where Enter prints."""
        left = unmet(self._found, self.reasons)
        wanting = [at for at, f in enumerate(self._found) if f.asks and f in left]
        if wanting:
            self.table.setCurrentCell(wanting[0], 1)
            self._ask()
        else:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _enter(self) -> None:
        if self.print.isEnabled():
            self.accept()
        else:
            self._next()


def told(words: Wording, found: Finding) -> str:
    """Return the sentence of a finding; days are told as people read them."""
    return words(found.key, **{name: _day(value) if name in _DAYS else value for name, value in found.values.items()})


def attention(found: tuple[Finding, ...]) -> bool:
    """Whether something keeps the paper from being printed, or wants a reason."""
    return any(f.stops or f.asks for f in found)


def counted(words: Wording, found: tuple[Finding, ...]) -> str:
    """Return how the rules stand in one line."""
    holds = sum(f.verdict is Verdict.HOLDS for f in found)
    stops, asks = sum(f.stops for f in found), sum(f.asks for f in found)
    return words("rules.counted", holds=holds, stops=stops, asks=asks, judge=len(found) - holds - stops - asks)


def _day(value: str) -> str:
    try:
        return day(parse_day(value))
    except RuleBroken:
        return value


def _urgency(found: Finding) -> int:
    if found.stops:
        return 0
    if found.asks:
        return 1
    return 3 if found.verdict is Verdict.HOLDS else 2
