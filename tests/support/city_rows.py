"""A part of a city as rows of the store, made in a process of its own, and written by the statements below.

What a desk writes record by record is written here table by table; a test rebuilds a small city: nothing differs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from desktop.store.columns import to_micros
from desktop.store.projections import links_of
from desktop.store.running import row_of
from desktop.store.terms import terms_of
from sync.records.canonical import Sealed, canonical, record_hash
from sync.records.folds import effective_on, fold_matter, fold_order
from sync.records.kinds import kind_of_value
from sync.records.matters import Matter, Step
from sync.records.mediations import Agreement, Mediation, Signature
from sync.records.open_clocks import OpenClock, matter_clocks, mediation_clocks, order_clocks
from sync.records.orders import DispatchOrder, OrderReply
from sync.records.persons import Person
from sync.records.record import Record
from sync.records.visits import Visit
from sync.records.waiting_moments import moment_clocks
from tests.support.city_records import City

WRITE: Final = {
    "record": "INSERT INTO record VALUES (?, ?, ?, 'settled', 'district', 1, ?, ?, ?, ?, ?, NULL, NULL)",
    "link": "INSERT INTO link(tail, head, via, line) VALUES (?, ?, ?, ?)",
    "person": "INSERT INTO person(line) VALUES (?)",
    "visit": "INSERT INTO visit(line, happened_at) VALUES (?, ?)",
    "matter": "INSERT INTO matter VALUES (?, ?, ?, ?, ?)",
    "dispatch_order": "INSERT INTO dispatch_order VALUES (?, 0, ?, ?, ?, ?, ?)",
    "mediation": "INSERT INTO mediation VALUES (?, ?, ?)",
    "agreement": "INSERT INTO agreement VALUES (?, ?, ?)",
    "running": "INSERT OR REPLACE INTO running(line, clock, unit, at, counted) VALUES (?, ?, ?, ?, ?)",
    "search": "INSERT INTO search(rowid, words) VALUES (?, ?)",
}
"""In this order: rows name records."""

Rows = dict[str, list[tuple[Any, ...]]]


@dataclass
class _Made:
    """Rows of one part; lines count from 1, to be moved behind what is there."""

    rows: Rows = field(default_factory=lambda: {name: [] for name in WRITE})
    later: dict[str, list[Any]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    matters: dict[str, Matter] = field(default_factory=dict)

    def runs(self, line: int, clocks: Iterable[OpenClock]) -> None:
        """Keep what runs of the record at ``line``."""
        self.rows["running"] += [row_of(line, clock) for clock in clocks]


def rows_of(city: City, number: int) -> tuple[int, Rows]:
    """Return how many records part ``number`` has, and its rows; the first column but of `link` is the line."""
    made = _Made()
    values = list(city.part(number))
    for line, value in enumerate(values, 1):
        _record(made, line, value)
    for value in values:
        _folded(made, value)
    return len(values), made.rows


def _record(made: _Made, line: int, value: Record) -> None:
    kind, body = kind_of_value(value).name, canonical(value)
    # The salt is drawn from the content, so that a city is the same on every machine.
    salt = hashlib.blake2b(body, digest_size=16).digest()
    sealed = Sealed(kind, value.id, record_hash(kind, value.id, salt, body), salt, body)
    at = to_micros(value.made.at)
    made.rows["record"].append((line, sealed.id, sealed.kind, line, at, sealed.hash, sealed.salt, sealed.body))
    made.rows["link"] += [(subject, via, line) for subject, via in links_of(kind, value)]
    if terms := terms_of(value):
        made.rows["search"].append((line, " ".join(sorted(terms))))
    made.lines[value.id] = line
    match value:
        case Person():
            made.rows["person"].append((line,))
        case Visit():
            made.rows["visit"].append((line, to_micros(value.happened_at)))
        case Matter():
            made.matters[value.id] = value
        case Step():
            made.later.setdefault(value.matter, []).append(value)
        case OrderReply():
            made.later.setdefault(value.order, []).append(value)
        case Signature():
            made.later.setdefault(value.paper, []).append(value)


def _folded(made: _Made, value: Record) -> None:
    """Rows that a fold writes: all facts about a thing of this city lie in its own part."""
    line, own = made.lines[value.id], made.later.get(value.id, [])
    match value:
        case Matter():
            state = fold_matter(own, value.discovered_at)
            changed = max(to_micros(r.made.at) for r in (value, *own))
            row = (line, str(state.state), str(state.last or ""), to_micros(value.discovered_at), changed)
            made.rows["matter"].append(row)
            made.runs(line, (*matter_clocks(value, own, state), *moment_clocks(value.nature, state)))
        case DispatchOrder():
            times = [to_micros(t) for t in (value.issued_at, value.limits.report_by, value.limits.resolve_by)]
            folded = fold_order(value, own)
            made.rows["dispatch_order"].append((line, *times, str(folded.state), len(own)))
            made.runs(line, order_clocks(value, folded))
        case Mediation():
            made.rows["mediation"].append((line, to_micros(value.started_at), str(value.outcome)))
            steps = made.later.get(value.matter, [])
            made.runs(line, mediation_clocks(value, made.matters[value.matter], (), steps))
        case Agreement():
            day = effective_on(value, own)
            made.rows["agreement"].append((line, value.drawn_on.isoformat(), day.isoformat() if day else ""))


def moved(rows: Rows, by: int) -> Rows:
    """Return rows with their lines and district numbers moved behind the first ``by`` lines."""
    found: Rows = {}
    for table, some in rows.items():
        match table:
            case "record":
                found[table] = [(r[0] + by, r[1], r[2], r[3] + by, *r[4:]) for r in some]
            case "link":
                found[table] = sorted((subject[4:], subject[:4], via, line + by) for subject, via, line in some)
            case _:
                found[table] = [(r[0] + by, *r[1:]) for r in some]
    return found
