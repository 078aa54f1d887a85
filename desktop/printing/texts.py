"""All text of a sheet looked at before anything is drawn, so that a sentence can name field and character."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from desktop.printing.fonts import Fonts
from desktop.printing.sheets import Sheet
from sync.records.errors import RuleBroken


def check_texts(fonts: Fonts, sheet: Sheet) -> None:
    """Raise RuleBroken with the sheet's ``field`` where a character has no glyph or must not be printed."""
    for field in fields(sheet):
        for text in texts_of(getattr(sheet, field.name)):
            try:
                fonts.check(text)
            except RuleBroken as why:
                raise RuleBroken(why.key, field=field.name, **why.values) from why


def texts_of(value: object) -> Iterator[str]:
    """Yield every text within a sheet, a tuple or a text itself."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from texts_of(part)
    elif is_dataclass(value):
        for name in _names(value):
            yield from texts_of(getattr(value, name))


_known: dict[type, tuple[str, ...]] = {}


def _names(value: Any) -> tuple[str, ...]:
    """The names of a dataclass's fields, asked for once."""
    names = _known.get(type(value))
    if names is None:
        names = _known[type(value)] = tuple(field.name for field in fields(value))
    return names
