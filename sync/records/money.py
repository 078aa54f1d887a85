"""Amounts of money as people write them, in fen (hundredths of a yuan), and back."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from sync.records.text import half_width

_MONEY: Final = re.compile(r"([0-9]{1,13})(?:\.([0-9]{1,6}))?(万)?元?")


def parse_fen(text: str) -> int:
    """Return fen from yuan: ``31,000.50元``, ``3.1万``. ValueError where it is no amount or has parts of a fen."""
    match = _MONEY.fullmatch(re.sub(r"[,\s¥]", "", half_width(text)))
    if match is None:
        raise ValueError(text)
    fen = Decimal(f"{match[1]}.{match[2] or 0}") * (1_000_000 if match[3] else 100)
    if fen != int(fen):
        raise ValueError(text)
    return int(fen)


def yuan_words(fen: int) -> str:
    """Return an amount in yuan with thousands set apart and both decimals."""
    whole, part = divmod(fen, 100)
    return f"{whole:,}.{part:02d}"
