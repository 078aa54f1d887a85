"""A figure: what was measured, the limit that was measured beside it, and the ratio of the two."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """``value`` and ``limit`` are medians in ``unit``; ``target`` is the greatest ratio that an issue allows."""

    name: str
    unit: str
    value: float
    limit: float
    target: float | None = None

    @property
    def ratio(self) -> float:
        """How many times the limit it takes."""
        return self.value / self.limit

    def row(self) -> dict[str, object]:
        """The figure as build/bench.json holds it."""
        return {
            "name": self.name,
            "unit": self.unit,
            "value": round(self.value, 3),
            "limit": round(self.limit, 3),
            "ratio": round(self.ratio, 2),
            "target": self.target,
            "ok": None if self.target is None else self.ratio <= self.target,
        }


def milliseconds(work: Callable[[], object]) -> float:
    """How long ``work`` takes once."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def median_of(times: int, work: Callable[[], object]) -> float:
    """The median time of ``work`` in milliseconds."""
    return statistics.median(milliseconds(work) for _ in range(times))


def alternating(times: int, ours: Callable[[], object], bare: Callable[[], object]) -> tuple[float, float]:
    """Medians of two things measured turn by turn, so that a disturbance of the machine meets both."""
    pairs = [(milliseconds(ours), milliseconds(bare)) for _ in range(times)]
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)


def publish(figures: list[Figure], folder: Path) -> None:
    """Print the figures as a table and write them to ``folder``/bench.json."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [f.row() for f in figures]
    (folder / "bench.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{'figure':58} {'value':>10} {'limit':>10} {'unit':>5} {'ratio':>7}")
    for f in figures:
        print(f"{f.name:58} {f.value:10.2f} {f.limit:10.2f} {f.unit:>5} {f.ratio:7.2f}")
