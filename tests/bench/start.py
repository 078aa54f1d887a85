"""From the start of the program, and from signing in, to a Today that can be used, against bare windows."""

from __future__ import annotations

import statistics
from pathlib import Path

from desktop.store.opening import read_id
from tests.bench import children
from tests.bench.figures import Figure
from tests.support.window_desk import LEAD, PASSWORD, WindowDesk

TIMES = 7


def measure(at: WindowDesk, visits: int, compiled: Path) -> list[Figure]:
    """Start the real window and the two bare ones in turn; medians of seven, the first round not counted."""
    assert at.keys is not None
    key = at.keys.store_key(read_id(at.home.store_path)).hex()
    store = str(at.home.store_path)
    rounds = [_round(at, store, key, compiled) for _ in range(TIMES + 1)][1:]
    started, signed_in, bare, with_store = (statistics.median(times) for times in zip(*rounds, strict=True))
    to_today, from_sign_in = f"start to Today, {visits:,} visits", f"sign-in to Today, {visits:,} visits"
    return [
        Figure(f"{to_today} / bare window", "ms", started, bare),
        Figure(f"{to_today} / window with store", "ms", started, with_store),
        Figure(f"{from_sign_in} / bare window", "ms", signed_in, bare),
        Figure(f"{from_sign_in} / window with store", "ms", signed_in, with_store),
    ]


def _round(at: WindowDesk, store: str, key: str, compiled: Path) -> tuple[float, float, float, float]:
    begun, said = _started(compiled, "tests.bench.today_window", str(at.home.path), LEAD, PASSWORD)
    bare_begun, bare = _started(compiled, "tests.bench.windows", "bare")
    store_begun, with_store = _started(compiled, "tests.bench.windows", "store", store, key)
    return (
        (said["today"] - begun) * 1000,
        (said["today"] - said["handed_in"]) * 1000,
        (bare["painted"] - bare_begun) * 1000,
        (with_store["painted"] - store_begun) * 1000,
    )


def _started(compiled: Path, module: str, *args: str) -> tuple[float, dict[str, float]]:
    """Run a module; returns when it was started and the moments that it printed, in seconds of the same clock."""
    begun, said = children.run(module, *args, compiled=compiled)
    moments = dict(line.split() for line in said.splitlines())
    return begun, {word: float(moment) for word, moment in moments.items()}
