"""What a section holds, told in one line: for a section that stands folded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from desktop.forms.form import Field, Section, Shape, always
from sync.records.times import BEIJING

Words = Callable[..., str]

LONGEST = 40
"""So many characters of one answer are told."""


def told(
    section: Section, draft: Mapping[str, Any], words: Words, chosen: Mapping[str, str] | None = None
) -> list[str]:
    """Return the answers of ``section`` in ``draft``, in the order of asking: those that somebody gave, and those of
    ``section.tells`` even where they are what the form began with. What only an id says is told by its question,
    unless ``chosen`` has its words: those of choices that records supply, by the name of the question."""
    made = []
    for field in section.fields:
        if not field.shown(draft):
            continue
        value = draft.get(field.name)
        begun = field.default() if field.default is not None else None
        if value == begun and field.name not in section.tells:
            continue
        if said := _said(field, value, words, (chosen or {}).get(field.name, "")):
            made.append(said)
    return made


def asked(section: Section, draft: Mapping[str, Any], words: Words) -> list[str]:
    """Return the questions of ``section`` that ``draft`` calls for."""
    return [words(field.label) for field in section.fields if field.shown(draft)]


def wanting(section: Section, draft: Mapping[str, Any]) -> bool:
    """Whether a question of ``section`` must be answered and is not. One that must be answered whatever was said is
    no surprise: the form shows it, or begins with an answer."""
    return any(
        field.shown(draft) and field.required is not always and field.required(draft) and not draft.get(field.name)
        for field in section.fields
    )


def _said(field: Field, value: Any, words: Words, chosen: str) -> str:
    if not value:
        return ""
    if field.shape is Shape.CHOICE:
        unnamed = "" if field.choices else chosen or _named(field, words)
        return next((words(c.label) for c in field.choices if c.value == value), unnamed)
    if field.shape is Shape.CHOICES:
        ticked = [words(c.label) for c in field.choices if c.value in value]
        return words("forms.told_comma").join(ticked) or _counted(field, value, words)
    if field.shape is Shape.ROWS:
        return _counted(field, value, words)
    if field.shape in (Shape.YES_NO, Shape.RECORD):
        return _named(field, words)
    if field.shape is Shape.DOCUMENT:
        return str(value.get("number") or "") if isinstance(value, Mapping) else ""
    if field.shape is Shape.MOMENT:
        return _moment(str(value))
    text = " ".join(str(value).split())[:LONGEST]
    return f"{_named(field, words)} {text}" if field.shape in (Shape.NUMBER, Shape.MONEY) else text


def _named(field: Field, words: Words) -> str:
    return words(field.label)


def _counted(field: Field, value: Sequence[Any], words: Words) -> str:
    return words("forms.told_count", what=words(field.label), count=len(value))


def _moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text).astimezone(BEIJING).strftime("%m-%d %H:%M")
    except ValueError:
        return text[:LONGEST]
