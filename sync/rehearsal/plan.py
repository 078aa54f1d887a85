"""A rehearsal's plan: everything that chance decides, drawn from the seed before anything runs.

The same seed gives the same acts of the same desks on the same days, and the same strikes; ids, salts and the order
in which two desks reach the district are the machines' own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Any, Final

from sync.records.times import BEIJING
from sync.rehearsal.nemesis import MOMENTS, ON_A_MACHINE, ON_A_STORE, ON_THE_LINE, VERBS, Fault, Nemesis

NAMES: Final = ("黎平桂", "夏健思", "张伟", "王秀英", "陈志强", "欧阳雪", "古丽娜尔", "李文博")
ALWAYS: Final = ("visit", "person")
SOMETIMES: Final = (
    ("visit", 0.8),
    ("visit", 0.5),
    ("person", 0.5),
    ("matter", 0.35),
    ("matter_edit", 0.35),
    ("step", 0.4),
    ("mediation", 0.12),
    ("mediation_edit", 0.2),
    ("order", 0.15),
    ("reply", 0.3),
    ("attachment", 0.25),
    ("erasure", 0.12),
)
"""What may happen at a desk on one day, and how often."""

STRUCK: Final = 0.6
"""The share of day ends that something meets on the line."""
HEAVY_EVERY: Final = 50
"""A process is killed, or its disk full, about once in so many day ends of each sort."""
STORE_EVERY: Final = 150
"""A store is restored, copied, or its device revoked about once in so many desk days of each sort."""
TWO_DESKS_EVERY: Final = 3
CLOCK_EVERY: Final = 12
STICK_EVERY: Final = 60
"""A desk's records go by a stick, and a malicious station reaches for them, about once in so many desk days."""
EARLIER_EVERY: Final = 8
"""One desk of so many begins with version 0.1.0 and is renewed in the middle of the rehearsal."""
A_YEAR: Final = timedelta(days=365)


class Manner(StrEnum):
    """What happens to a stick: it is read and its answer too, read after the same records came over the line, read
    twice at both ends, its answer never comes back, or it arrives damaged before it is brought once more."""

    PLAIN = "plain"
    LATE = "late"
    TWICE = "twice"
    UNREAD = "unread"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class DeskPlan:
    """A desk: the unit that it works for, and its number there."""

    name: str
    unit: str
    issues: bool
    second: bool = False


@dataclass(slots=True)
class Slot:
    """One desk's day: what its people do, what strikes, by how much its clock is wrong."""

    acts: list[dict[str, Any]]
    faults: list[Fault] = field(default_factory=list)
    store: Nemesis | None = None
    clock_off: timedelta = timedelta(0)
    full_at_work: bool = False
    stick: Manner | None = None
    earlier: bool = False
    reached_for: bool = False


@dataclass(slots=True)
class Plan:
    """``slots`` by day (from 0) and desk."""

    seed: int
    days: int
    stations: int
    nemeses: frozenset[Nemesis]
    desks: list[DeskPlan]
    slots: dict[tuple[int, str], Slot]
    first_day: datetime

    def at(self, day: int, clock_off: timedelta) -> str:
        """What a desk's clock says at work on ``day``."""
        return (self.first_day + timedelta(days=day) + clock_off).isoformat()


def draw(seed: int, stations: int, days: int, nemeses: Collection[Nemesis]) -> Plan:
    """Draw the plan of a rehearsal."""
    desks = _desks(stations, Nemesis.TWO_DESKS in nemeses)
    slots = {
        (day, desk.name): Slot(_acts(Random(f"{seed} {day} {desk.name}"), day, desk))  # noqa: S311
        for day in range(days)
        for desk in desks
    }
    last = datetime.now(BEIJING).replace(hour=9, minute=0, second=0, microsecond=0)
    plan = Plan(seed, days, stations, frozenset(nemeses), desks, slots, last - timedelta(days=days))
    _deal(plan, Random(f"{seed} strikes"))  # noqa: S311 - chance of a seed, no secret
    return plan


