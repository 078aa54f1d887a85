"""The moments (受理、化解、确认、反馈) that open matters wait for: in which of them one is late, without opening each.

They are counted when somebody asks, from the steps of what is open, and stored nowhere: a save does not pay for them,
a limit that the district sets anew holds at once, and what an older program stored needs no repair.
"""

from __future__ import annotations

from collections.abc import Iterator

from desktop.actions.counting import OpenItem
from desktop.actions.rule_tables import read
from desktop.store.open_matters import open_matters
from desktop.store.reader import Reader
from sync.records.believed import Believed
from sync.records.matter_state import fold_matter
from sync.records.moment_limits import read_limits
from sync.records.rule_tables import TableName
from sync.records.times import BEIJING
from sync.records.waiting_moments import waiting_moments


def moments_waited_for(reader: Reader, at: Believed) -> Iterator[OpenItem]:
    """Yield what open matters wait for at a time, by the limits that hold on its day; in no order."""
    limits = read(reader, TableName.MOMENT_LIMITS, at.now.astimezone(BEIJING).date(), read_limits)
    for matter, steps in open_matters(reader):
        state = fold_matter(steps, matter.discovered_at)
        for moment in waiting_moments(matter.nature, state, limits, at):
            yield OpenItem(matter.id, moment.kind, "", moment.due, moment.standing)
