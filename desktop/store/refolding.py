"""Matters that an older program listed as closed, although the resident was dissatisfied after the close (不满意返工).

That the work is done anew then is a rule of a later program (sync/records/matter_state.py): the records are the same,
what was stored of their fold is not. No start waits for it: closed matters are looked at a little at a time while
nobody works, once, and `doctor --repair` does it in one go.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, cast

from desktop.changes import Changes
from desktop.store.reader import Reader
from desktop.store.store import Store
from sync.records.folds import fold_matter
from sync.records.matter_state import MatterStage
from sync.records.matters import Matter, Step

UPTO: Final = "closed_matters_upto"
"""The store's note with the last line that was looked at; `DONE` once there is none behind it."""
DONE: Final = "done"
BATCH: Final = 200
SLICE_SECONDS: Final = 0.3

_NEXT: Final = """
    SELECT matter.line, record.id FROM matter JOIN record ON record.line = matter.line
    WHERE matter.state = ?1 AND matter.line > ?2 ORDER BY matter.line LIMIT ?3
"""
"""By the index of states: what is open is passed over."""


def correct_some(
    store: Store,
    cancelled: Callable[[], bool] = bool,
    tell: Callable[[Changes], None] = lambda _: None,
    seconds: float = SLICE_SECONDS,
) -> bool:
    """Look at closed matters for ``seconds`` and fold anew those that are not; returns whether there is more.

    ``tell`` hears what lists show otherwise now. A step that a colleague sends later is folded as it comes.
    """
    ends = time.monotonic() + seconds
    with store.read() as reader:
        last = noted = reader.meta(UPTO) or "0"
    while last != DONE:
        with store.read() as reader:
            wrong, last = _look(reader, int(last))
        if wrong:
            with store.write() as work:
                for matter in wrong:
                    work.touch("matter", matter)
                work.set_meta(UPTO, last)
            tell(work.changes)
            noted = last
        if cancelled() or time.monotonic() >= ends:
            break
    if last != noted:
        with store.write() as work:
            work.set_meta(UPTO, last)
    return last != DONE


def _look(reader: Reader, after: int) -> tuple[list[str], str]:
    """Return the next closed matters that the fold does not close, and how far that is."""
    rows = reader.sql(_NEXT, (MatterStage.CLOSED.value, after, BATCH)).fetchall()
    ids = [matter for _, matter in rows]
    said = reader.linked_to(ids, "step.matter") if ids else {}
    steps = {matter: cast("list[Step]", said.get(matter, [])) for matter in ids}
    doubtful = [matter for matter, own in steps.items() if any(step.satisfied is False for step in own)]
    values = reader.current(doubtful) if doubtful else {}
    found = {matter: value for matter, value in values.items() if isinstance(value, Matter)}
    wrong = [m for m, value in found.items() if not _closed(steps[m], value)]
    return wrong, str(rows[-1][0]) if len(rows) == BATCH else DONE


def _closed(steps: list[Step], matter: Matter) -> bool:
    return fold_matter(steps, matter.discovered_at).state is MatterStage.CLOSED
