"""Why a print did not come, in words: a printer's keywords (RFC 8011, 5.4.12), or the sentence that was noted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from desktop.devices.ipp import PACKAGE
from resources import Wording

_SEVERITIES: Final = ("-report", "-warning", "-error")


def reasons_told(words: Wording, reasons: Sequence[str]) -> str:
    """Return a printer's reasons in words; what nobody worded is told as the printer says it."""
    return words("window.list_comma").join(dict.fromkeys(_reason(words, each) for each in reasons if each))


def reason_told(words: Wording, reason: str, printer: str = "") -> str:
    """Return the reason that was noted with a print: keywords, a sentence's key, or the print system's own words."""
    if words.has(reason):
        return words(reason, printer=printer, package=PACKAGE, reason="")
    return reasons_told(words, reason.split(",")) if " " not in reason else reason


def _reason(words: Wording, keyword: str) -> str:
    plain = keyword
    for severity in _SEVERITIES:
        plain = plain.removesuffix(severity)
    key = f"printing.reason_{plain.replace('-', '_')}"
    return words(key) if words.has(key) else keyword
