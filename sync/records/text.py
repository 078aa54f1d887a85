"""Text as people write it: kept to the letter, except that what no screen or paper can show truly is refused.

Refused everywhere, with a sentence that names the character: NUL and the other control characters (tab and line
ends are allowed in long text only), the bidirectional overrides and isolates (they make a text read as another
one), lone surrogates and noncharacters (they cannot be stored as UTF-8 or XML). Nothing is dropped silently and
nothing is normalised: NFC would replace CJK compatibility ideographs, which stand in people's names.
"""

from __future__ import annotations

from typing import Final

from sync.records.errors import RuleBroken

MAX_TEXT: Final = 50_000
"""Code points in one long text; a spreadsheet cell holds 32,767."""

_LINE_ENDS: Final = frozenset("\t\n\r")
_BIDI: Final = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def half_width(text: str) -> str:
    """Return ``text`` with full-width ASCII forms (U+FF01 to U+FF5E) and the ideographic space made half-width."""
    return text if text.isascii() else text.translate(_FULL_WIDTH)


def unshowable(text: str, *, lines: bool = True) -> str:
    """Return the first character that is refused (see the module's docstring), or an empty string."""
    if text.isprintable():  # what is refused never is, and one look at the whole text is a twentieth of the loop
        return ""
    for character in text:
        code = ord(character)
        if code < 0x20 or 0x7F <= code < 0xA0:
            if not (lines and character in _LINE_ENDS):
                return character
        elif character in _BIDI or 0xD800 <= code < 0xE000 or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code < 0xFDF0:
            return character
    return ""


def check_text(text: str, *, field: str = "text", lines: bool = True, limit: int = MAX_TEXT) -> str:
    """Return ``text`` as it is; RuleBroken where it is longer than ``limit`` code points or cannot be shown truly."""
    if len(text) > limit:
        raise RuleBroken("records.text_long", field=field, limit=limit, length=len(text))
    if bad := unshowable(text, lines=lines):
        raise RuleBroken("records.text_unshowable", field=field, code=f"U+{ord(bad):04X}")
    return text
