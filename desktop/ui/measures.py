"""Lengths that follow the type size: what is painted or fixed in pixels grows with the letters in it."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

TYPE_SIZES: Final = (100, 125, 150)
"""The type sizes that a person may choose, in per cent."""

TEXT_PIXELS: Final = 14
"""The height of ordinary type at 100 %: the application's font is this times the type size (ui.theme)."""

_HAIRLINE = 2
_AIR = 40
_LENGTH = re.compile(r"\[(\d+)-(\d+)\]px|(\d+)px")


def scaled(pixels: int) -> int:
    """Return ``pixels`` (logical, meant for 100 %) at the type size that the application wears."""
    worn = QGuiApplication.font().pixelSize()
    return pixels if worn <= 0 else round(pixels * worn / TEXT_PIXELS)


def type_pixels(size: int) -> int:
    """Return the height in pixels of ordinary type at ``size`` per cent: whole pixels, that letters stay sharp."""
    return TEXT_PIXELS * size // 100


def at_type_size(sheet: str, size: int) -> str:
    """Return a style sheet with its lengths at ``size`` per cent. Hairlines (1 and 2 px) stay as thin as they are;
    ``[14-1]px`` is 14 px at that size less one: the padding that a thicker border leaves."""
    worn = type_pixels(size)

    def grown(pixels: str) -> int:
        length = int(pixels)
        return length if length <= _HAIRLINE else round(length * worn / TEXT_PIXELS)

    def put(found: re.Match[str]) -> str:
        whole, less, plain = found.groups()
        return f"{grown(plain)}px" if plain else f"{grown(whole) - int(less)}px"

    return _LENGTH.sub(put, sheet)


def fitted(width: int, height: int, over: QWidget | None) -> QSize:
    """Return the scaled size for a dialog, never larger than the window ``over`` which it stands."""
    asked = QSize(scaled(width), scaled(height))
    return asked if over is None else asked.boundedTo(over.size() - QSize(_AIR, _AIR))
