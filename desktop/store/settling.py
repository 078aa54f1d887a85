"""The district's answers: each settles or holds the one record that it names by id and hash, and no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from desktop.store import held, pulling
from desktop.store.store import Work
from desktop.store.tables import record, standing, with_ids
from desktop.store.unsent import go_on
from sync.protocol.messages import Answer, State
from sync.records.times import BEIJING

WAITING: Final = ("unsent", "held")
_COLUMNS = (record.c.line, record.c.kind, record.c.id, record.c.hash, record.c.district_seq, record.c.state)
_SETTLED = (
    update(record)
    .where(record.c.line == bindparam("at"))
    .values(state="settled", received_at=bindparam("received"), district_seq=bindparam("seq"))
)


def settle(work: Work, answers: Sequence[Answer]) -> Counter[State]:
    """Apply answers within ``work`` and count by state those that spoke of a record that waits here."""
    waiting = _waiting(work, [answer.id for answer in answers])
    counted: Counter[State] = Counter()
    settled: list[dict[str, Any]] = []
    merged: list[Answer] = []
    for answer in answers:
        row = waiting.get((answer.id, answer.hash))
        if row is None:
            continue  # made up, or said before
        del waiting[answer.id, answer.hash]
        counted[answer.state] += 1
        work.changed(row.kind, "exchange")
        if answer.state is State.REFUSED:
            _hold(work, row.line, answer)
            continue
        other = answer.state is State.MERGED and answer.standing not in (b"", answer.hash)
        merged += [answer] if other else []
        seq = row.district_seq if other else answer.seq or None
        settled.append({"at": row.line, "received": answer.received_at or datetime.now(BEIJING), "seq": seq})
    if settled:
        work.conn.execute(_SETTLED, settled)
    for answer in merged:
        _let_other_stand(work, answer)
    if counted:
        go_on(work)
    return counted


def _waiting(work: Work, ids: list[str]) -> dict[tuple[str, bytes], Any]:
    """The ids of a page go as one JSON text: thousands of parameters cost more than the rows."""
    found = work.conn.execute(select(*_COLUMNS).where(with_ids(ids), record.c.state.in_(WAITING))).all()
    return {(row.id, row.hash): row for row in found}


def _hold(work: Work, line: int, answer: Answer) -> None:
    work.conn.execute(update(record).where(record.c.line == line).values(state="held"))
    held.hold(work, line, answer.reason, answer.values, answer.received_at or datetime.now(BEIJING))


def _let_other_stand(work: Work, answer: Answer) -> None:
    """Note whose bytes stand at the district: they replace ours now, or when they are pulled."""
    statement = insert(standing).values(id=answer.id, hash=answer.standing)
    work.conn.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"hash": answer.standing}))
    pulling.let_stand(work, answer.id)
