"""Matters as the district folds them, by the functions of a station; and the units that a matter was given to.

Only what was passed on is folded when it changes, with all matters of a page at once: what stays at its station costs
the line that names it. Whoever asks for one matter gets it folded then.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, exists, func, select

from sync.records.kinds import KINDS, is_a
from sync.records.matter_state import MatterState, fold_matter
from sync.records.matters import Matter, Nature, Step, StepKind
from sync.records.open_clocks import EXTERNAL, OpenClock, matter_clocks
from sync.records.participations import Participation
from sync.records.passed_matters import PassedMatter
from sync.records.passed_parts import ASKS, OPEN, PassedStage, came_by, part_of, passed_units
from sync.records.passings import GIVES
from sync.server.store.bulk import among
from sync.server.store.cards import folded_cards
from sync.server.store.directory import clean
from sync.server.store.orders import storable
from sync.server.store.records import decoded
from sync.server.store.schema import card_edit, matter_fact, passed, record, to_moment, to_number

PART: Final = "participation"
TOLD: Final = "passed_matter"
"""What a unit at its desks was told of a matter: listed with the matter's facts, no part of its fold."""
_PREFIX: Final = KINDS["matter"].prefix
_AT_ONCE: Final = 1000
_GIVING: Final = sorted(kind.value for kind in (*GIVES, StepKind.MEDIATION_ASKED))
"""What makes another unit see a matter: it is given it, or asked to mediate."""

Fact = Step | Participation | PassedMatter


@dataclass(frozen=True, slots=True)
class MatterHere:
    """A matter as it stands at the district: its card with every edit, its steps, their fold, and who pulls it."""

    matter: Matter
    steps: tuple[Step, ...]
    state: MatterState
    scope: str


@dataclass(frozen=True, slots=True)
class PassedRow:
    """How a matter stands at a unit that it was given to at ``at``, and the clocks that run for that unit."""

    matter: str
    unit: str
    stage: PassedStage
    at: datetime
    clocks: tuple[OpenClock, ...]


def put_facts(conn: Connection, facts: Iterable[tuple[Fact, int, str]]) -> set[str]:
    """List steps, and who takes part in a matter (with number and scope); returns the matters that steps are of."""
    rows, touched = [], set[str]()
    for fact, seq, scope in facts:
        of = fact.subject if isinstance(fact, Participation) else fact.matter
        if isinstance(fact, Participation) and not of.startswith(f"{_PREFIX}_"):
            continue
        kind = fact.kind.value if isinstance(fact, Step) else PART if isinstance(fact, Participation) else TOLD
        row = {"record": fact.id, "matter": clean(of)[:64], "kind": kind, "scope": scope, "seq": seq}
        rows.append(row)
        if isinstance(fact, Step):
            touched.add(str(row["matter"]))
    if rows:
        conn.execute(matter_fact.insert(), rows)
    return touched


def refold_matters(conn: Connection, matters: Collection[str]) -> None:
    """Fold those of ``matters`` that were ever passed on, and write how they stand at the units they were given to."""
    if not matters:
        return
    given = (among(conn, matter_fact.c.matter, matters), matter_fact.c.kind.in_(_GIVING))
    some = set(conn.execute(select(matter_fact.c.matter).where(*given).distinct()).scalars())
    if not some:
        return
    conn.execute(passed.delete().where(among(conn, passed.c.matter, some)))
    rows = [row for here in load_matters(conn, some).values() for row in _rows(here)]
    if rows:
        conn.execute(passed.insert(), rows)


def _rows(here: MatterHere) -> list[dict[str, object]]:
    """An accusation is seen by nobody on a page: it has no rows (信访工作条例 30)."""
    if here.matter.nature is Nature.ACCUSATION:
        return []
    running = matter_clocks(here.matter, here.steps, here.state)
    found = []
    for unit in sorted(passed_units(here.state)):
        stage = part_of(here.state, unit)
        given = came_by(here.state, unit).happened_at
        theirs = stage not in ASKS  # who mediates answers for nothing that another system set
        clocks = [c for c in running if c.unit == unit or (theirs and c.kind == EXTERNAL)] if stage in OPEN else []
        told = json.dumps([[c.kind, to_number(storable(c.at)), c.counted] for c in clocks])
        row = {"matter": here.matter.id, "unit": clean(unit)[:64], "stage": str(stage), "at": storable(given)}
        found.append({**row, "clocks": told})
    return found


def load_matters(conn: Connection, ids: Collection[str]) -> dict[str, MatterHere]:
    """Return those of ``ids`` that are matters here, folded; a step of another unit's station counts for nothing."""
    found = {card.id: card for card in folded_cards(conn, ids) if isinstance(card.value, Matter)}
    if not found:
        return {}
    of = among(conn, matter_fact.c.matter, found)
    query = select(matter_fact).where(of, matter_fact.c.kind.not_in((PART, TOLD)))
    mine = [row.record for row in conn.execute(query) if row.scope == found[row.matter].unit]
    steps: dict[str, list[Step]] = {}
    for step in decoded(conn, mine):
        if isinstance(step, Step):
            steps.setdefault(step.matter, []).append(step)
    out = {}
    for name, card in found.items():
        assert isinstance(card.value, Matter)  # noqa: S101 - filtered above
        told = tuple(steps.get(name, ()))
        out[name] = MatterHere(card.value, told, fold_matter(told, storable(card.value.discovered_at)), card.unit)
    return out


def load_matter(conn: Connection, matter: str) -> MatterHere | None:
    """Return one matter, folded; None where it is not here or was erased."""
    return load_matters(conn, [matter]).get(matter)


