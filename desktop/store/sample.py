"""How common terms are, by a look at the newest records: a hint how a query is best asked, never what it finds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from desktop.store.full_text import SEARCHED
from desktop.store.reader import Reader, current, listed
from desktop.store.said import text_of
from desktop.store.terms import kinds_term
from desktop.store.words import MARK, folded

SIZE: Final = 300
KEPT_SECONDS: Final = 3600.0
COMMON: Final = 0.3
"""What stands in so large a part of all records narrows little, and its list is long."""
LEAST: Final = 2

_NEWEST: Final = """
    SELECT record.kind, record.body, card.fields FROM record LEFT JOIN card ON card.line = record.line
    WHERE record.line IN (SELECT value FROM json_each(?)) AND record.readable = 1
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """The folded texts of some of the newest records, and when they were taken (seconds, monotonic)."""

    texts: tuple[str, ...]
    taken: float

    def share(self, expression: str) -> float:
        """Return which part of the sample has an expression's term, or what begins with it, in its text."""
        said = expression.strip('"*').removeprefix(f"{MARK}g").rstrip('"')
        return sum(said in text for text in self.texts) / len(self.texts) if self.texts else 0.0

    def narrow(self, expressions: Sequence[str]) -> list[str]:
        """Leave out terms so common that walking through their records costs more than looking at some in vain."""
        if len(expressions) <= LEAST:
            return list(expressions)
        ranked = sorted((self.share(expression), expression) for expression in expressions)
        return [term for place, (share, term) in enumerate(ranked) if place < LEAST or share < COMMON]


_samples: dict[str, Sample] = {}


def sample_of(reader: Reader) -> Sample:
    """Return the sample of a store, taken anew when it is an hour old."""
    known = _samples.get(reader.store)
    if known is None or time.monotonic() - known.taken > KEPT_SECONDS:
        known = _samples[reader.store] = Sample(_taken(reader), time.monotonic())
    return known


def _taken(reader: Reader) -> tuple[str, ...]:
    asked = "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?"
    lines = [row[0] for row in reader.sql(asked, (kinds_term(SEARCHED), SIZE)).fetchall()]
    return tuple(folded(text_of(current(*row))) for row in reader.sql(_NEWEST, (listed(lines),)).fetchall())
