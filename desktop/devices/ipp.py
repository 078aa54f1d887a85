"""What a CUPS server knows of a job or a printer, asked by IPP (RFC 8011) through ipptool: nothing lies in a file.

lp and lpstat cannot tell a completed job from a cancelled one; ipptool comes with CUPS, speaks the protocol and answers
in a property list. Its question goes in through standard input.
"""

from __future__ import annotations

import plistlib
import shutil
import subprocess
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote
from xml.parsers.expat import ExpatError

from sync.records.errors import Unavailable

PACKAGE: Final = "cups-ipp-utils"
SECONDS: Final = 15
_QUESTION: Final = """{{
NAME "asked"
OPERATION {operation}
GROUP operation-attributes-tag
ATTR charset attributes-charset utf-8
ATTR naturalLanguage attributes-natural-language en
ATTR uri printer-uri $uri
{given}ATTR keyword requested-attributes {wanted}
}}
"""
Attributes = dict[str, tuple[Any, ...]]
"""An answer's attributes: every value as a tuple, also where there is one."""


def can_ask() -> bool:
    """Whether this system has what asks."""
    return shutil.which("ipptool") is not None


def job_attributes(server: str, printer: str, number: int, wanted: Sequence[str]) -> Attributes | None:
    """Return what the server says of a job; None where it knows none (any more)."""
    given = f"ATTR integer job-id {number}\n"
    return _ask(server, printer, "Get-Job-Attributes", given, wanted)


def printer_attributes(server: str, printer: str, wanted: Sequence[str]) -> Attributes | None:
    """Return what the server says of a printer; None where it has none of this name."""
    return _ask(server, printer, "Get-Printer-Attributes", "", wanted)


def _ask(server: str, printer: str, operation: str, given: str, wanted: Sequence[str]) -> Attributes | None:
    """Raises Unavailable("printing.print_system_down") where nobody answers or the answer is none."""
    host = quote(server, safe=":[]") if not server.startswith("/") else quote(server, safe="")
    uri = f"ipp://{host}/printers/{quote(printer, safe='')}"
    question = _QUESTION.format(operation=operation, given=given, wanted=",".join(wanted))
    try:
        done = subprocess.run(
            ["ipptool", "-X", "-T", str(SECONDS), uri, "/dev/stdin"],
            input=question.encode(),
            capture_output=True,
            timeout=2 * SECONDS,
            check=False,
        )
        (answer,) = plistlib.loads(done.stdout)["Tests"]
    except (OSError, subprocess.TimeoutExpired, plistlib.InvalidFileException, ExpatError, KeyError, ValueError) as why:
        raise Unavailable("printing.print_system_down") from why
    if answer.get("StatusCode") == "client-error-not-found":
        return None
    if not str(answer.get("StatusCode", "")).startswith("successful-"):
        raise Unavailable("printing.print_system_down")
    found: Attributes = {}
    for group in answer.get("ResponseAttributes", ()):
        found |= {name: tuple(said) if isinstance(said, list) else (said,) for name, said in group.items()}
    return found
