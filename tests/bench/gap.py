"""The longest time for which the UI thread stands still while a day end and an import run beside it."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain, islice
from pathlib import Path

from desktop.actions.desk import wall_clock
from tests.bench import children, exchange
from tests.bench.figures import Figure
from tests.bench.ledger import Ledger
from tests.bench.station import add_unsent

RECORDS = 10_000
ROWS = 3_000
MOST_MS = 50.0
"""What the issue allows."""


def measure(folder: Path) -> list[Figure]:
    """Return the longest gap between two turns of the event loop in the real window, beside that of a bare one."""
    place = folder / "gap"
    with exchange.line(place) as at:
        now = wall_clock()
        told = Ledger(at.desk.made())
        records = chain.from_iterable(told.visits(RECORDS // 2, now - timedelta(days=30), now))
        add_unsent(at.desk.store, islice(records, RECORDS))
        ledger = place / "ledger.csv"
        ledger.write_text(_ledger(told, ROWS), encoding="utf-8-sig")
        at.desk.store.close()
        words = (str(at.home.path), exchange.CLERK, exchange.PASSWORD, str(ledger))
        said = children.run("tests.bench.gap_window", *words, compiled=folder / "compiled")[1]
        bare = children.run("tests.bench.gap_window", "bare", compiled=folder / "compiled")[1]
    return [Figure("ui.gap", "ms", _gap(said), _gap(bare), most=MOST_MS)]


def _gap(said: str) -> float:
    return float(dict(line.split() for line in said.splitlines())["gap"])


def _ledger(told: Ledger, rows: int) -> str:
    """A ledger of ``rows`` rows as a station keeps it; nothing in it needs quotes."""
    lines = ["登记时间,来访人,联系电话,渠道,诉求内容"]
    lines += [
        f"2026-03-{n % 28 + 1:02d} 09:{n % 60:02d},{told.name()},{told.phone()},来访,{told.text()}" for n in range(rows)
    ]
    return "\n".join(lines) + "\n"
