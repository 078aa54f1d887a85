"""A decision in the making: what was chosen of each field so far, with its undo; until it is kept nothing counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

MOST_STEPS: Final = 200


class Decision:
    """Chosen values by field."""

    def __init__(self, chosen: Mapping[str, Any] | None = None) -> None:
        self.chosen: dict[str, Any] = dict(chosen or {})
        self._before: list[dict[str, Any]] = []
        self._typing = ""

    def choose(self, field: str, value: Any, *, typed: bool = False) -> None:
        """Let ``value`` be the result of ``field``; what is ``typed`` into one field in one go is one step."""
        if field in self.chosen and self.chosen[field] == value:
            return
        if not (typed and self._typing == field):
            self._step()
        self._typing = field if typed else ""
        self.chosen[field] = value

    def clear(self) -> None:
        """Choose nothing any more; one step back chooses it again."""
        if self.chosen:
            self._typing = ""
            self._step()
            self.chosen = {}

    def undo(self) -> bool:
        """Take the last step back; returns whether there was one."""
        self._typing = ""
        if not self._before:
            return False
        self.chosen = self._before.pop()
        return True

    @property
    def can_undo(self) -> bool:
        """Whether a step can be taken back."""
        return bool(self._before)

    def _step(self) -> None:
        self._before = [*self._before[-MOST_STEPS:], dict(self.chosen)]
