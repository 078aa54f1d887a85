"""What is open: 100,000 deadlines beside a bare loop over the same rows, and Today beside Today with 100 of them.

Matters wait beside them, a tenth as many, each for two moments.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from desktop.actions.clock import believed_now
from desktop.actions.counting import Counting
from desktop.actions.desk import Desk, wall_clock
from desktop.actions.open_items import all_open
from desktop.keys import KeyRing
from desktop.store.columns import from_micros
from desktop.store.store import Reader
from desktop.ui.stories.day import read_day
from desktop.ui.stories.dues import read_dues
from resources import wording
from sync.records.kinds import UNIT_PREFIX, new_id, new_identity
from sync.records.matters import Matter, Nature
from sync.records.mediations import Mediation
from sync.records.orders import DispatchOrder, OrderLimits
from sync.records.record import Made, Record
from sync.records.visits import Category
from tests.bench.figures import Figure, alternating, median_of
from tests.bench.station import add_settled, desk_at
from tests.support.window_desk import enrolled_home

MANY, FEW = 100_000, 100
TIMES = 15
DEPARTMENTS: Final = tuple(new_identity(UNIT_PREFIX) for _ in range(12))
CATEGORIES: Final = (Category.NEIGHBOURS, Category.LABOUR, Category.MEDICAL)


def measure(folder: Path, many: int = MANY, few: int = FEW) -> list[Figure]:
    """Fill two stores and measure in turns."""
    homes = [enrolled_home(folder / name, KeyRing()) for name in ("many", "few")]
    stores = [home.store() for home in homes]
    full, small = (desk_at(home, store) for home, store in zip(homes, stores, strict=True))
    tomorrow = [replace(desk, now=lambda: wall_clock() + timedelta(days=1)) for desk in (full, small)]
    try:
        for desk, clocks in ((full, many), (small, few)):
            add_settled(desk.store, records(desk, clocks))
            assert len(all_open(desk).items) >= clocks
        counted, bare = alternating(TIMES, lambda: ends(full), lambda: loop(full))
        listed = median_of(3, lambda: all_open(full))
        words = wording("zh")

        def today(desk: Desk) -> None:
            read_day(desk)
            read_dues(desk, words)

        for desk in tomorrow:  # what was written in the filling is yesterday's
            today(desk)
        shown, short = alternating(3 * TIMES, lambda: today(tomorrow[0]), lambda: today(tomorrow[1]))
    finally:
        for store in stores:
            store.close()
    return [
        Figure("deadlines.open", "ms", counted, bare, target=2.0, most=1000),
        Figure("deadlines.open.listed", "ms", listed, bare),
        Figure("today.open", "ms", shown, short, target=1.3),
    ]


def ends(desk: Desk) -> int:
    """Every clock's end, in their order."""
    with desk.store.read() as reader:
        return len(Counting(reader, believed_now(reader, desk.now())).all())


def loop(desk: Desk) -> list[tuple[datetime, int, str, str]]:
    """The least that is to be done with the same rows: read them, add a length to each, put them in order."""
    month = timedelta(days=30)
    with desk.store.read() as reader:
        rows = _rows(reader)
    return sorted((from_micros(at) + month, line, clock, unit) for line, clock, unit, at in rows)


def _rows(reader: Reader) -> list[tuple[int, str, str, int]]:
    found: list[tuple[int, str, str, int]] = reader.sql(
        "SELECT line, clock, unit, at FROM running WHERE counted < 4"
    ).fetchall()
    return found


def records(desk: Desk, clocks: int) -> Iterator[Record]:
    """Yield orders of one department, which run twice, and mediations: half of the clocks each, of 100 days."""
    made, now = desk.made(), desk.now()
    matters = [written(desk, category) for category in CATEGORIES]
    yield from matters
    for at in range(clocks // 10):
        since = now - timedelta(minutes=at * 144_000 // (clocks // 10) + 1)
        yield replace(matters[at % 3], id=aged("matter", since), discovered_at=since)
    for at in range(clocks // 4):
        start = now - timedelta(minutes=at * 144_000 // (clocks // 4) + 1)
        yield order(made, matters[at % 3].id, start, at)
        for more in range(2):
            yield Mediation(
                id=aged("mediation", start),
                made=made,
                matter=matters[(at + more) % 3].id,
                unit=made.unit,
                started_at=start - timedelta(seconds=more),
            )


def written(desk: Desk, category: Category = Category.OTHER) -> Matter:
    """A dispute of long ago, written down now."""
    return Matter(
        id=new_id("matter"),
        made=desk.made(),
        title=f"{category.value}纠纷",
        unit=desk.session.unit,
        nature=Nature.DISPUTE,
        category=category,
        discovered_at=desk.now() - timedelta(days=101),
    )


def order(made: Made, matter: str, start: datetime, at: int) -> DispatchOrder:
    """One order, issued at ``start``."""
    limits = OrderLimits(
        report_minutes=60,
        leader_rank="科级正职",
        resolve_hours=72,
        report_by=start + timedelta(minutes=60),
        resolve_by=start + timedelta(hours=72),
    )
    return DispatchOrder(
        id=aged("dispatch_order", start),
        made=made,
        number=f"(2026)凤凰发令第{at}号",
        matter=matter,
        issuing_unit=made.unit,
        issuer=made.by,
        issuer_name="书记",
        authority="授权",
        departments=(DEPARTMENTS[at % len(DEPARTMENTS)],),
        subject="楼上漏水",
        text="请到场处理。",
        issued_at=start,
        limits=limits,
    )


def aged(kind: str, at: datetime) -> str:
    """An id of ``kind`` as if it had been made then: what was written long ago is not today's."""
    made = new_id(kind)
    return f"{made[:4]}{int(at.timestamp() * 1000):012x}{made[16:]}"


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        for figure in measure(Path(place)):
            print(figure.row())
