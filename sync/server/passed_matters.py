"""Matters that were given to units which work at desks: each is told to them as it stands, by records that they pull.

What they answer at their desks is pushed as a step of theirs and belongs to the matter; what they may see of it is the
same as on the page of units in a browser (web/matters.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sync.protocol.codec import decode
from sync.records.audit import Erasure
from sync.records.cards import Revision
from sync.records.errors import Damaged
from sync.records.kinds import is_a, new_id
from sync.records.matters import Matter, Step
from sync.records.participations import Participation
from sync.records.passed_matters import AT_DESKS, TAKERS, PassedClock, PassedMatter, PassedPerson, PassedWord
from sync.records.passed_parts import ASKS, OPEN, PassedStage, came_by, gone_to
from sync.records.passings import GIVES, Passing
from sync.records.record import Record
from sync.records.times import BEIJING
from sync.server.arrived import Arrived
from sync.server.matter_people import people_of
from sync.server.rules import Target
from sync.server.store.directory import units
from sync.server.store.erasures import erase
from sync.server.store.matters import MatterHere, PassedRow, load_matters, passed_rows, told_by, told_to
from sync.server.store.projections import add_own
from sync.server.store.records import read_many
from sync.server.store.store import Connection
from sync.server.tree import made_here


def answerable(
    conn: Connection, unit: str, arrived: Iterable[Arrived], targets: Mapping[str, Target]
) -> tuple[set[str], frozenset[str], frozenset[str], frozenset[str]]:
    """Return the matters of other units among those that steps name in which ``unit`` has something to do, those of
    them which it was only asked to mediate, the units to which it may give the others on, and the matters of which it
    was asked no more; looked up only where such a step arrived.
    """
    named = {a.record.matter for a in arrived if isinstance(a.record, Step)}
    foreign = {matter for matter in named if (target := targets.get(matter)) and target.unit != unit}
    mine = {row.matter: row.stage for row in passed_rows(conn, foreign) if row.unit == unit}
    over = frozenset(matter for matter, stage in mine.items() if stage is PassedStage.WITHDRAWN)
    open_ = {matter: stage for matter, stage in mine.items() if stage in OPEN}
    if not open_:
        return set(), frozenset(), frozenset(), over
    asked = frozenset(matter for matter, stage in open_.items() if stage in ASKS)
    takers = (u.unit for u in units(conn).values() if u.level in TAKERS and not u.closed and u.unit != unit)
    return set(open_), asked, frozenset(takers), over


def matters_in(conn: Connection, records: Iterable[Record | None], unit: str) -> set[str]:
    """Return the matters of which something among ``records`` of ``unit`` may change what others are told."""
    found: set[str] = set()
    for record in records:
        if isinstance(record, Step):
            found.add(record.matter)
        elif isinstance(record, Participation):
            found.add(record.subject)
        elif isinstance(record, Matter):
            found.add(record.id)
        elif isinstance(record, Revision):
            found.add(record.card)
        elif isinstance(record, Erasure):
            found |= told_by(conn, unit)  # a name in any of them may be what is erased
    return {name for name in found if is_a(name, "matter")}


def tell_takers(conn: Connection, matters: Collection[str], now: datetime, erased_in: Collection[str] = ()) -> None:
    """Tell the units that were given some of ``matters`` and work at desks how these stand, where they were told
    otherwise; what named people whom they may not see any more is erased at their desks, and so is all that was told
    before of the matters ``erased_in``: something of them was erased, and any of it may say that.
    """
    rows = passed_rows(conn, matters) if matters else []
    told = told_to(conn, matters) if matters else {}
    if not rows and not told:
        return
    levels = {unit.unit: unit.level for unit in units(conn).values()}
    rows = [row for row in rows if levels.get(row.unit) in AT_DESKS]
    here = load_matters(conn, {row.matter for row in rows})
    for row in rows:
        if (found := here.get(row.matter)) is not None and found.scope != row.unit:
            before = _readable(conn, told.pop((row.matter, row.unit), ()))
            _tell(conn, told_as(conn, found, row, now), before, now, erased=row.matter in erased_in)
    for (_, unit), former in told.items():  # the matter itself was erased, or was never given to this unit
        for one in _readable(conn, former):
            _forget(conn, one, unit, now)


def _tell(conn: Connection, said: PassedMatter, before: list[PassedMatter], now: datetime, *, erased: bool) -> None:
    last = before[-1] if before else None
    if last is None or replace(said, id=last.id, made=last.made, amends=last.amends) != last:
        add_own(conn, replace(said, amends=last.id) if last else said, said.unit, now)
    elif erased:
        before = before[:-1]  # as it stands it says nothing of what was erased
    else:
        return
    # One that is forgotten amends nothing any more: none that it amended may be left, which would stand again.
    gone = [place for place, one in enumerate(before, 1) if erased or not set(one.people) <= set(said.people)]
    for one in before[: gone[-1] if gone else 0]:
        _forget(conn, one, said.unit, now)


def told_as(conn: Connection, here: MatterHere, row: PassedRow, now: datetime) -> PassedMatter:
    """Return what the unit of ``row`` may see of a matter now, as its first word."""
    unit, matter = row.unit, here.matter
    mine = gone_to(here.state, unit)
    onward = [passing for passing in here.state.passings if passing.given.made.unit == unit]
    last = came_by(here.state, unit)
    takers = people_of(conn, here).takers if row.stage in OPEN else ()
    return PassedMatter(
        id=new_id("passed_matter"),
        made=made_here(conn, now.astimezone(BEIJING)),
        matter=matter.id,
        unit=unit,
        stage=row.stage.value,
        title=matter.title,
        nature=matter.nature,
        station=matter.unit,
        given_by=last.made.unit,
        given_at=last.happened_at,
        discovered_at=matter.discovered_at,
        category=matter.category,
        text=matter.text,
        place=matter.place,
        grade=matter.grade,
        external=matter.external,
        must_report=matter.must_report,
        said=tuple(word for passing in (*mine, *onward) for word in _words(passing)),
        people=tuple(PassedPerson(one.name, tuple(role.value for role in one.roles), one.phones) for one in takers),
        clocks=tuple(PassedClock(clock.kind, clock.at, clock.counted) for clock in row.clocks),
        heads=here.state.heads,
        answers=tuple(step.id for step in here.steps if step.made.unit == unit),
    )


def _words(passing: Passing) -> list[PassedWord]:
    """The step that gave the matter, what the unit said to it itself, and what was heard of that."""
    given = passing.given
    found = [PassedWord(given.id, given.kind.value, passing.unit, given.happened_at, given.text)]
    if passing.withdrawn is not None:
        back = passing.withdrawn
        found.append(PassedWord(back.id, back.kind.value, passing.unit, back.happened_at, back.text))
    for step in (*passing.own, *passing.heard):
        if step.kind not in GIVES:  # told with the unit that has it then
            own = step in passing.own
            at, unit = step.happened_at, passing.unit
            found.append(PassedWord(step.id, step.kind.value, unit, at, step.text, step.rule_cited, own))
    return found


def _readable(conn: Connection, ids: Collection[str]) -> list[PassedMatter]:
    """Return those that say something still, the oldest first."""
    found = []
    for sealed in read_many(conn, ids) if ids else ():
        try:
            record = decode(sealed)
        except Damaged:
            continue  # erased
        if isinstance(record, PassedMatter):
            found.append(record)
    return found


def _forget(conn: Connection, told: PassedMatter, unit: str, now: datetime) -> None:
    made = made_here(conn, now.astimezone(BEIJING))
    erasure = Erasure(id=new_id("erasure"), made=made, target=told.id, reason="passed_on_over")
    add_own(conn, erasure, unit, now)
    erase(conn, told.id, erasure.id, told.made.unit)
