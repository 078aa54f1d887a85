"""``python -m tests.bench``: every figure beside its limit, within half an hour; run it by `make bench`."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tests.bench import (
    capture,
    due,
    exchange,
    exchange_size,
    fifty,
    gap,
    million,
    news,
    papers,
    rush,
    setup,
    start,
    whole_exchange,
)
from tests.bench.figures import Figure, publish
from tests.bench.station import desk_at, station

T = TypeVar("T")
VISITS = 100_000
OUT = Path("build")


def main() -> int:
    """Measure, print, write build/bench.json; 1 where a figure misses the target of an issue."""
    with tempfile.TemporaryDirectory(prefix="bench", ignore_cleanup_errors=True) as place:
        figures = measure(Path(place))
    publish(figures, OUT)
    return 0 if all(figure.row()["ok"] is not False for figure in figures) else 1


def measure(folder: Path) -> list[Figure]:
    """Return all figures."""
    figures = _said("setups", setup.measure)
    at = _said(f"a store of {VISITS:,} visits", lambda: station(folder / "station", VISITS))
    store = at.store()
    try:
        figures += _said("visits", lambda: capture.measure(desk_at(at, store), folder))
    finally:
        store.close()
    figures += _said("what is open", lambda: due.measure(folder / "open"))
    figures += _said("starts", lambda: start.measure(at, VISITS, folder / "compiled"))
    figures += _said("a million visits", lambda: million.measure(OUT, folder))
    figures += _said("the UI thread", lambda: gap.measure(folder))
    figures += _said("papers", lambda: papers.measure(folder / "compiled"))
    figures += _said("day ends", lambda: exchange.measure(folder))
    figures += _said("exchanges", lambda: whole_exchange.measure(folder / "exchange"))
    figures += _said("news", lambda: news.measure(folder / "news"))
    figures += _said("fifty stations", lambda: fifty.measure(folder / "many"))
    figures += _said("a million records", lambda: exchange_size.measure(folder / "size"))
    return figures + _said("a rush", lambda: rush.measure(folder / "rush"))


def _said(what: str, work: Callable[[], T]) -> T:
    """Do a part of the work and tell on standard error how long it took."""
    begun = time.monotonic()
    done = work()
    print(f"bench: {what}, {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    return done


if __name__ == "__main__":
    sys.exit(main())
