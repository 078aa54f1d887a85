"""What a verb says: JSON on standard output or lines for people, everything else on standard error."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from resources import Wording
from sync.records.errors import QianshaoError, Unavailable
from sync.records.times import to_minute

_EVERY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Said:
    """``data`` for --json: one object, or many, one a line; ``lines`` for people; ``notes`` go to standard error.

    ``done`` is False where the verb ended in good order without what it was asked for: then the exit code is 1.
    """

    data: dict[str, Any] | Iterable[dict[str, Any]]
    lines: Iterable[str] = ()
    notes: list[str] = field(default_factory=list)
    done: bool = True


def put(said: Said, *, as_json: bool) -> None:
    """Write what was said. With ``as_json`` standard output holds nothing but unescaped UTF-8 JSON.

    Unavailable("cli.no_output") where standard output takes no more, a full disk behind it for example.
    """
    for line in _json_lines(said.data) if as_json else said.lines:
        _write(line + "\n")
    _write("", last=True)
    for note in said.notes:
        sys.stderr.write(note + "\n")


def _write(text: str, *, last: bool = False) -> None:
    try:
        sys.stdout.write(text)
        if last:
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_output()
        raise Unavailable("cli.no_output", reason=error.strerror or error) from error


def drop_output() -> None:
    """Write nothing more to standard output, not even what waits for the end of the process."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _json_lines(data: dict[str, Any] | Iterable[dict[str, Any]]) -> Iterator[str]:
    for item in [data] if isinstance(data, dict) else data:
        yield json.dumps(item, ensure_ascii=False)


_VALUES: Final = {"step": "stepkind", "nature": "nature"}
"""Values of an error that have a word of their own."""


def sentence(words: Wording, error: QianshaoError) -> str:
    """Return the one sentence for ``error``; a reason that nobody worded here is told by its key, and whom to ask."""
    if not words.has(error.key):
        return words("window.no_sentence", key=error.key)
    return words.filled(error.key, {name: _told(words, name, value) for name, value in error.values.items()})


def _told(words: Wording, name: str, value: object) -> object:
    if name == "needs" and isinstance(value, tuple):
        return "、".join("/".join(words(f"records.artefact_{one}") for one in need) for need in value)
    if name in _VALUES and words.has(f"records.{_VALUES[name]}_{value}"):
        return words(f"records.{_VALUES[name]}_{value}")
    key = f"records.{'kind' if name == 'kind' else 'role'}_{value}"
    if name == "kind":
        return words(key) if words.has(key) else value
    if isinstance(value, (list, tuple)):
        return "、".join(str(_told(words, "role" if name == "roles" else "", v)) for v in value)
    if isinstance(value, datetime):
        return moment(value)
    return words(key) if name == "role" and words.has(key) else value


def moment(value: datetime | None) -> str:
    """Return a moment as people read it, at +08:00."""
    return to_minute(value) if value else ""


class Meter:
    """Tells progress on standard error: at once, then at most once a second."""

    def __init__(self, label: str) -> None:
        self.label = label
        self._next = 0.0
        self._last = (-1, -1)

    def __call__(self, done: int, total: int) -> None:
        """Say how far it is; 0 in all where that is not known."""
        now = time.monotonic()
        if (now < self._next and done != total) or (done, total) == self._last:
            return
        self._last = (done, total)
        self._next = now + _EVERY_SECONDS
        sys.stderr.write(f"{self.label} {done}/{total}\n" if total else f"{self.label} {done}\n")
        sys.stderr.flush()
