"""What is due, as Today and the tray tell it: clocks that run and what agreements make due; plain values.

What is over does not hide what is over soon: on Today each of the two keeps half of the places as long as it fills
them, and what is over of one order is one line. The tray asks for what is over soon by itself.
The moments of matters (及时情况) have places of their own, and of what is over they come last: whatever a law or an
order sets is graver.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from desktop.actions.counting import OpenItem
from desktop.actions.desk import Desk
from desktop.actions.due import DueRow, all_due
from desktop.actions.late_moments import Moments
from desktop.actions.open_items import MOST_COUNTED, OpenRow, nearest, soon_over, told
from desktop.actions.snoozes import Snooze, hidden, snoozes
from desktop.store.reader import Reader
from desktop.ui.models.status import Status
from desktop.ui.models.statuses import clock_status, due_status
from desktop.ui.words import day, moment
from resources import Wording
from sync.records.believed import Believed
from sync.records.deadlines import end_of
from sync.records.open_clocks import Standing
from sync.records.times import BEIJING
from sync.records.waiting_moments import PREFIX

SHOWN = 6
MOMENTS = 3
"""So many lines of matters of which a moment is late or soon will be."""
_OVER = frozenset({Standing.OVERDUE, Standing.DOUBTFUL})


@dataclass(frozen=True, slots=True)
class DueLine:
    """One line. ``key`` names the clock, ``record`` what it is of; ``agreed`` is what an agreement makes due.

    ``what`` is the sort of clock and whose, without a name or a subject; ``may_wait``: it can be put off, for it is not
    over yet; ``joined``: how many clocks of one record the line tells of.
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
    joined: int = 1

    @property
    def id(self) -> str:
        """What names the line in a list."""
        return self.key

    @property
    def waited(self) -> bool:
        """Whether it is one of the moments of a matter."""
        return self.key.partition(" ")[2].startswith(PREFIX)

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
    """Return what Today shows of what is due: of the clocks, and of agreements, so many lines each, in one order.

    The cost follows what is shown, and the agreements of late.
    """
    said = desk.now()
    with desk.store.read() as reader:
        away = snoozes(reader)
        found = nearest(reader, said, shown + len(away))
        at = found.at
        agreed = all_due(reader, at.now.astimezone(BEIJING).date())
        waited = Moments(reader, at).near(MOMENTS + len(away), MOST_COUNTED + 1)
        clocks = _clock_lines(reader, words, found.past, (*found.soon, *found.later), at)
        moments = _clock_lines(reader, words, waited.past, waited.soon, at)
    papers = [agreed_line(words, row) for row in agreed]
    lines = clocks + papers + moments
    gone = [s for s in away if any(line.key == s.key and hidden(s, line.standing, at.now) for line in lines)]
    away_keys = {s.key for s in gone}
    places = ((clocks, shown), (papers, shown), (moments, MOMENTS))
    kept = [each for some, most in places for each in _chosen([e for e in some if e.key not in away_keys], most)]
    rest = tuple(sorted(kept, key=_rank))
    count = found.count + len(agreed) + min(waited.count, MOST_COUNTED)
    more = max(0, count - len(gone) - sum(line.joined for line in rest))
    return Dues(rest, more, found.many or waited.count > MOST_COUNTED, tuple(gone), at, said, doubt_told(words, at))


def _rank(line: DueLine) -> tuple[bool, bool, datetime]:
    """What is over comes first, of that what is no moment; then by the end."""
    over = line.standing in _OVER
    return not over, over and line.waited, line.due


def read_soon(desk: Desk, words: Wording, most: int) -> list[DueLine]:
    """Return what is over soon and was not put off: ``most`` of the clocks and of the moments, all of agreements."""
    with desk.store.read() as reader:
        away = snoozes(reader)
        found = soon_over(reader, desk.now(), most + len(away))
        at = found.at
        lines = [clock_line(words, row, at) for row in told(reader, found.items)]
        lines += [agreed_line(words, row) for row in all_due(reader, at.now.astimezone(BEIJING).date())]
        lines += [clock_line(words, row, at) for row in told(reader, Moments(reader, at).soon(most + len(away)))]
    hides = {s.key for s in away if hidden(s, Standing.SOON, at.now)}
    return [line for line in lines if line.soon and line.key not in hides]


