"""Records that the district refused: each is held, shown with the reason, and owned by a person until it is settled.

The reason stays when a record was sent again or accepted after all: it is the record's history.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

from desktop.store import held_files
from desktop.store.columns import from_micros, to_micros
from desktop.store.later import answer_moved, title_of
from desktop.store.projections import AMONG_IDS, AT_ID
from desktop.store.reader import Reader, chunks, current, listed
from desktop.store.replaced import GIVEN_UP, PROVED, Successor, successors
from desktop.store.rows import HeldRow, HeldState
from desktop.store.units import staff_names
from desktop.store.work import Work
from sync.records.errors import Refused
from sync.records.record import Record

if TYPE_CHECKING:
    from sync.records.mediations import Signature

FIELD: Final = "field"
"""The name under which the district says which field its reason is about."""
NO_CONTENT: Final = "protocol.no_content"
"""The district's reason for an empty record of which it has no erasure."""

_HOLD = """
    INSERT INTO held(line, reason, said, refused_at) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET reason = excluded.reason, said = excluded.said, refused_at = excluded.refused_at
"""
_COLUMNS = """
    record.id, record.kind, record.body, record.readable, held.reason, held.said, held.refused_at, record.received_at
"""
_LIST = f"""
    SELECT {_COLUMNS} FROM record JOIN held ON held.line = record.line WHERE record.state = 'held'
    ORDER BY held.refused_at DESC, held.line DESC
"""  # noqa: S608 our own words
_AGAIN_ROWS = f"""
    SELECT {_COLUMNS} FROM held CROSS JOIN record ON record.line = held.line WHERE record.state = 'unsent'
    ORDER BY held.refused_at DESC, held.line DESC
"""  # noqa: S608
_SETTLED_ROWS = f"""
    SELECT {_COLUMNS} FROM held CROSS JOIN record ON record.line = held.line WHERE record.state = 'settled'
    ORDER BY held.line DESC LIMIT ?
"""  # noqa: S608
"""A cross join keeps the order of the tables: what was refused at some time is less than what may wait unsent."""
_ONE = f"SELECT {_COLUMNS} FROM record JOIN held ON held.line = record.line WHERE {AT_ID}"  # noqa: S608
_IDS = "SELECT id FROM record WHERE state = 'held'"
_AGAIN = f"UPDATE record SET state = 'unsent' WHERE {AT_ID} AND state = 'held'"  # noqa: S608
_EMPTY = f"""
    SELECT record.id FROM record JOIN held ON held.line = record.line
    WHERE {AMONG_IDS} AND record.state = 'held' AND held.reason = ?
"""  # noqa: S608 our own words
_BACK = f"UPDATE record SET state = 'held' WHERE {AT_ID} AND state = 'unsent' AND line IN (SELECT line FROM held)"  # noqa: S608
_STATE = f"SELECT record.state FROM record WHERE {AT_ID}"  # noqa: S608


def hold(work: Work, line: int, reason: str, values: Mapping[str, Any], at: datetime) -> None:
    """Keep why the district refused the record at ``line``."""
    said = json.dumps(dict(values), ensure_ascii=False, default=str)
    work.sql(_HOLD, (line, reason, said, to_micros(at)))


def list_held(reader: Reader) -> list[HeldRow]:
    """Return all held records, the one refused last first, then the files that the district will not have.

    One whose place was taken is left out once the district has the other one, or refused it too.
    """
    found = _rows(reader, reader.sql(_LIST).fetchall(), HeldState.REFUSED)
    taken = successors(reader, [row.id for row in found])
    open_rows = [_with(row, taken.get(row.id)) for row in found if row.id not in taken or not taken[row.id].took]
    return [*open_rows, *held_files.rows(reader)]


def count_held(reader: Reader) -> int:
    """Return how many `list_held` has."""
    ids = [row[0] for row in reader.sql(_IDS)]
    taken = successors(reader, ids) if ids else {}
    return len(ids) - sum(one.took for one in taken.values()) + len(held_files.rows(reader))


def list_again(reader: Reader) -> list[HeldRow]:
    """Return what was refused once and waits to be sent again."""
    return _rows(reader, reader.sql(_AGAIN_ROWS).fetchall(), HeldState.AGAIN)


