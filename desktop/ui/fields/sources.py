"""Where a form gets answers that are records: the directory's options and the lookup while somebody types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from desktop.ui.fields.choice import Options
from desktop.ui.tasks import TaskRunner
from desktop.ui.theme import Theme
from resources import Wording


@dataclass(frozen=True, slots=True)
class Found:
    """A record that may be meant: its id, what it is called, and what tells it from others (masked)."""

    id: str
    title: str
    detail: str = ""


class Sources(Protocol):
    """Asked on the read lane."""

    def options(self, form: str, field: str) -> Options:
        """The answers of a field whose choices are records of the directory."""

    def find(self, kinds: tuple[str, ...], text: str) -> list[Found]:
        """Records of ``kinds`` that ``text`` may mean; the latest ones where it is empty."""

    def name_of(self, record_id: str) -> str:
        """What a record is called."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the widgets of a form need: words, colours, lanes, and where records come from (None: no desk yet)."""

    words: Wording
    theme: Theme
    tasks: TaskRunner
    sources: Sources | None = None
