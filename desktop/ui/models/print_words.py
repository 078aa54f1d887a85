"""What printers and print systems say, in words: states, reasons (IPP keywords), what became of a print."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from desktop.devices.ipp import PACKAGE
from desktop.devices.printers import PrinterTold
from desktop.ui.models.status import Status
from resources import Wording
from sync.records.papers import PrintResult

_SEVERITIES: Final = ("-report", "-warning", "-error")
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


def reasons_told(words: Wording, reasons: Sequence[str]) -> str:
    """Return a printer's reasons in words; what nobody worded is told as the printer says it."""
    return words("window.list_comma").join(dict.fromkeys(_reason(words, each) for each in reasons if each))


def reason_told(words: Wording, reason: str, printer: str = "") -> str:
    """Return the reason that was noted with a print: keywords, a sentence's key, or the print system's own words."""
    if words.has(reason):
        return words(reason, printer=printer, package=PACKAGE, reason="")
    return reasons_told(words, reason.split(",")) if " " not in reason else reason


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


def _reason(words: Wording, keyword: str) -> str:
    plain = keyword
    for severity in _SEVERITIES:
        plain = plain.removesuffix(severity)
    key = f"printing.reason_{plain.replace('-', '_')}"
    return words(key) if words.has(key) else keyword
