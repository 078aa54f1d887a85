"""Memory of the program at work: ``python -m tests.bench.resident STORE KEY`` prints its resident megabytes.

The same program opens a store, shows the lists that Today and the pages show, searches in every way and saves drafts.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import psutil

from desktop.store.matters import list_matters
from desktop.store.opening import read_id
from desktop.store.persons import list_persons
from desktop.store.search import search
from desktop.store.store import Store
from desktop.store.visits import list_visits
from tests.bench import children
from tests.bench.figures import Figure
from tests.support.window_desk import WindowDesk

ASKED = ("张", "张伟", "zhs", "zhangwei", "漏水", "漏", "5678", "440311", "甲子塘", "000123", "渗水 物业")
TIMES = 1.2


def measure(great: WindowDesk, small: WindowDesk, compiled: Path) -> Figure:
    """Return the resident megabytes with a million visits, beside those of the same program with 1,000."""
    value, limit = (_of(at, compiled) for at in (great, small))
    return Figure("memory", "MB", value, limit, target=TIMES)


def _of(at: WindowDesk, compiled: Path) -> float:
    assert at.keys is not None
    key = at.keys.store_key(read_id(at.home.store_path)).hex()
    return float(children.run("tests.bench.resident", str(at.home.store_path), key, compiled=compiled)[1])


def work(path: Path, key: bytes) -> float:
    """Do what a desk does and return the resident megabytes of this process."""
    from desktop.ui import later

    for name in (*later.BENEATH, *later.BEHIND):  # the whole program, as it runs at a desk
        import_module(name)

    store = Store.open(path, key)
    for _ in range(2):
        with store.read() as reader:
            for query in ASKED:
                search(reader, query)
            for lister in (list_visits, list_matters, list_persons):
                lister(reader)
    resident: int = psutil.Process().memory_info().rss
    store.close()
    return resident / 1e6


if __name__ == "__main__":
    print(work(Path(sys.argv[1]), bytes.fromhex(sys.argv[2])))
