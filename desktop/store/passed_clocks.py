"""What is open of the matters that other units passed here, written with what runs: Today reads that and nothing else.

Whether the district says that something is to be done is the last word's alone; the clocks of it wait while an answer
of this unit's own desks is on its way, and run again where the district refused that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Final, cast

from desktop.store.projections import AMONG_IDS
from desktop.store.reader import Reader, listed
from desktop.store.running import Clocks, write_open, write_running
from sync.records.matters import Step
from sync.records.open_clocks import OpenClock
from sync.records.passed_matters import PassedMatter, unanswered
from sync.records.passed_parts import OPEN

if TYPE_CHECKING:
    from desktop.store.work import Work

Told = tuple[PassedMatter, list[Step]]
"""What was told of a matter last, with the steps of this unit's own desks."""

_LINES: Final = f"SELECT id, line FROM record WHERE {AMONG_IDS}"  # noqa: S608 our own words
_REFUSED: Final = f"SELECT record.id FROM record WHERE {AMONG_IDS} AND state = 'held'"  # noqa: S608 our own words


def fold_passed(reader: Reader, matters: Collection[str]) -> None:
    """Write what is open of those of ``matters`` that were passed here; of what was told before nothing is."""
    words = cast("dict[str, list[PassedMatter]]", reader.linked_to(set(matters), "passed_matter.matter"))
    if not words:
        return
    ids = [told.id for some in words.values() for told in some]
    lines: dict[str, int] = dict(reader.sql(_LINES, (listed(ids),)).fetchall())
    clocks: Clocks = dict.fromkeys(lines.values(), ())
    last = [told for some in words.values() if (told := last_of(some)) is not None and told.stage in OPEN]
    for told, steps in with_own_steps(reader, last):
        clocks[lines[told.id]] = () if unanswered(told, steps) else _clocks(told)
    write_running(reader, clocks)
    write_open(reader, {lines[told.id]: told.given_at for told in last})


def last_of(told: Iterable[PassedMatter]) -> PassedMatter | None:
    """Return what was told last of what was told of one matter, in the order of its coming."""
    found = list(told)
    amended = {one.amends for one in found}
    return next((one for one in reversed(found) if one.id not in amended), None)


def with_own_steps(reader: Reader, told: Collection[PassedMatter]) -> list[Told]:
    """Return each with the steps of this unit's desks on its matter, but those that the district refused."""
    linked = reader.linked_to({one.matter for one in told}, "step.matter") if told else {}
    steps = cast("Mapping[str, list[Step]]", linked)
    mine = {one.id: [s for s in steps.get(one.matter, ()) if s.made.unit == one.unit] for one in told}
    ids = [step.id for some in mine.values() for step in some]
    refused = {i for (i,) in reader.sql(_REFUSED, (listed(ids),))} if ids else set()
    return [(one, [step for step in mine[one.id] if step.id not in refused]) for one in told]


def answer_moved(work: Work, ids: Iterable[str]) -> None:
    """Have the clocks written anew of what the steps among ``ids`` answer: the district refused them, or is asked once
    more.
    """
    for value in work.current(ids).values():
        if isinstance(value, Step):
            work.touch("matter", value.matter)


def _clocks(told: PassedMatter) -> tuple[OpenClock, ...]:
    """The first of each kind: it is this unit that has to answer."""
    first: dict[str, OpenClock] = {}
    for clock in told.clocks:
        before = first.get(clock.kind)
        if before is None or clock.at < before.at:
            first[clock.kind] = OpenClock(clock.kind, clock.at, told.unit, counted=clock.counted)
    return tuple(first.values())
