"""Fifty stations at once, a hundred visits each, beside fifty bare ones: how long the slowest few wait."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from threading import Barrier

from desktop.store.store import Store
from sync.records.papers import Series
from sync.records.times import BEIJING
from sync.records.visits import Visit
from sync.rehearsal.processes import DistrictProcess
from tests.bench.bare_station import BareStation, bare_district
from tests.bench.figures import Figure, milliseconds, quantile
from tests.bench.whole_exchange import desk, row
from tests.bench.workload import Workload
from tests.support.postgres import new_database, running

STATIONS, VISITS, ROUNDS = 50, 100, 15


def measure(folder: Path) -> list[Figure]:
    """Return the 95th percentile of how long a station waits for its receipt; the median of fifteen rounds."""
    folder.mkdir(parents=True, exist_ok=True)
    with running([]) as postgres, ExitStack() as stack:
        dsn = f"host={postgres} user=postgres dbname={new_database(postgres, 'bare')}"
        url = f"postgresql://postgres@/{new_database(postgres, 'district')}?host={postgres}"
        port = stack.enter_context(bare_district(dsn))
        district = stack.enter_context(DistrictProcess(folder / "fifty", url))
        district.init()
        district.serve()
        ours = [
            stack.enter_context(desk(district, folder / f"station{n}", f"第{n}社区群众诉求服务站"))
            for n in range(STATIONS)
        ]
        bare = [BareStation(folder / f"bare{n}.db", port, unit=f"第{n}社区") for n in range(STATIONS)]
        for each in bare:
            stack.callback(each.close)
        pairs = []
        for turn in range(ROUNDS + 1):
            told = [list(Workload(wire.desk.made(), turn * STATIONS + n).visits(VISITS)) for n, wire in enumerate(ours)]
            for wire, station, visits in zip(ours, bare, told, strict=True):
                station.write([row(visit) for visit in _keep_numbered(wire.desk.store, visits)])
            for wire, station in zip(ours, bare, strict=True):
                wire.wake()  # their connections stood still for longer than an end keeps them
                station.pull()
            pairs.append((_slow([wire.exchange for wire in ours]), _slow([station.exchange for station in bare])))
    value, limit = (statistics.median(side) for side in zip(*pairs[1:], strict=True))
    return [Figure("exchange.fifty.p95", "ms", value, limit, target=1.15)]


def _keep_numbered(store: Store, visits: Sequence[Visit]) -> list[Visit]:
    """Keep visits for the day end, each with the next number of the store's lease, as a desk's have."""
    kept = []
    with store.write() as work:
        for visit in visits:
            number = work.allocate(Series.VISIT, visit.made.unit, "光明", visit.made.at.astimezone(BEIJING).year)
            kept.append(replace(visit, number=number))
            work.add(kept[-1])
    return kept


def _slow(works: Sequence[Callable[[], object]]) -> float:
    """Let all begin together; returns the time within which 95 in a hundred were done."""
    start = Barrier(len(works))

    def timed(work: Callable[[], object]) -> float:
        start.wait()
        return milliseconds(work)

    with ThreadPoolExecutor(len(works)) as threads:
        return quantile(list(threads.map(timed, works)), 0.95)
