"""The district's answers: each settles or holds the one record that it names by id and hash, and no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from desktop.store import held, later, pulling
from desktop.store.columns import to_micros
from desktop.store.projections import AMONG_IDS
from desktop.store.reader import listed
from desktop.store.store import Work
from sync.protocol.messages import Answer, State
from sync.records.times import BEIJING

if TYPE_CHECKING:
    from sync.records.audit import Erasure

_WAITING: Final = f"""
    SELECT record.id, record.hash, line, kind, district_seq FROM record
    WHERE {AMONG_IDS} AND state IN ('unsent', 'held')
"""  # noqa: S608 our own words
_SETTLED: Final = "UPDATE record SET state = 'settled', received_at = ?, district_seq = ? WHERE line = ?"
_HELD: Final = "UPDATE record SET state = 'held' WHERE line = ?"
_STANDS: Final = "INSERT INTO standing (id, hash) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET hash = excluded.hash"


def settle(work: Work, answers: Sequence[Answer]) -> Counter[State]:
    """Apply answers within ``work`` and count by state those that spoke of a record that waits here."""
    waiting = _waiting(work, [answer.id for answer in answers])
    counted: Counter[State] = Counter()
    settled: list[tuple[int, int | None, int]] = []
    refused: list[str] = []
    erasures: list[int] = []
    merged: list[Answer] = []
    for answer in answers:
        found = waiting.pop((answer.id, answer.hash), None)
        if found is None:
            continue  # made up, or said before
        line, kind, seq = found
        counted[answer.state] += 1
        work.changed(kind, "exchange")
        if answer.state is State.REFUSED:
            _hold(work, line, answer)
            refused += [answer.id] if kind == "step" else []
            continue
        other = answer.state is State.MERGED and answer.standing not in (b"", answer.hash)
        merged += [answer] if other else []
        erasures += [line] if kind == "erasure" else []
        received = to_micros(answer.received_at or datetime.now(BEIJING))
        settled.append((received, seq if other else answer.seq or None, line))
    work.many(_SETTLED, settled)
    later.answer_moved(work, refused)
    for answer in merged:
        _let_other_stand(work, answer)
    if erasures:  # a page before told of what they erase, empty, and the district did not know yet why
        held.send_erased_again(work, [cast("Erasure", value).target for _, value in work.at_lines(erasures)])
    return counted


def _waiting(work: Work, ids: list[str]) -> dict[tuple[str, bytes], tuple[int, str, int | None]]:
    """Line, kind and district's number of the records that wait among ``ids``, by id and hash."""
    return {(row[0], row[1]): row[2:] for row in work.sql(_WAITING, (listed(ids),))}


def _hold(work: Work, line: int, answer: Answer) -> None:
    work.sql(_HELD, (line,))
    held.hold(work, line, answer.reason, answer.values, answer.received_at or datetime.now(BEIJING))


def _let_other_stand(work: Work, answer: Answer) -> None:
    """Note whose bytes stand at the district: they replace ours now, or when they are pulled."""
    work.sql(_STANDS, (answer.id, answer.standing))
    pulling.let_stand(work, answer.id)
