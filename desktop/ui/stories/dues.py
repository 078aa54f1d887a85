"""What is due, as Today tells it: clocks that run and what agreements make due, the soonest first; plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.actions.desk import Desk
from desktop.actions.due import DueRow, all_due
from desktop.actions.open_items import OpenRow, count_open, soonest, told
from desktop.actions.snoozes import Snooze, hidden, snoozes
from desktop.ui.models.status import Status
from desktop.ui.models.statuses import SOON, clock_status, due_status
from desktop.ui.words import day, moment
from resources import Wording
from sync.records.believed import Believed
from sync.records.deadlines import end_of
from sync.records.open_clocks import Standing
from sync.records.times import BEIJING

SHOWN = 6


@dataclass(frozen=True, slots=True)
class DueLine:
    """One line. ``key`` names the clock, ``record`` what it is of; ``agreed`` is what an agreement makes due.

    ``what`` is the sort of clock and whose, without a name or a subject; ``may_wait``: it can be put off, for it is not
    over yet.
    """

    key: str
    record: str
    title: str
    detail: str
    status: Status
    due: datetime
    standing: Standing
    what: str = ""
    agreed: DueRow | None = None
    may_wait: bool = False

    @property
    def soon(self) -> bool:
        """Whether it is to be told before it is over."""
        return self.standing is Standing.SOON


@dataclass(frozen=True, slots=True)
class Dues:
    """The lines, how many more there are (``many``: at least so many), what was put off, and the believed time."""

    lines: tuple[DueLine, ...]
    more: int
    many: bool
    put_off: tuple[Snooze, ...]
    at: Believed
    desk_said: datetime
    doubt: str = ""

    def says(self, other: Dues) -> bool:
        """Whether a reader would see no difference."""
        shown = (self.lines, self.more, self.put_off, self.doubt)
        return shown == (other.lines, other.more, other.put_off, other.doubt)


def read_dues(desk: Desk, words: Wording, shown: int = SHOWN) -> Dues:
    """Return what Today shows of what is due: the first clocks and the first of agreements, in one order.

    The cost follows what is shown, and the agreements of late.
    """
    said = desk.now()
    with desk.store.read() as reader:
        away = snoozes(reader)
        found = soonest(reader, said, shown + len(away))
        at = found.at
        today = at.now.astimezone(BEIJING).date()
        agreed = all_due(reader, today)
        lines = [_clock_line(words, row, at) for row in told(reader, found.items)]
        counted, many = count_open(reader)
    papers = [_agreed_line(words, row) for row in agreed]
    gone = [s for s in away if any(line.key == s.key and hidden(s, line.standing, at.now) for line in lines + papers)]
    away_keys = {s.key for s in gone}
    kept = [[line for line in some if line.key not in away_keys][:shown] for some in (lines, papers)]
    rest = tuple(sorted(kept[0] + kept[1], key=lambda line: line.due))
    more = max(0, counted + len(agreed) - len(gone) - len(rest))
    doubt = words(f"records.clockdoubt_{at.doubt.value}", at=moment(at.now)) if at.doubt else ""
    return Dues(rest, more, many, tuple(gone), at, said, doubt)


def _clock_line(words: Wording, row: OpenRow, at: Believed) -> DueLine:
    item = row.item
    kind = words(f"deadlines.kind_{item.clock.replace('-', '_')}")
    what = words("window.list_comma").join(part for part in (kind, row.unit) if part)
    title = words("window.passed_restricted_title") if row.covered else row.title
    return DueLine(
        f"{row.about} {item.clock} {item.unit}",
        item.id,
        words("window.due_of", what=what, title=title),
        "  ".join(part for part in (row.number, moment(item.due), _assumed(words, row)) if part),
        clock_status(words, item.standing, item.due - (at.earliest if item.due < at.earliest else at.latest)),
        item.due,
        item.standing,
        what,
        may_wait=item.standing in (Standing.SOON, Standing.RUNNING),
    )


def _assumed(words: Wording, row: OpenRow) -> str:
    return words(row.item.assumed[0].key, **dict(row.item.assumed[0].values)) if row.item.assumed else ""


def _agreed_line(words: Wording, row: DueRow) -> DueLine:
    told = words(f"window.due_{row.due.kind.value}")
    near = Standing.SOON if row.days <= SOON else Standing.RUNNING
    standing = Standing.OVERDUE if row.days < 0 else near
    return DueLine(
        f"{row.agreement} {row.due.kind.value} {row.due.term}",
        row.agreement,
        words("window.due_of", what=told, title=row.text or row.title),
        f"{row.parties}  {row.number}  {day(row.due.on)}",
        due_status(words, row.days),
        end_of(row.due.on),
        standing,
        told,
        row,
        may_wait=row.days >= 0,
    )


LATER = (timedelta(minutes=30), timedelta(hours=2), timedelta(days=1))
"""How long something may be put off."""
