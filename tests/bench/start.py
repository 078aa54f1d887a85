"""From the start of the program, and from signing in, to a Today that can be used, against bare windows."""

from __future__ import annotations

import statistics
from pathlib import Path

from desktop.config import Home
from desktop.keys import KeyRing
from desktop.store.opening import id_path, read_id
from tests.bench import children
from tests.bench.figures import Figure
from tests.support.window_desk import LEAD, PASSWORD, WindowDesk

TIMES, AT_A_MILLION = 1.5, 1.2
"""What issue 3 allows beside the window with a store, and beside the same start with few visits."""
ROUNDS = 7


def measure(at: WindowDesk, visits: int, compiled: Path) -> list[Figure]:
    """Start the real window and the two bare ones in turn; medians of seven, the first round not counted."""
    assert at.keys is not None
    key = at.keys.store_key(read_id(at.home.store_path)).hex()
    store = str(at.home.store_path)
    rounds = [_round(at.home, store, key, compiled) for _ in range(ROUNDS + 1)][1:]
    started, signed_in, bare, with_store = (statistics.median(times) for times in zip(*rounds, strict=True))
    to_today, from_sign_in = f"start to Today, {visits:,} visits", f"sign-in to Today, {visits:,} visits"
    return [
        Figure("start.today", "ms", started, with_store, target=TIMES),
        Figure("start.today.sign_in", "ms", signed_in, with_store, target=TIMES),
        Figure(f"{to_today} / bare window", "ms", started, bare),
        Figure(f"{from_sign_in} / bare window", "ms", signed_in, bare),
    ]


def beside_few(great: WindowDesk, small: WindowDesk, folder: Path, compiled: Path) -> Figure:
    """Start the real window on both stores in turn, their keys in the keyring; medians of seven."""
    homes = [_in_keyring(at, folder / name) for at, name in ((great, "great"), (small, "small"))]
    rounds = [[_to_today(home, compiled)[0] for home in homes] for _ in range(ROUNDS + 1)][1:]
    value, limit = (statistics.median(times) for times in zip(*rounds, strict=True))
    return Figure("start.today.million", "ms", value, limit, target=AT_A_MILLION)


def _in_keyring(at: WindowDesk, place: Path) -> Home:
    """Return a home on the same file, whose key lies in the keyring as at a desk: no passphrase has to be stretched."""
    assert at.keys is not None
    identity = read_id(at.home.store_path)
    KeyRing().set_store_key(identity, at.keys.store_key(identity))
    home = Home(place).make()
    for path in (at.home.store_path, id_path(at.home.store_path)):
        (home.path / path.name).symlink_to(path.resolve())
    return home


def _round(home: Home, store: str, key: str, compiled: Path) -> tuple[float, float, float, float]:
    started, signed_in = _to_today(home, compiled)
    bare_begun, bare = _started(compiled, "tests.bench.windows", "bare")
    store_begun, with_store = _started(compiled, "tests.bench.windows", "store", store, key)
    return (
        started,
        signed_in,
        (bare["painted"] - bare_begun) * 1000,
        (with_store["painted"] - store_begun) * 1000,
    )


def _to_today(home: Home, compiled: Path) -> tuple[float, float]:
    """Milliseconds from the start of the process, and from signing in, to Today."""
    begun, said = _started(compiled, "tests.bench.today_window", str(home.path), LEAD, PASSWORD)
    return (said["today"] - begun) * 1000, (said["today"] - said["handed_in"]) * 1000


def _started(compiled: Path, module: str, *args: str) -> tuple[float, dict[str, float]]:
    """Run a module; returns when it was started and the moments that it printed, in seconds of the same clock."""
    begun, said = children.run(module, *args, compiled=compiled)
    moments = dict(line.split() for line in said.splitlines())
    return begun, {word: float(moment) for word, moment in moments.items()}
