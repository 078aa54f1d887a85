"""The print system of a desk without CUPS's commands (Windows): pages are drawn by Qt at the printer's resolution."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect
from PySide6.QtGui import QPageSize, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from desktop.devices.printers import Job, JobState
from sync.records.errors import Refused, Unavailable

DOTS_PER_INCH = 300


class QtPrinters:
    """The same promises as desktop.devices.printers.CupsPrinters, kept by Qt."""

    def names(self) -> tuple[str, ...]:
        """Return the printers that the system knows."""
        return tuple(QPrinterInfo.availablePrinterNames())

    def default(self) -> str:
        """Return the system's default printer; empty where there is none."""
        return QPrinterInfo.defaultPrinterName()

    def print_pdf(self, name: str, pdf: bytes, copies: int = 1, title: str = "") -> Job:
        """Draw every page on ``name``. Refused where there is no such printer, Unavailable where it takes nothing."""
        info = QPrinterInfo.printerInfo(name)
        if info.isNull():
            raise Refused("printing.no_printer", printer=name)
        printer = QPrinter(info, QPrinter.PrinterMode.HighResolution)
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        printer.setFullPage(True)
        printer.setResolution(DOTS_PER_INCH)
        printer.setCopyCount(copies)
        printer.setDocName(title or "PDF")
        _draw(printer, pdf, name)
        return Job(name, title)

    def state(self, job: Job) -> JobState:
        """Nothing more is known once the pages were handed over."""
        return JobState.UNKNOWN


def _draw(printer: QPrinter, pdf: bytes, name: str) -> None:
    buffer = QBuffer()
    buffer.setData(QByteArray(pdf))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    painter = QPainter()
    if not painter.begin(printer):
        raise Unavailable("printing.printer_silent", printer=name)
    page = QRect(0, 0, printer.width(), printer.height())
    for at in range(document.pageCount()):
        if at:
            printer.newPage()
        painter.drawImage(page, document.render(at, page.size()))
    painter.end()
