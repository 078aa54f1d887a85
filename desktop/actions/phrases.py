"""Phrases that somebody writes again and again, kept by each person in this store; they never travel."""

from __future__ import annotations

from typing import Final

import msgspec

from desktop.actions.desk import Desk
from desktop.store.store import Reader
from sync.records.errors import RuleBroken
from sync.records.text import check_text

MOST: Final = 100
LONGEST: Final = 1_000
"""Characters of one phrase."""


def phrases(desk: Desk) -> list[str]:
    """Return this person's phrases, the last kept or used first."""
    with desk.store.read() as reader:
        return _kept(reader, desk)


def keep_phrase(desk: Desk, text: str) -> list[str]:
    """Keep a phrase, or bring one that is kept to the front; returns all.

    RuleBroken: actions.phrase_empty, actions.phrase_too_many, records.text_long, records.text_unshowable.
    """
    text = text.strip()
    if not text:
        raise RuleBroken("actions.phrase_empty", field="phrase")
    check_text(text, field="phrase", limit=LONGEST)
    with desk.store.write() as work:
        kept = [text, *(each for each in _kept(work, desk) if each != text)]
        if len(kept) > MOST:
            raise RuleBroken("actions.phrase_too_many", field="phrase", most=MOST)
        work.set_meta(_key(desk), msgspec.json.encode(kept).decode())
    return kept


def forget_phrase(desk: Desk, text: str) -> list[str]:
    """Keep a phrase no longer; returns those that are left."""
    with desk.store.write() as work:
        kept = [each for each in _kept(work, desk) if each != text]
        work.set_meta(_key(desk), msgspec.json.encode(kept).decode())
    return kept


def _key(desk: Desk) -> str:
    return f"phrases:{desk.session.staff}"


def _kept(reader: Reader, desk: Desk) -> list[str]:
    said = reader.meta(_key(desk))
    return msgspec.json.decode(said, type=list[str]) if said else []
