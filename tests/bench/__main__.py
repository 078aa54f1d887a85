"""``python -m tests.bench [PART…]``: every figure beside its limit, within half an hour; run it by `make bench`.

With parts named, only those are measured, each by itself, and take the place of theirs in build/bench.json.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Final

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

VISITS = 100_000
OUT = Path("build")
DESK: Final = ("visits", "starts")
"""Parts that stand on one store of ``VISITS``."""

PARTS: Final[dict[str, Callable[[Path], list[Figure]]]] = {
    "setups": lambda _: setup.measure(),
    "open": lambda folder: due.measure(folder / "open"),
    "million": lambda folder: million.measure(OUT, folder),
    "gap": gap.measure,
    "papers": lambda folder: papers.measure(folder / "compiled"),
    "dayends": exchange.measure,
    "news": lambda folder: news.measure(folder / "news"),
    "fifty": lambda folder: fifty.measure(folder / "many"),
    "size": lambda folder: exchange_size.measure(folder / "size"),
    "rush": lambda folder: rush.measure(folder / "rush"),
}
NAMES: Final = (*DESK, *PARTS, *whole_exchange.PARTS)


def main() -> int:
    """Measure, print, write build/bench.json; 1 where a figure misses the target of an issue."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(NAMES)}")
    parts = parser.parse_args().parts
    if unknown := set(parts) - set(NAMES):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory(prefix="bench", ignore_cleanup_errors=True) as place:
        figures = [figure for some in measure(Path(place), parts or NAMES) for figure in some]
    publish(figures, OUT, keep=bool(parts))
    return 0 if all(figure.row()["ok"] is not False for figure in figures) else 1


def measure(folder: Path, parts: Collection[str]) -> Iterator[list[Figure]]:
    """Yield the figures of each of ``parts``, and tell on standard error how long it took."""
    if wanted := [part for part in DESK if part in parts]:
        yield _said(" and ".join(wanted), lambda: _at_a_desk(folder, wanted))
    for name, work in PARTS.items():
        if name in parts:
            yield _said(name, lambda work=work: work(folder))  # type: ignore[misc]
    if together := [part for part in whole_exchange.PARTS if part in parts]:
        yield _said(" ".join(together), lambda: whole_exchange.measure(folder / "exchange", together))


def _at_a_desk(folder: Path, parts: Collection[str]) -> list[Figure]:
    at, figures = station(folder / "station", VISITS), list[Figure]()
    if "visits" in parts:
        store = at.store()
        try:
            figures += capture.measure(desk_at(at, store), folder)
        finally:
            store.close()
    return figures + (start.measure(at, VISITS, folder / "compiled") if "starts" in parts else [])


def _said(what: str, work: Callable[[], list[Figure]]) -> list[Figure]:
    begun = time.monotonic()
    done = work()
    told = "".join(f"\n  {figure.line()}" for figure in done)  # a run that is cut short keeps what it has measured
    print(f"bench: {what}, {time.monotonic() - begun:.0f} s{told}", file=sys.stderr, flush=True)
    return done


if __name__ == "__main__":
    sys.exit(main())
