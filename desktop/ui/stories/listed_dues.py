"""The lines of the list of everything that is due; plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from desktop.actions.due import DueRow
from desktop.actions.open_items import OpenRow
from desktop.ui.models.status import Status
from desktop.ui.stories.dues import agreed_line, clock_line, title_of
from resources import Wording
from sync.records.believed import Believed


@dataclass(frozen=True, slots=True)
class ListedDue:
    """One line of the list of everything: ``what`` is the sort of clock and whose, ``record`` what it is of."""

    id: str
    what: str
    about: str
    number: str
    due: datetime
    status: Status
    record: str
    agreed: DueRow | None = None


def listed_dues(words: Wording, rows: Iterable[OpenRow | DueRow], at: Believed) -> list[ListedDue]:
    """Return lines of the list of everything that is due."""
    return [_listed_clock(words, row, at) if isinstance(row, OpenRow) else _listed_agreed(words, row) for row in rows]


def _listed_clock(words: Wording, row: OpenRow, at: Believed) -> ListedDue:
    line = clock_line(words, row, at)
    return ListedDue(line.key, line.what, title_of(words, row), row.number, line.due, line.status, line.record)


def _listed_agreed(words: Wording, row: DueRow) -> ListedDue:
    line = agreed_line(words, row)
    return ListedDue(line.key, line.what, row.text or row.title, row.number, line.due, line.status, line.record, row)
