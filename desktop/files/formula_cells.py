"""Cells that a spreadsheet program would calculate: guarded where a file leaves the program, restored where it returns.

A guarded cell has one apostrophe in front. Cells that already begin with apostrophes before such a character get one
more, so that taking one away always gives back the text to the letter.
"""

from __future__ import annotations

import re
from typing import Final

_CALCULATED: Final = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_GUARDED: Final = re.compile(r"''*[=+\-@\t\r\n＝＋－＠]")


def guarded(cell: str) -> str:
    """Return ``cell`` so that no spreadsheet program takes it for a formula."""
    return f"'{cell}" if _CALCULATED.match(cell) else cell


def restored(cell: str) -> str:
    """Return the text that `guarded` was given."""
    return cell[1:] if _GUARDED.match(cell) else cell