def doubt_told(words: Wording, at: Believed) -> str:
    """The sentence on a clock that is not believed, else nothing."""
    return words(f"records.clockdoubt_{at.doubt.value}", at=moment(at.now)) if at.doubt else ""


def _chosen(lines: Sequence[DueLine], most: int) -> list[DueLine]:
    """Choose lines to show: half of the places are kept for what is over soon, and half for what is over."""
    over = [line for line in lines if line.standing in _OVER]
    soon = [line for line in lines if line.soon]
    rest = [line for line in lines if line.standing not in _OVER and not line.soon]
    places = max(most // 2, most - len(over))
    near = soon[:places]
    past = over[: most - len(near)]
    return [*past, *near, *rest[: most - len(past) - len(near)]]


def _clock_lines(
    reader: Reader, words: Wording, past: Sequence[Sequence[OpenItem]], coming: Sequence[OpenItem], at: Believed
) -> list[DueLine]:
    """The lines of what is over, one for each record; then those of what is not."""
    items = [*(item for some in past for item in some), *coming]
    rows = iter(list(told(reader, items)))
    lines = [_joined_line(words, [next(rows) for _ in some], at) for some in past]
    return [*lines, *(clock_line(words, row, at) for row in rows)]


def _joined_line(words: Wording, rows: Sequence[OpenRow], at: Believed) -> DueLine:
    """One line of all that is over of one record, as the first of its clocks stands."""
    first = clock_line(words, rows[0], at)
    if len(rows) == 1:
        return first
    kinds = _each_once(words(f"deadlines.kind_{row.item.clock.replace('-', '_')}") for row in rows)
    what = words("window.list_comma").join([*kinds, *_each_once(row.unit for row in rows)])
    counted = words("window.due_joined", count=len(rows))
    return replace(
        first,
        title=words("window.due_of", what=what, title=title_of(words, rows[0])),
        detail="  ".join(part for part in (first.detail, counted) if part),
        what=what,
        joined=len(rows),
    )


def _each_once(texts: Iterable[str]) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text]


def clock_line(words: Wording, row: OpenRow, at: Believed) -> DueLine:
    """Return the line of one clock."""
    item = row.item
    kind = words(f"deadlines.kind_{item.clock.replace('-', '_')}")
    what = words("window.list_comma").join(part for part in (kind, row.unit) if part)
    return DueLine(
        f"{row.about} {item.clock} {item.unit}",
        item.id,
        words("window.due_of", what=what, title=title_of(words, row)),
        "  ".join(part for part in (row.number, moment(item.due), _assumed(words, row)) if part),
        clock_status(words, item.standing, item.due - (at.earliest if item.due < at.earliest else at.latest)),
        item.due,
        item.standing,
        what,
        may_wait=item.standing in (Standing.SOON, Standing.RUNNING),
    )


def title_of(words: Wording, row: OpenRow) -> str:
    """What a clock's record is called, where that may stand in a list."""
    return words("window.passed_restricted_title") if row.covered else row.title


def _assumed(words: Wording, row: OpenRow) -> str:
    return words(row.item.assumed[0].key, **dict(row.item.assumed[0].values)) if row.item.assumed else ""


def agreed_line(words: Wording, row: DueRow) -> DueLine:
    """Return the line of what an agreement makes due."""
    told = words(f"window.due_{row.due.kind.value}")
    return DueLine(
        f"{row.agreement} {row.due.kind.value} {row.due.term}",
        row.agreement,
        words("window.due_of", what=told, title=row.text or row.title),
        f"{row.parties}  {row.number}  {day(row.due.on)}",
        due_status(words, row.days),
        end_of(row.due.on),
        row.standing,
        told,
        row,
        may_wait=row.days >= 0,
    )


LATER = (timedelta(minutes=30), timedelta(hours=2), timedelta(days=1))
"""How long something may be put off."""
