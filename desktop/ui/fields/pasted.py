"""What is pasted into an answer: control and bidirectional characters are taken out, with a word; the rest stays."""

from __future__ import annotations

import re
from typing import Any, Final

from sync.records.text import unshowable

Noticed = tuple[str, dict[str, Any]]
"""A wording key and the values of its places."""

_ENDS: Final = re.compile(r"\r\n|[\t\n\r\x0b\x0c\x85\u2028\u2029]")
_SHOWN_CODES: Final = 3


def cleaned(text: str, *, lines: bool) -> tuple[str, Noticed | None]:
    """Return ``text`` without what no screen can show truly, and what is to be said of it.

    Where ``lines`` is False, tabs and line ends (a piece of a spreadsheet) become spaces: every cell stays.
    """
    text = _ENDS.sub(" " if not lines else _line_end, text)
    gone: dict[str, int] = {}
    kept: list[str] = []
    for character in text if unshowable(text, lines=lines) else "":
        if unshowable(character, lines=lines):
            gone[f"U+{ord(character):04X}"] = gone.get(f"U+{ord(character):04X}", 0) + 1
        else:
            kept.append(character)
    if not gone:
        return text, None
    codes = ", ".join(list(gone)[:_SHOWN_CODES]) + ("…" if len(gone) > _SHOWN_CODES else "")
    return "".join(kept), ("window.pasted_unshowable", {"count": sum(gone.values()), "codes": codes})


def _line_end(found: re.Match[str]) -> str:
    return found.group() if found.group() in ("\t", "\n") else "\n"
