"""The ways through the window: back and forward, as in a browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.ui.command import Command
from desktop.ui.tools import Tools
from desktop.ui.trail import Place, Trail


class Rooms(Protocol):
    """What the ways lead through: the shell and its pages."""

    tools: Tools

    @property
    def now(self) -> str:
        """The page in front."""

    def here(self) -> str:
        """The record chosen on it, empty for none."""

    def show_place(self, page: str, record: str) -> None:
        """Bring a page to the front with a record chosen."""

    def follow(self, record_id: str) -> bool:
        """Show a record on its page; returns whether its kind has one."""

    def commands(self) -> Sequence[Command]:
        """Everything that can be done now."""

    def say(self, text: str, tone: str = "good") -> None:
        """Show one sentence over the pages."""

    def window(self) -> QWidget:
        """The window."""


class Wayfinder(QObject):
    """One for each shell."""

    def __init__(self, rooms: Rooms, parent: QObject) -> None:
        super().__init__(parent)
        self._rooms = rooms
        self._trail = Trail()
        self._walking = False

    def leaving(self) -> None:
        """Note the record in front before another place comes."""
        if not self._walking:
            self._trail.mark(self._rooms.here())

    def came(self, page: str, record: str = "") -> None:
        """Note the place that is in front now."""
        if not self._walking:
            self._trail.go(Place(page, record))

    def back(self) -> bool:
        """Go back to the place before; returns whether there was one."""
        self.leaving()
        return self._walk(self._trail.back())

    def forward(self) -> bool:
        """Go forward again; returns whether there was anything ahead."""
        self.leaving()
        return self._walk(self._trail.forward())

    def _walk(self, place: Place | None) -> bool:
        if place is None:
            return False
        self._walking = True
        try:
            self._rooms.show_place(place.page, place.record)
        finally:
            self._walking = False
        return True
