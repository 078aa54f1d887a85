"""One visit logged by its verb, durable, against one bare SQLCipher row commit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desktop.actions.desk import Desk
from desktop.actions.visits import log_visit
from desktop.forms.questions import fresh
from desktop.forms.visits import VISIT_FORM
from sync.records.kinds import new_id
from tests.bench.bare import commit_row, encrypted_file
from tests.bench.figures import Figure, alternating
from tests.bench.ledger import Ledger

TIMES = 200
NAME = "one visit logged, durable"


def measure(desk: Desk, folder: Path) -> list[Figure]:
    """Log visits of somebody who was not here before; the bare row holds as many bytes as a visit's record."""
    told = Ledger(desk.made(), seed=7)
    drafts = iter([draft_of(told) for _ in range(TIMES + 5)])
    with desk.store.read() as reader:
        sealed = reader.sealed(log_visit(desk, next(drafts)).id)
    assert sealed is not None
    connection = encrypted_file(folder / "row.db")
    for _ in range(4):
        log_visit(desk, next(drafts))
        commit_row(connection, (new_id("visit"), sealed.body))
    ours, bare = alternating(
        TIMES,
        lambda: log_visit(desk, next(drafts)),
        lambda: commit_row(connection, (new_id("visit"), sealed.body)),
    )
    connection.close()
    return [Figure(NAME, "ms", ours, bare)]


def draft_of(told: Ledger) -> dict[str, Any]:
    """A visit as a clerk types it: somebody new, without a document."""
    values = {
        "name": told.name(),
        "phone": told.phone(),
        "document": {"answer": "not_shown", "type": "", "number": "", "doubt": ""},
        "category": "neighbours",
        "text": told.text(),
    }
    return fresh(VISIT_FORM, "visit", values)
