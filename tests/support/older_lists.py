"""Lists of matters as a program wrote them that did not know what a dissatisfied resident means (不满意返工)."""

from __future__ import annotations

from desktop.store.refolding import UPTO
from desktop.store.store import Store
from sync.records.matters import StepKind
from tests.support.desk_store import Desk


def closed_then_dissatisfied(desk: Desk, *, satisfied: bool = False) -> str:
    """A matter that was closed before the resident said what they think of it; returns its id."""
    matter = desk.matter()
    resolved = desk.step(matter.id, StepKind.RESOLVED, text="已付清")
    closed = desk.step(matter.id, StepKind.CLOSED, seen=(resolved.id,))
    said = desk.step(matter.id, StepKind.FED_BACK, seen=(closed.id,), satisfied=satisfied)
    desk.keep(matter, resolved, closed, said)
    return matter.id


def as_an_older_program_listed_it(store: Store, *matters: str) -> None:
    """Leave ``matters`` listed as closed, without a clock that runs, and the store as one that nobody put right."""
    with store.write() as work:
        for matter in matters:
            (line,) = work.sql("SELECT line FROM record WHERE id = ?", (matter,)).fetchone()
            work.sql("UPDATE matter SET state = 'closed', last_step = 'closed' WHERE line = ?", (line,))
            work.sql("DELETE FROM running WHERE line = ?", (line,))
        work.set_meta(UPTO, None)


def listed_state(store: Store, matter: str) -> str:
    """What the list says of a matter."""
    asked = "SELECT matter.state FROM matter JOIN record ON record.line = matter.line WHERE record.id = ?"
    with store.read() as reader:
        (state,) = reader.sql(asked, (matter,)).fetchone()
    return str(state)
