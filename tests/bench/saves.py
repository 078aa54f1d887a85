"""Visits saved one after the other in a store of a million, right after a bulk load too, beside bare row commits."""

from __future__ import annotations

import statistics
from datetime import timedelta
from pathlib import Path

from desktop.actions.desk import Desk, wall_clock
from desktop.actions.visits import log_visit
from sync.records.kinds import new_id
from tests.bench.bare import commit_row, encrypted_file
from tests.bench.capture import draft_of
from tests.bench.figures import Figure, milliseconds
from tests.bench.ledger import Ledger
from tests.bench.station import add_settled

SAVES = 10_000
LOADED = 20_000
"""Records of the bulk load after which the saves begin: nothing of it is merged yet."""
TIMES_BARE, BEYOND_MS = 3.0, 100.0


def measure(desk: Desk, folder: Path, saves: int = SAVES) -> list[Figure]:
    """Save visits of somebody who was not here before, each followed by a bare commit of as many bytes."""
    told = Ledger(desk.made(), seed=11)
    now = wall_clock()
    load = Ledger(desk.made(), seed=12).visits(LOADED // 2, now - timedelta(days=2), now - timedelta(days=1))
    add_settled(desk.store, (record for some in load for record in some), first=1 << 40)
    with desk.store.read() as reader:
        sealed = reader.sealed(log_visit(desk, draft_of(told)).id)
    assert sealed is not None
    connection = encrypted_file(folder / "bare.db")
    commit_row(connection, (new_id("visit"), sealed.body))
    ours, bare = [], []
    for _ in range(saves):
        draft, row = draft_of(told), (new_id("visit"), sealed.body)
        ours.append(milliseconds(lambda d=draft: log_visit(desk, d)))
        bare.append(milliseconds(lambda r=row: commit_row(connection, r)))
    connection.close()
    return [
        Figure("save.p50", "ms", statistics.median(ours), statistics.median(bare), target=TIMES_BARE),
        Figure("save.max", "ms", max(ours), max(bare), beyond=BEYOND_MS),
    ]
