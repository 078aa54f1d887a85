"""``python -m tests.support.city --visits N --home DIR``: a station's home with a store of N visits, made from a seed.

A million visits of two years come with 300,000 persons, 15,000 organisations, 120,000 matters and what follows from
them. Stopped anywhere, the same command goes on after the last part that was written. The home opens with the
passphrase and the people of tests/support/window_desk.py.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from desktop.actions.desk import wall_clock
from desktop.config import Home
from desktop.keys import WrappedKeys
from desktop.store import newest
from desktop.store.full_text import INDEXED_THROUGH
from desktop.store.opening import read_id
from desktop.store.projections import LISTED_THROUGH
from desktop.store.raw import raw_connection
from desktop.store.store import Store
from sync.records.kinds import new_id
from sync.records.papers import NumberLease, Series
from sync.records.record import Made
from tests.support.city_records import City
from tests.support.city_rows import WRITE, Rows, moved, rows_of
from tests.support.window_desk import LEAD, PASSPHRASE, WindowDesk, enrolled_home

DAYS = 730
DONE, TOLD = "city_parts", "city"
"""The store's notes: how many parts are written, and what the city is made from."""
WORKERS = 2
AHEAD = 6
"""Parts that wait to be written: this and the page cache bound the memory."""
_FASTER = (
    "PRAGMA synchronous = NORMAL",
    "PRAGMA cache_size = -262144",
    "PRAGMA wal_autocheckpoint = 20000",
    "INSERT INTO search(search, rank) VALUES('hashsize', 33554432)",
)
_AS_BEFORE = "INSERT INTO search(search, rank) VALUES('hashsize', 1048576)"


def build(folder: Path, visits: int, *, optimize: bool = True, tell: Any = lambda done, total: None) -> WindowDesk:
    """Make or go on with the home in ``folder``, as `enrolled_home` does; nothing is done where it is whole."""
    home = Home(folder)
    keys = WrappedKeys(home.keys_path, PASSPHRASE)
    note = folder / "city.json"
    if not note.exists():
        at = enrolled_home(folder, keys)
        _begin(at, visits)
        note.write_text(json.dumps({"unit": at.unit, "staff": at.staff, "visits": visits}), encoding="utf-8")
    told = json.loads(note.read_text(encoding="utf-8"))
    if told["visits"] != visits:
        raise SystemExit(f"{folder} holds a city of {told['visits']} visits")
    at = WindowDesk(home, told["unit"], told["staff"], keys)
    if not told.get("whole"):
        _write(at, home.store_path, keys.store_key(read_id(home.store_path)), optimize, tell)
        _pass_over(at)
        note.write_text(json.dumps({**told, "whole": True}), encoding="utf-8")
    return at


def _begin(at: WindowDesk, visits: int) -> None:
    """Note what the city is made from, and lease enough numbers for whoever works in it."""
    store = at.store()
    now = wall_clock()
    made = Made(by=at.staff[LEAD], unit=at.unit, store=store.id, at=now)
    with store.write() as work:
        for series in Series:
            for year in (now.year, now.year + 1):
                lease = NumberLease(
                    id=new_id("number_lease"), made=made, series=series, unit=at.unit, year=year, store=store.id,
                    first=2_000_001, last=2_900_000,
                )  # fmt: skip
                work.add(lease)
        work.set_meta(TOLD, json.dumps({"visits": visits, "until": now.isoformat()}))
        work.set_meta(DONE, "0")
        newest.catch_up(work)
    store.close()


def _city(store: Store, at: WindowDesk) -> City:
    with store.read() as reader:
        told = json.loads(reader.meta(TOLD) or "")
        departments = tuple(row[0] for row in reader.conn.exec_driver_sql(_DEPARTMENTS))
    until = datetime.fromisoformat(told["until"])
    made = Made(by=at.staff[LEAD], unit=at.unit, store=store.id, at=until)
    return City(made, departments, until - timedelta(days=DAYS), until, told["visits"])


_DEPARTMENTS = "SELECT subject FROM link WHERE via = 'org_unit.unit' ORDER BY line DESC LIMIT 4"


def _write(at: WindowDesk, path: Path, key: bytes, optimize: bool, tell: Any) -> None:
    store = at.store()
    city = _city(store, at)
    store.close()
    connection = raw_connection(path, key)
    try:
        for setting in _FASTER:
            connection.execute(setting)
        done = int(connection.execute("SELECT value FROM meta WHERE key = ?", (DONE,)).fetchone()[0])
        for count, rows in _made(city, done):
            done += 1
            _write_part(connection, count, rows, done)
            tell(done, city.parts)
        connection.execute(_AS_BEFORE)
        if optimize:
            connection.execute("INSERT INTO search(search) VALUES ('optimize')")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _pass_over(at: WindowDesk) -> None:
    """Note, as a pull does, that nothing of the desk's own journal comes after what it was begun with."""
    store = at.store()
    with store.write() as work:
        work.pass_over(work.chain_head())
    store.close()


def _write_part(connection: Any, _count: int, rows: Rows, done: int) -> None:
    last = connection.execute("SELECT coalesce(max(line), 0) FROM record").fetchone()[0]
    connection.execute("BEGIN IMMEDIATE")
    for table, some in moved(rows, last).items():
        connection.executemany(WRITE[table], some)
    now = connection.execute("SELECT max(line) FROM record").fetchone()[0]
    for note, value in ((DONE, done), (INDEXED_THROUGH, now), (LISTED_THROUGH, now)):
        connection.execute("UPDATE meta SET value = ? WHERE key = ?", (str(value), note))
    connection.execute("COMMIT")


def _made(city: City, done: int) -> Iterator[tuple[int, Rows]]:
    """Yield the parts from ``done`` on, made ahead by another process."""
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        waiting: list[Future[tuple[int, Rows]]] = []
        for number in range(done, city.parts):
            waiting.append(pool.submit(rows_of, city, number))
            if len(waiting) > AHEAD:
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()


def main() -> int:
    """Make the home and say how far it is."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.city")
    parser.add_argument("--visits", type=int, required=True)
    parser.add_argument("--home", type=Path, required=True)
    args = parser.parse_args()
    begun = time.monotonic()

    def tell(done: int, total: int) -> None:
        if done % 10 == 0 or done == total:
            print(f"city: {done}/{total} parts, {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)

    at = build(args.home, args.visits, tell=tell)
    print(f"city: {at.home.path} opens with the passphrase {PASSPHRASE!r}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
