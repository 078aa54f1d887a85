"""What the law asks where a form is filled in: short sentences with law and article (resources/dictionaries)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from resources import read_text


@dataclass(frozen=True, slots=True)
class LawHint:
    """One hint: what the law asks, and where it says so."""

    text: str
    law: str


@cache
def law_hints(form: str, language: str) -> tuple[LawHint, ...]:
    """Return the hints beside the form called ``form``; none for most forms."""
    rows = tomllib.loads(read_text("dictionaries", "law_hints.toml"))["hint"]
    return tuple(LawHint(row[language], row[f"law_{language}"]) for row in rows if form in row["forms"])
