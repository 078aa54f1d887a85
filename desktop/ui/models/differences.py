"""Where two texts differ: the parts of one that the other has not, by words or, in long texts, by lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from typing import Final

_PIECES: Final = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
_SENTENCES: Final = re.compile(r"[^。！？；\n]*[。！？；\n]?")
MOST: Final = 4000
"""More pieces than these are compared sentence by sentence: to find the nearest pair costs their square."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text; ``differs`` where the other text has something else there, or nothing."""

    text: str
    differs: bool


def parts(text: str, other: str) -> tuple[Part, ...]:
    """Return ``text`` in stretches, those marked that ``other`` has not."""
    ours, theirs = _pieces(text, other)
    found: list[Part] = []
    for kind, start, end, _, _ in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if end > start:
            found.append(Part("".join(ours[start:end]), kind != "equal"))
    return tuple(found)


def marked(text: str, other: str, colour: str, ground: str) -> str:
    """Return ``text`` as HTML; what differs is underlined on another ground: never told by colour alone."""
    told = []
    for part in parts(text, other):
        words = escape(part.text).replace("\n", "<br>")
        style = f"color:{colour}; background-color:{ground}; text-decoration:underline"
        told.append(f'<span style="{style}">{words}</span>' if part.differs else words)
    return "".join(told)


def _pieces(text: str, other: str) -> tuple[list[str], list[str]]:
    ours, theirs = _PIECES.findall(text), _PIECES.findall(other)
    if len(ours) + len(theirs) > MOST:
        return [s for s in _SENTENCES.findall(text) if s], [s for s in _SENTENCES.findall(other) if s]
    return ours, theirs
