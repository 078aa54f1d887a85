"""A disk on which no more room is left, as SQLite and whoever writes a file meet it."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from desktop.store.store import Store


@contextmanager
def full_after(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond ``size`` bytes: what a full stick does to whoever writes on it."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@contextmanager
def no_more_pages(store: Store, more: int) -> Iterator[None]:
    """Let ``store`` grow by ``more`` bytes and no further: SQLite says then what it says of a disk without room."""
    with store.write() as work:
        size = int(work.sql("PRAGMA page_size").fetchone()[0])
        now = int(work.sql("PRAGMA page_count").fetchone()[0])
        most = int(work.sql(f"PRAGMA max_page_count = {now + more // size}").fetchone()[0])
        assert most == now + more // size
    try:
        yield
    finally:
        with store.write() as work:
            work.sql("PRAGMA max_page_count = 4294967294")