def _desks(stations: int, two: bool) -> list[DeskPlan]:
    found = []
    for place in range(stations):
        unit = f"演练社区{place + 1:02d}"
        found.append(DeskPlan(f"d{place + 1:02d}a", unit, issues=place % 2 == 0))
        if two and place % TWO_DESKS_EVERY == 0:
            found.append(DeskPlan(f"d{place + 1:02d}b", unit, issues=False, second=True))
    return found


def _acts(chance: Random, day: int, desk: DeskPlan) -> list[dict[str, Any]]:
    kinds = [*ALWAYS, *(kind for kind, share in SOMETIMES if chance.random() < share)]
    return [
        {
            "act": kind,
            "mark": f"{desk.name}-{day:03d}-{place:02d}",
            "name": chance.choice(NAMES),
            # What everyone edits every day are the first few cards: there two desks meet.
            "pick": chance.random() * 0.05 if kind == "person" and place == 1 else chance.random(),
            "choice": chance.randrange(60),
        }
        for place, kind in enumerate(kinds)
    ]


def _deal(plan: Plan, chance: Random) -> None:
    """Deal each nemesis its strikes over the days, none of them twice before all of them once."""
    places = list(plan.slots)
    chance.shuffle(places)
    line = [n for n in ON_THE_LINE if n in plan.nemeses]
    for turn, place in enumerate(
        places[: max(round(len(places) * STRUCK), min(len(places), len(line)))] if line else []
    ):
        plan.slots[place].faults.append(_fault(line[turn % len(line)], chance))
    if line and len(places) < len(line):  # a short rehearsal: several strikes meet one day
        for turn, nemesis in enumerate(line[len(places) :]):
            plan.slots[places[turn % len(places)]].faults.append(_fault(nemesis, chance))
    for heavy in (n for n in ON_A_MACHINE if n in plan.nemeses):
        for _ in range(max(1, len(places) // HEAVY_EVERY)):
            plan.slots[chance.choice(places)].faults.append(_fault(heavy, chance))
    if Nemesis.STATION_FULL in plan.nemeses:
        for _ in range(max(1, len(places) // HEAVY_EVERY)):
            plan.slots[chance.choice(places)].full_at_work = True
    if Nemesis.CLOCK in plan.nemeses:
        for place in chance.sample(places, max(1, len(places) // CLOCK_EVERY)):
            plan.slots[place].clock_off = chance.choice((A_YEAR, -A_YEAR))
    _deal_stores(plan, chance)
    _deal_ways(plan)


def _fault(nemesis: Nemesis, chance: Random) -> Fault:
    moments = MOMENTS.get(nemesis)
    fault = Fault(nemesis, chance.choice(VERBS[nemesis]), share=chance.random())
    return fault if moments is None else Fault(nemesis, fault.verb, chance.choice(moments), fault.share)


def _deal_stores(plan: Plan, chance: Random) -> None:
    """A store changes only after days of work, and no two such things on one day of one desk."""
    wanted = [n for n in ON_A_STORE if n in plan.nemeses]
    free = [place for place in plan.slots if place[0] >= min(2, plan.days - 1)]
    chance.shuffle(free)
    for nemesis in wanted:
        for _ in range(max(1, len(plan.slots) // STORE_EVERY)):
            if free:
                plan.slots[free.pop()].store = nemesis


def _deal_ways(plan: Plan) -> None:
    """Each manner of a stick in turn, desks that begin with an earlier version, and whom a malicious station visits."""
    chance = Random(f"{plan.seed} ways")  # noqa: S311 - chance of a seed, no secret
    places = list(plan.slots)
    if Nemesis.STICK in plan.nemeses:
        often = min(len(places), max(len(Manner), len(places) // STICK_EVERY))
        for turn, place in enumerate(chance.sample(places, often)):
            plan.slots[place].stick = tuple(Manner)[turn % len(Manner)]
    if Nemesis.EARLIER in plan.nemeses:
        for desk in chance.sample(plan.desks, max(1, len(plan.desks) // EARLIER_EVERY)):
            for day in range(max(1, plan.days // 2)):
                plan.slots[day, desk.name].earlier = True
    if Nemesis.MALICIOUS in plan.nemeses:
        for place in chance.sample(places, max(1, len(places) // STICK_EVERY)):
            plan.slots[place].reached_for = True
