"""The store of a million visits, built once under build/ and kept: what is asked of it, and what is saved in it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import lists, resident, saves, search, start
from tests.bench.figures import Figure
from tests.bench.station import desk_at
from tests.support import city
from tests.support.window_desk import WindowDesk

VISITS, FEW = 1_000_000, 1_000


def measure(kept: Path, folder: Path) -> list[Figure]:
    """Return the figures of search, lists, memory, index and saves; ``kept`` is where cities stand from run to run."""
    at = _built(kept / f"city-{VISITS}", VISITS)
    small = _built(kept / f"city-{FEW}", FEW)
    store = at.store()
    try:
        figures = [*search.measure(store), search.index(store), *lists.measure(store)]
    finally:
        store.close()
    figures.append(resident.measure(at, small, folder / "compiled"))
    with _put_back(small.home.store_path), _put_back(at.home.store_path):
        figures.append(start.beside_few(at, small, folder, folder / "compiled"))
        store = at.store()
        try:
            figures += saves.measure(desk_at(at, store), folder)
        finally:
            store.close()
    return figures


def _built(place: Path, visits: int) -> WindowDesk:
    def tell(done: int, total: int) -> None:
        if done % 50 == 0:
            print(f"bench: city of {visits:,}, {done}/{total}", file=sys.stderr, flush=True)

    place.parent.mkdir(parents=True, exist_ok=True)
    _restore(place / "store.db")
    return city.build(place, visits, tell=tell)


@contextmanager
def _put_back(store: Path) -> Iterator[None]:
    """Let a store be written to, and put it back as it was, in this run or, where it was stopped, in the next."""
    part, kept = store.with_name("store.db.copy"), store.with_name("store.db.kept")
    shutil.copyfile(store, part)
    part.replace(kept)
    try:
        yield
    finally:
        _restore(store)


def _restore(store: Path) -> None:
    kept = store.with_name("store.db.kept")
    if kept.exists():
        for leftover in (f"{store}-wal", f"{store}-shm"):
            Path(leftover).unlink(missing_ok=True)
        kept.replace(store)