def parts_in(conn: Connection, here: MatterHere) -> list[Participation]:
    """Return who was ever said to take part in a matter: what amends or withdraws what is the reader's affair."""
    of = (matter_fact.c.matter == here.matter.id, matter_fact.c.kind == PART, matter_fact.c.scope == here.scope)
    ids = conn.execute(select(matter_fact.c.record).where(*of)).scalars().all()
    return [part for part in decoded(conn, ids) if isinstance(part, Participation)]


def open_at(conn: Connection, unit: str) -> list[PassedRow]:
    """Return the matters in which ``unit`` has something to do, the longest given first."""
    query = select(passed).where(passed.c.unit == unit, passed.c.stage.in_(sorted(OPEN))).order_by(passed.c.at)
    return [_row(row) for row in conn.execute(query)]


def ended_at(conn: Connection, unit: str, start: int, limit: int) -> list[PassedRow]:
    """Return the other matters that were given to ``unit``, the newest first, from place ``start`` on."""
    query = select(passed).where(passed.c.unit == unit, passed.c.stage.not_in(sorted(OPEN)))
    query = query.order_by(passed.c.at.desc(), passed.c.matter)
    return [_row(row) for row in conn.execute(query.offset(start).limit(limit))]


def count_ended(conn: Connection, unit: str) -> int:
    """Return how many `ended_at` has in all."""
    query = select(func.count()).select_from(passed).where(passed.c.unit == unit, passed.c.stage.not_in(sorted(OPEN)))
    return conn.execute(query).scalar_one()


def passed_row(conn: Connection, matter: str, unit: str) -> PassedRow | None:
    """Return how a matter stands at a unit; None where it was never given to it."""
    row = conn.execute(select(passed).where(passed.c.matter == matter, passed.c.unit == unit)).first()
    return _row(row) if row else None


def passed_rows(conn: Connection, matters: Collection[str]) -> list[PassedRow]:
    """Return how those of ``matters`` that were ever passed on stand at each unit."""
    if not matters:
        return []
    query = select(passed).where(among(conn, passed.c.matter, matters)).order_by(passed.c.matter, passed.c.unit)
    return [_row(row) for row in conn.execute(query)]


def passed_after(conn: Connection, matter: str, limit: int) -> list[str]:
    """Return the next matters after ``matter``, by their ids, that were ever passed on."""
    query = select(passed.c.matter).where(passed.c.matter > matter).distinct().order_by(passed.c.matter).limit(limit)
    return list(conn.execute(query).scalars())


def told_by(conn: Connection, unit: str) -> set[str]:
    """Return the matters of ``unit`` of which another unit was told at its desks, while that has something to do."""
    own = matter_fact.alias()
    mine = exists().where(own.c.matter == matter_fact.c.matter, own.c.scope == unit, own.c.kind.in_(_GIVING))
    open_ = exists().where(passed.c.matter == matter_fact.c.matter, passed.c.stage.in_(sorted(OPEN)))
    query = select(matter_fact.c.matter).where(matter_fact.c.kind == TOLD, mine, open_)
    return set(conn.execute(query.distinct()).scalars())


def told_to(conn: Connection, matters: Collection[str]) -> dict[tuple[str, str], list[str]]:
    """Return what units at their desks were told of ``matters``: the ids by matter and unit, the oldest first."""
    query = select(matter_fact).where(among(conn, matter_fact.c.matter, matters), matter_fact.c.kind == TOLD)
    found: dict[tuple[str, str], list[str]] = {}
    for row in conn.execute(query.order_by(matter_fact.c.seq)):
        found.setdefault((row.matter, row.scope), []).append(row.record)
    return found


def _row(row: Row[Any]) -> PassedRow:
    told = tuple(OpenClock(kind, to_moment(at), row.unit, counted) for kind, at, counted in json.loads(row.clocks))
    return PassedRow(row.matter, row.unit, PassedStage(row.stage), row.at, told)


def matters_behind(conn: Connection, records: Collection[str]) -> set[str]:
    """Return the matters that some of ``records`` are, or are steps, participations or edits of."""
    if not records:
        return set()
    facts = select(matter_fact.c.matter).where(among(conn, matter_fact.c.record, records))
    edits = select(card_edit.c.card).where(among(conn, card_edit.c.record, records))
    named = {*records, *conn.execute(facts.union(edits)).scalars()}
    return {name for name in named if is_a(name, "matter")}


def forget_fact(conn: Connection, target: str) -> set[str]:
    """Take an erased matter, edit, step or participation out of the lists; returns the matters that were folded anew,
    with ``target``, which may be one.
    """
    counts = (matter_fact.c.record == target, matter_fact.c.kind != TOLD)
    touched = set(conn.execute(select(matter_fact.c.matter).where(*counts)).scalars())
    conn.execute(matter_fact.delete().where(matter_fact.c.record == target))
    conn.execute(passed.delete().where(passed.c.matter.in_([target, *touched])))
    refold_matters(conn, touched)
    return {target, *touched}


def list_facts(conn: Connection) -> None:
    """List the facts of matters of a store that older programs wrote, and fold what was passed on."""
    last = 0
    while True:
        query = select(record.c.id, record.c.seq, record.c.scope).where(
            record.c.seq > last, record.c.kind.in_(("step", PART)), record.c.readable
        )
        names = {row.id: row for row in conn.execute(query.order_by(record.c.seq).limit(_AT_ONCE))}
        if not names:
            break
        facts = [(f, names[f.id].seq, names[f.id].scope) for f in decoded(conn, list(names)) if isinstance(f, Fact)]
        put_facts(conn, facts)
        last = max(row.seq for row in names.values())
    given = matter_fact.c.kind.in_(_GIVING)
    some = conn.execute(select(matter_fact.c.matter).where(given).distinct()).scalars().all()
    for start in range(0, len(some), _AT_ONCE):
        refold_matters(conn, some[start : start + _AT_ONCE])