def list_closed(reader: Reader, limit: int) -> list[HeldRow]:
    """Return at most ``limit`` records that were held and are settled now, or replaced; the one refused last first."""
    settled = _rows(reader, reader.sql(_SETTLED_ROWS, (limit,)).fetchall(), HeldState.ACCEPTED)
    held = _rows(reader, reader.sql(_LIST).fetchall(), HeldState.REFUSED)
    taken = successors(reader, [row.id for row in held])
    replaced = [_with(row, taken[row.id]) for row in held if row.id in taken and taken[row.id].took]
    return sorted([*settled, *replaced], key=lambda row: row.refused_at, reverse=True)[:limit]


def held_row(reader: Reader, record_id: str) -> HeldRow:
    """Return how one record that was refused at some time stands now. Refused("held.not_held") where none was."""
    found = reader.sql(_ONE, (record_id,)).fetchall()
    state = reader.sql(_STATE, (record_id,)).fetchone()
    file = next((row for row in held_files.rows(reader) if row.id == record_id), None)
    if file is not None:
        return file
    if not found or state is None:
        raise Refused("held.not_held")
    now = {"unsent": HeldState.AGAIN, PROVED: HeldState.ACCEPTED}.get(state[0], HeldState.REFUSED)
    (row,) = _rows(reader, found, now)
    return _with(row, successors(reader, [record_id]).get(record_id)) if now is HeldState.REFUSED else row


def send_again(work: Work, record_id: str) -> None:
    """Put a held record among the unsent: the person has had its cause removed. Refused("store.not_held")."""
    changed = work.sql(_AGAIN, (record_id,))
    if not changed.rowcount and not held_files.send_again(work, record_id):
        raise Refused("store.not_held")
    answer_moved(work, [record_id])
    work.changed("exchange")


def send_erased_again(work: Work, ids: Iterable[str]) -> None:
    """Put those of ``ids`` among the unsent that are held because the district had no erasure of them: now it has."""
    for some in chunks(set(ids)):
        found = [row[0] for row in work.sql(_EMPTY, (listed(some), NO_CONTENT))]
        for record_id in found:
            work.sql(_AGAIN, (record_id,))
        answer_moved(work, found)


def hold_back(work: Work, record_id: str) -> None:
    """Hold a refused record again that was to be sent again, with the reason that it had. Refused("held.not_held")."""
    if not work.sql(_BACK, (record_id,)).rowcount:
        raise Refused("held.not_held")
    answer_moved(work, [record_id])
    work.changed("exchange")


def _rows(reader: Reader, found: Iterable[Any], state: HeldState) -> list[HeldRow]:
    rows = list(found)
    clerks = staff_names(reader) if rows else {}
    return [_row(reader, row, state, clerks) for row in rows]


def _row(reader: Reader, row: Any, state: HeldState, clerks: Mapping[str, str]) -> HeldRow:
    record_id, kind, body, readable, reason, said, refused_at, received_at = row
    value: Record | None = current(kind, body, None) if readable and body else None
    values = json.loads(said)
    return HeldRow(
        id=record_id,
        kind=kind,
        title=_called(reader, kind, value) if value else "",
        reason=reason,
        values=values,
        refused_at=from_micros(refused_at),
        staff_name=clerks.get(value.made.by, "") if value else "",
        state=state,
        field=str(values.get(FIELD, "")),
        made_at=value.made.at if value else None,
        settled_at=from_micros(received_at) if state is HeldState.ACCEPTED and received_at else None,
    )


_ABOUT: Final = ("card", "party", "matter", "order", "mediation", "subject", "paper")


def _called(reader: Reader, kind: str, value: Record) -> str:
    """What the record is called; what has no name of its own is called by what it is about."""
    own = cast("Signature", value).name if kind == "signature" else title_of(value)
    named = next((str(found) for name in _ABOUT if (found := getattr(value, name, None))), "")
    if own or not named:
        return own
    about = reader.current([named]).get(named)
    return title_of(about) if about is not None else ""


def _with(row: HeldRow, successor: Successor | None) -> HeldRow:
    if successor is None:
        return row
    void = successor.what == GIVEN_UP
    if successor.took:
        state = HeldState.VOID if void else HeldState.REPLACED
    else:
        state = HeldState.GIVEN_UP if void else HeldState.MENDED
    return replace(row, state=state, successor=successor.id)
