"""Leaves of the lists from all over a million visits, beside the bare query that reads the same rows by their key."""

from __future__ import annotations

import random
from datetime import timedelta
from functools import partial

from desktop.actions.desk import wall_clock
from desktop.store.groups import counts
from desktop.store.leaves import LEAF, Key, leaf, spine
from desktop.store.listing import Filter
from desktop.store.reader import Reader
from desktop.store.store import Store
from tests.bench.figures import Figure, milliseconds, quantile

LEAVES = 60
_BARE = """
    SELECT record.body FROM visit JOIN record ON record.line = visit.line
    WHERE visit.amended = 0 AND (visit.happened_at, visit.line) < (?, ?)
    ORDER BY visit.happened_at DESC, visit.line DESC LIMIT ?
"""
_COUNT = "SELECT count(*) FROM visit WHERE amended = 0"


def measure(store: Store) -> list[Figure]:
    """Return what a leaf takes (visits anywhere, visits of one category, matters of one state), the length and counts.

    ``list.length`` and ``list.counts`` come after the first rows are shown; a bare count stands beside them.
    """
    dice = random.Random(7)
    with store.read() as reader:
        ends = spine(reader, "visits", Filter(), None).ends
        keys = [dice.choice(ends) for _ in range(LEAVES)]
        bare = quantile([milliseconds(partial(_bare, reader, k)) for k in keys], 0.95)
        found = [Figure("list.page.p95", "ms", _p95(reader, "visits", Filter(), keys), bare)]
        one = Filter(categories=frozenset({"labour"}))
        found.append(Figure("list.page_of_category.p95", "ms", _p95(reader, "visits", one, keys), bare))
        places = [dice.choice(spine(reader, "matters", Filter(), None).ends) for _ in keys]
        state = Filter(states=frozenset({"closed"}))
        found.append(Figure("list.page_of_state.p95", "ms", _p95(reader, "matters", state, places), bare))
        count = milliseconds(lambda: reader.sql(_COUNT).fetchone())
        length = milliseconds(lambda: spine(reader, "visits", Filter(), None))
        found.append(Figure("list.length", "ms", length, count))
        month = Filter(since=wall_clock() - timedelta(days=30))
        counted = milliseconds(lambda: counts(reader, "visits", month, "category"))
        found.append(Figure("list.counts", "ms", counted, count))
    return found


def _bare(reader: Reader, key: Key) -> None:
    reader.sql(_BARE, (*key, LEAF)).fetchall()


def _p95(reader: Reader, name: str, chosen: Filter, keys: list[Key]) -> float:
    return quantile([milliseconds(partial(leaf, reader, name, chosen, k)) for k in keys], 0.95)
