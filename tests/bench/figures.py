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
    """``value`` and ``limit`` are in ``unit``; ``target`` is the greatest ratio that an issue allows.

    Where an issue allows a value and no ratio, ``most`` is that value, and where it allows so much beyond the limit,
    ``beyond``. The limit stands beside it all the same.
    """

    name: str
    unit: str
    value: float
    limit: float
    target: float | None = None
    most: float | None = None
    beyond: float | None = None

    @property
    def ratio(self) -> float:
        """How many times the limit it takes."""
        return self.value / self.limit if self.limit else 0.0

    @property
    def ok(self) -> bool | None:
        """Whether it keeps what an issue allows; None where none allows anything."""
        kept = [
            allowed
            for given, allowed in (
                (self.target, self.ratio <= (self.target or 0)),
                (self.most, self.value <= (self.most or 0)),
                (self.beyond, self.value <= self.limit + (self.beyond or 0)),
            )
            if given is not None
        ]
        return all(kept) if kept else None

    def row(self) -> dict[str, object]:
        """The figure as build/bench.json holds it."""
        return {
            "name": self.name,
            "unit": self.unit,
            "value": round(self.value, 3),
            "limit": round(self.limit, 3),
            "ratio": round(self.ratio, 2),
            "target": self.target,
            **({"most": self.most} if self.most is not None else {}),
            **({"beyond": self.beyond} if self.beyond is not None else {}),
            "ok": self.ok,
        }

    def line(self) -> str:
        """The figure as a person reads it."""
        return f"{self.name:58} {self.value:10.2f} {self.limit:10.2f} {self.unit:>5} {self.ratio:7.2f}"


def quantile(values: list[float], part: float) -> float:
    """The value that ``part`` of all lie at or below."""
    ranked = sorted(values)
    return ranked[min(int(part * len(ranked)), len(ranked) - 1)]


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


def publish(figures: list[Figure], folder: Path, *, keep: bool = False) -> None:
    """Print the figures as a table and write them to ``folder``/bench.json; ``keep``: others of a former run stay."""
    folder.mkdir(parents=True, exist_ok=True)
    file, rows = folder / "bench.json", [f.row() for f in figures]
    if keep and file.is_file():
        new = {row["name"] for row in rows}
        rows = [*(row for row in json.loads(file.read_text(encoding="utf-8")) if row["name"] not in new), *rows]
    file.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{'figure':58} {'value':>10} {'limit':>10} {'unit':>5} {'ratio':>7}")
    for f in figures:
        print(f.line())
