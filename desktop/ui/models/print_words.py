"""What printers say of themselves, in words, and what became of a print, with its colour."""

from __future__ import annotations

from typing import Final

from desktop.actions.print_reasons import reasons_told
from desktop.devices.printers import PrinterTold
from desktop.ui.models.status import Status
from resources import Wording
from sync.records.papers import PrintResult

_RESULTS: Final = {
    PrintResult.TAKEN: ("info", "clock"),
    PrintResult.HELD: ("warn", "alert"),
    PrintResult.PRINTED: ("good", "check"),
    PrintResult.CANCELLED: ("calm", "cross"),
    PrintResult.FAILED: ("bad", "cross"),
    PrintResult.NOT_TAKEN: ("bad", "cross"),
    PrintResult.LOST: ("warn", "alert"),
}


def result_status(words: Wording, result: PrintResult | None, printer: str = "") -> Status:
    """What became of a print; that nothing is known is said too, and that one without a printer became a file."""
    if result is None:
        return Status(words("printing.result_unknown" if printer else "printing.to_file"), "calm", "info")
    tone, picture = _RESULTS[result]
    return Status(words(f"records.printresult_{result.value}"), tone, picture)


def printer_told(words: Wording, told: PrinterTold) -> str:
    """Return one line about a printer: its state, its reasons, its own sentence, how many jobs wait."""
    parts = [words(f"printing.printer_{told.state}")]
    if not told.accepting:
        parts.append(words("printing.printer_rejecting"))
    if told.reasons:
        parts.append(reasons_told(words, told.reasons))
    elif told.message and told.state == "stopped":
        parts.append(told.message)
    if told.waiting:
        parts.append(words("printing.printer_waiting", count=told.waiting))
    return " · ".join(parts)


def troubled(told: PrinterTold) -> bool:
    """Whether somebody should look at the printer before paper is asked of it."""
    return told.state == "stopped" or not told.accepting or any(not r.endswith("-report") for r in told.reasons)
