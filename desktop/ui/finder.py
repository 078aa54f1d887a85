"""The find box over everything, a record's neighbours in it, and what it remembers of what was opened."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop.actions.finding import home_of, note_opened
from desktop.ui.dialogs.find import FindBox
from desktop.ui.wayfinder import Rooms
from sync.records.errors import QianshaoError


class Finder(QObject):
    """One for each shell."""

    def __init__(self, rooms: Rooms, parent: QObject) -> None:
        super().__init__(parent)
        self._rooms = rooms

    def find(self) -> None:
        """Open the find box on everything."""
        self._open(FindBox(self._rooms.tools, self._rooms.commands(), self._rooms.window()))

    def find_near(self) -> None:
        """Open the find box on what the record in front leads to."""
        here = self._rooms.here()
        if not here:
            self._rooms.say(self._rooms.tools.words("find.choose_first"), "info")
            return
        self._open(FindBox(self._rooms.tools, (), self._rooms.window(), here))

    def note(self, record_id: str) -> None:
        """Remember that a record was opened."""
        desk = self._rooms.tools.desk
        self._rooms.tools.tasks.write(lambda: note_opened(desk, record_id), None, self._refused)

    def _open(self, box: FindBox) -> None:
        box.chosen.connect(self._chosen)
        box.open()

    def _chosen(self, record_id: str, title: str) -> None:
        desk = self._rooms.tools.desk
        self._rooms.tools.tasks.read(lambda: (home_of(desk, record_id), title), self._found_home, self._refused)

    def _found_home(self, found: tuple[str, str]) -> None:
        home, title = found
        if not self._rooms.follow(home):
            self._rooms.say(self._rooms.tools.words("find.no_page", title=title), "info")

    def _refused(self, error: QianshaoError) -> None:
        self._rooms.say(self._rooms.tools.sentence(error), "bad")
