"""What every page is given: words, theme, lanes, the bus, and the desk at which somebody has signed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from desktop.ui.bus import Bus
from desktop.ui.fields.sources import Sources, Surroundings
from desktop.ui.tasks import TaskRunner
from desktop.ui.theme import Theme
from desktop.ui.words import sentence
from resources import Wording
from sync.records.errors import QianshaoError
from sync.records.ownership import may_write

if TYPE_CHECKING:
    from desktop.actions.desk import Desk
    from desktop.config import Home
    from desktop.keys import Keys


@dataclass(slots=True)
class Judged:
    """How far the time that is believed lies from the desk's clock, as it was found when Today asked last."""

    shift: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Tools:
    """Passed in constructors from the composition root down; a page takes what it needs from here and nowhere else."""

    words: Wording
    theme: Theme
    tasks: TaskRunner
    bus: Bus
    desk: Desk
    home: Home
    sources: Sources
    keys: Keys
    judged: Judged = field(default_factory=Judged)

    def judged_now(self) -> datetime:
        """The time by which is judged what is overdue: the desk's, unless its clock is doubted."""
        return self.desk.now() + self.judged.shift

    def around(self) -> Surroundings:
        """What the widgets of a form need."""
        return Surroundings(self.words, self.theme, self.tasks, self.sources)

    def sentence(self, error: QianshaoError) -> str:
        """The one sentence that tells ``error`` in the reader's language."""
        return sentence(self.words, error)

    def may(self, kind: str) -> bool:
        """Whether the signed-in person may write ``kind``."""
        return may_write(kind, self.desk.session.roles)
