"""The print system of a desk without CUPS's commands (Windows): pages are drawn by Qt at the printer's resolution."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect
from PySide6.QtGui import QPageSize, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from desktop.devices.pages import pages_of
from desktop.devices.printers import How, Job, JobState, JobTold, PrinterTold, Sides
from sync.records.errors import Refused, Unavailable

DOTS_PER_INCH = 300
_DUPLEX: Final = {
    Sides.ONE: QPrinter.DuplexMode.DuplexNone,
    Sides.LONG: QPrinter.DuplexMode.DuplexLongSide,
    Sides.SHORT: QPrinter.DuplexMode.DuplexShortSide,
}
_STATES: Final = {
    QPrinter.PrinterState.Idle: "idle",
    QPrinter.PrinterState.Active: "printing",
    QPrinter.PrinterState.Aborted: "stopped",
    QPrinter.PrinterState.Error: "stopped",
}


class QtPrinters:
    """The same promises as desktop.devices.printers.CupsPrinters, kept by Qt."""

    def names(self) -> tuple[str, ...]:
        """Return the printers that the system knows."""
        return tuple(QPrinterInfo.availablePrinterNames())

    def default(self) -> str:
        """Return the system's default printer; empty where there is none."""
        return QPrinterInfo.defaultPrinterName()

    def told(self, name: str) -> PrinterTold:
        """Return what the system says of a printer: its state and whether it prints both sides."""
        info = _info(name)
        both = any(mode is not QPrinter.DuplexMode.DuplexNone for mode in info.supportedDuplexModes())
        return PrinterTold(_STATES.get(info.state(), "unknown"), duplex=both)

    def print_pdf(self, name: str, pdf: bytes, how: How | None = None, title: str = "") -> Job:
        """Draw the pages on ``name``. Refused where there is no such printer, Unavailable where it takes nothing."""
        how = how or How()
        printer = QPrinter(_info(name), QPrinter.PrinterMode.HighResolution)
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        printer.setFullPage(True)
        printer.setResolution(DOTS_PER_INCH)
        printer.setCopyCount(how.copies)
        printer.setCollateCopies(True)
        printer.setDuplex(_DUPLEX[how.sides])
        printer.setDocName(title or "PDF")
        _draw(printer, pdf, name, how.pages)
        return Job(name, title)

    def state(self, job: Job) -> JobTold:
        """Nothing more is known once the pages were handed over."""
        return JobTold(JobState.UNKNOWN)


def _info(name: str) -> QPrinterInfo:
    info = QPrinterInfo.printerInfo(name)
    if info.isNull():
        raise Refused("printing.no_printer", printer=name)
    return info


def _draw(printer: QPrinter, pdf: bytes, name: str, pages: str) -> None:
    buffer = QBuffer()
    buffer.setData(QByteArray(pdf))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    painter = QPainter()
    if not painter.begin(printer):
        raise Unavailable("printing.printer_silent", printer=name)
    sheet = QRect(0, 0, printer.width(), printer.height())
    for at, page in enumerate(pages_of(pages, document.pageCount())):
        if at:
            printer.newPage()
        painter.drawImage(sheet, document.render(page - 1, sheet.size()))
    painter.end()
