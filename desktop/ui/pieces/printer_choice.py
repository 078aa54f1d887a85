"""Which printer, on one side or both, and what the printer says of itself; looked up beside the UI thread."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from desktop.changes import Changes
from desktop.devices.printers import Printers, PrinterTold, Sides, printers_here
from desktop.ui.models.print_words import printer_told, troubled
from desktop.ui.pieces.labels import column, label, restyle, row
from desktop.ui.qt_printers import QtPrinters
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError


def print_system() -> Printers:
    """The print system of this desk: CUPS, or Qt's way to the system's own."""
    return printers_here() or QtPrinters()


class PrinterChoice(QWidget):
    """``found`` is emitted when it is known which printers there are; ``printer`` holds them."""

    found = Signal()

    def __init__(self, tools: Tools, name: str) -> None:
        super().__init__()
        self._tools = tools
        words = tools.words
        self.printer = QComboBox()
        self.printer.setEnabled(False)
        self.printer.setPlaceholderText(words("window.printer_looking"))
        self.printer.setObjectName(f"{name}.printer")
        self.printer.setAccessibleName(words("window.printer"))
        self.sides = QComboBox()
        self.sides.setObjectName(f"{name}.sides")
        self.sides.setAccessibleName(words("printing.sides"))
        for side in Sides:
            self.sides.addItem(words(f"printing.sides_{side.name.lower()}"), side)
        self.state = label("", "small", wrap=True)
        self.state.setObjectName(f"{name}.state")
        outer = column(self, space=4)
        line = row(space=10)
        line.addWidget(label(words("window.printer"), "caption"))
        line.addWidget(self.printer, 1)
        line.addWidget(label(words("printing.sides"), "caption"))
        line.addWidget(self.sides)
        outer.addLayout(line)
        outer.addWidget(self.state)
        self.state.hide()
        self.printer.currentTextChanged.connect(self._chosen)

    def look(self) -> None:
        """Look for the printers that there are, and note meanwhile what became of earlier jobs."""
        desk = self._tools.desk

        def work(_task: object) -> tuple[tuple[str, ...], str]:
            here = print_system()
            return here.names(), here.default()

        self._tools.tasks.link(work, self.offer, self._none)

        def settled(_task: object) -> Changes:
            from desktop.actions.print_jobs import settle

            return settle(desk, print_system())

        self._tools.tasks.link(settled, self._tools.bus.tell, lambda _error: None)

    def offer(self, found: tuple[tuple[str, ...], str]) -> None:
        """Offer the printers that there are; the one that was set here, or the system's own, comes first."""
        names, default = found
        self.printer.clear()
        self.printer.addItems(list(names))
        self.printer.setEnabled(bool(names))
        self.printer.setPlaceholderText(self._tools.words("window.no_printer"))
        if names:
            at = max(self.printer.findText(self._tools.home.settings.printer), self.printer.findText(default), 0)
            self.printer.setCurrentIndex(at)
        self.found.emit()

    def chosen_sides(self) -> Sides:
        """One side, or both by the long or the short edge."""
        return Sides(self.sides.currentData())

    def ask(self) -> None:
        """Ask the chosen printer how it is."""
        self._chosen(self.printer.currentText())

    def _chosen(self, name: str) -> None:
        if not name:
            return
        desk = self._tools.desk

        def work(_task: object) -> tuple[str, PrinterTold, Sides]:
            from desktop.actions.print_jobs import usual_sides

            return name, print_system().told(name), usual_sides(desk, name)

        self._tools.tasks.link(work, self._show, self._silent)

    def _show(self, answer: tuple[str, PrinterTold, Sides]) -> None:
        name, told, sides = answer
        if name != self.printer.currentText():
            return
        self.sides.setCurrentIndex(max(self.sides.findData(sides), 0))
        self.sides.setToolTip(self._tools.words("printing.sides_one_only") if told.duplex is False else "")
        self._tell(printer_told(self._tools.words, told), "warning" if troubled(told) else "small")

    def _silent(self, error: QianshaoError) -> None:
        self._tell(self._tools.sentence(error), "error")

    def _none(self, _error: QianshaoError) -> None:
        """No print system answers: a paper can be saved, and the empty list says why it cannot be printed."""
        self.offer(((), ""))

    def _tell(self, text: str, role: str) -> None:
        self.state.setText(text)
        self.state.setProperty("role", role)
        restyle(self.state)
        self.state.setVisible(bool(text))
