"""An exchange at a station and a district that hold a million records, beside one of a thousand: it must not notice.

What is stored is made by one statement at each end: records of another desk that both ends hold already. The first
exchange behind it compares them all.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from desktop.store import newest
from desktop.store.proved import CURSOR
from sync.rehearsal.processes import DistrictProcess
from tests.bench.figures import Figure, alternating, milliseconds
from tests.bench.station import add_unsent
from tests.bench.whole_exchange import HUNDRED, HUNDRED_TIMES, Wire, desk
from tests.bench.workload import Workload
from tests.support.postgres import new_database, running

MANY, FEW, TIMES = 1_000_000, 1_000, 60
BODY = "x" * 300

_AT_DISTRICT = """
    WITH told AS (
        SELECT 'vis_' || lpad(to_hex(n), 32, '0') AS id, %(after)s + n AS seq,
               decode(lpad(to_hex(n), 64, '0'), 'hex') AS hash, convert_to(%(body)s, 'UTF8') AS body
        FROM generate_series(1, %(count)s) AS n
    ), listed AS (
        INSERT INTO record (id, kind, hash, seq, scope, origin, unit, received_at, readable, month, size)
        SELECT id, 'visit', hash, seq, %(unit)s, 'sto_other', %(unit)s, 0, true, %(month)s, length(body) FROM told
    )
    INSERT INTO content (month, seq, id, salt, body)
    SELECT %(month)s, seq, id, decode(repeat('00', 16), 'hex'), body FROM told
"""
_AT_STATION = """
    WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ?1)
    INSERT INTO record(line, id, kind, state, origin, readable, district_seq, received_at, hash, salt, body)
    SELECT (SELECT max(line) FROM record) + n, 'vis_' || printf('%032x', n), 'visit', 'settled', 'district', 0, ?2 + n,
           0, unhex(printf('%064x', n)), zeroblob(16), CAST(?3 AS BLOB)
    FROM counted
"""


def measure(folder: Path) -> list[Figure]:
    """Return the figures of nothing and of a hundred visits up, at both sizes."""
    with (
        running([]) as postgres,
        _stored(postgres, folder / "many", MANY) as many,
        _stored(postgres, folder / "few", FEW) as few,
    ):
        value, limit = alternating(TIMES, many.exchange, few.exchange)
        figures = [Figure("exchange.nothing.million", "ms", value, limit, target=1.2)]
        told = Workload(many.desk.made(), HUNDRED), Workload(few.desk.made(), HUNDRED)
        pairs = [(_hundred(many, told[0]), _hundred(few, told[1])) for _ in range(HUNDRED_TIMES)]
    value, limit = (statistics.median(side) for side in zip(*pairs, strict=True))
    return [*figures, Figure("exchange.hundred.million", "ms", value, limit, target=1.2)]


def _hundred(wire: Wire, told: Workload) -> float:
    add_unsent(wire.desk.store, told.visits(HUNDRED))
    return milliseconds(wire.exchange)


@contextmanager
def _stored(postgres: Path, folder: Path, count: int) -> Iterator[Wire]:
    """A desk and its district that both hold ``count`` records more."""
    folder.mkdir(parents=True, exist_ok=True)
    name = new_database(postgres, f"district{count}")
    with DistrictProcess(folder / "district", f"postgresql://postgres@/{name}?host={postgres}") as district:
        district.init()
        district.serve()
        with desk(district, folder / "desk") as wire:
            _fill(f"host={postgres} user=postgres dbname={name}", wire, count)
            wire.exchange()
            wire.exchange()
            yield wire


def _fill(dsn: str, wire: Wire, count: int) -> None:
    with psycopg.connect(dsn) as connection:
        (after,) = connection.execute("SELECT value FROM counter WHERE name = 'seq'").fetchone() or (0,)
        (month,) = connection.execute("SELECT max(month) FROM record").fetchone() or (0,)  # its part is there
        said = {"after": after, "unit": wire.desk.store.unit, "count": count, "body": BODY, "month": month}
        connection.execute(_AT_DISTRICT, said)
        connection.execute("UPDATE counter SET value = value + %s WHERE name = 'seq'", (count,))
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE record, content")
    with wire.desk.store.write() as work:
        head = work.chain_head()
        work.sql(_AT_STATION, (count, after, BODY))
        work.remembered.line = None  # nothing of the store has seen these come
        work.pass_over(head)  # as a pull does
        work.set_meta(CURSOR, str(after + count))
        newest.catch_up(work)
