"""A command: one thing to do as it stands in the find box, with its keys, and whether words that are typed mean it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from desktop.store.words import folded
from resources import LANGUAGES, Wording, wording


@dataclass(frozen=True, slots=True)
class Command:
    """``name`` is its stable name, ``text`` what a person reads, ``keys`` its shortcut, ``start`` what it does.

    ``also`` are further words that mean it: its name in the other language, so that either may be typed.
    """

    name: str
    text: str
    start: Callable[[], object]
    picture: str = "chevron_right"
    keys: str = ""
    also: str = ""

    def meant_by(self, typed: str) -> bool:
        """Whether each word of ``typed`` stands in what the command is called, or its words begin with them."""
        said = folded(f"{self.text} {self.also}")
        initials = "".join(word[0] for word in folded(self.also).split() if word)
        wanted = folded(typed).split()
        return bool(wanted) and all(word in said or initials.startswith(word) for word in wanted)


def in_other_words(words: Wording, key: str) -> str:
    """Return what ``key`` says in the other languages, so that either may be typed."""
    return " ".join(wording(language)(key) for language in LANGUAGES if language != words.language)


def meant(commands: Iterable[Command], typed: str) -> list[Command]:
    """Return the commands that ``typed`` means: those that begin with it first, else in their own order."""
    first = folded(typed.strip())
    found = [command for command in commands if command.meant_by(typed)]
    return sorted(found, key=lambda command: not folded(command.text).startswith(first))
