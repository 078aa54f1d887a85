"""What is new for the stations that listen: told by PostgreSQL to every process, by the embedded store to its own.

PostgreSQL says it with the commit that made it (NOTIFY) and nobody asks meanwhile. The embedded store's own process
says it itself; what another process wrote, an administrator's verb, gives away the file's data_version.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, exists, func, select

from sync.records.errors import Unavailable
from sync.server.store.bulk import among
from sync.server.store.readdressed import any_readdressed
from sync.server.store.schema import (
    counter,
    device,
    dispatch_order,
    matter_fact,
    order_department,
    order_reply,
    order_request,
    passed,
    readdressed,
    record,
)

CHANNEL: Final = "qianshao_news"
EVERY_ORDER: Final = "orders"
"""The scope of a page that shows the orders of all departments."""

_OF_ORDERS: Final = ("dispatch_order", "order_reply", "order_step")
POLL_SECONDS: Final = 0.25
"""So often the embedded store's file is asked whether another process has written: one number, whatever it holds."""


def tell(conn: Connection) -> None:
    """Say at the end of this transaction that records were added, or that a device's right to speak changed."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(told()))


def told() -> ColumnElement[Any]:
    """What a statement that changes what is told of asks for beside, on PostgreSQL: it is told with the commit."""
    return func.pg_notify(CHANNEL, "")


class Watch:
    """Waits for commits, on a connection of its own, and looks at what they brought. For one thread."""

    def __init__(self, conn: Connection, committed: threading.Event) -> None:
        self._conn, self._committed = conn, committed
        self._postgres = conn.dialect.name == "postgresql"
        driver: Any = conn.connection.dbapi_connection  # of a connection that was detached there is no other name
        self._driver, self._version = driver, 0
        if self._postgres:
            conn.exec_driver_sql(f"LISTEN {CHANNEL}")
        else:
            self._version = self._file_version()

    def wait(self, seconds: float) -> bool:
        """Return whether something was committed, as soon as it was; Unavailable where the database is gone."""
        if not self._postgres:
            return self._wait_for_file(seconds)
        try:  # what is told while something else is asked is kept for this
            return bool(list(self._driver.notifies(timeout=seconds, stop_after=1)))
        except self._conn.dialect.loaded_dbapi.OperationalError as error:
            raise Unavailable("district.no_database") from error

    def latest(self) -> int:
        """Return the last number given."""
        return int(self._ask(select(counter.c.value).where(counter.c.name == "seq"))[0][0])

    def since(self, seq: int, upto: int) -> list[tuple[str, str, int]]:
        """Return scope, origin and greatest number of what has a number in (seq, upto]."""
        found: list[tuple[str, str, int]] = []
        for scope in (record.c.scope, record.c.also):
            query = select(scope, record.c.origin, func.max(record.c.seq))
            query = query.where(record.c.seq > seq, record.c.seq <= upto, scope.is_not(None))
            found += [(row[0], row[1], row[2]) for row in self._ask(query.group_by(scope, record.c.origin))]
        return found

    def orders_since(self, seq: int, upto: int) -> list[tuple[str, str, int]]:
        """Return what numbers in (seq, upto] mean for pages of orders and matters: their scope, "", the number."""
        found = [(orders_of(row.department), "", row.seq) for row in self._ask(_concerned(seq, upto))]
        asked = self._ask(select(func.max(order_request.c.seq)).where(*_within(order_request.c.seq, seq, upto)))[0][0]
        last = max((row[2] for row in found), default=0)
        every = [(EVERY_ORDER, "", max(last, asked or 0))] if found or asked else []
        passed_on = [(matters_of(row.unit), "", row.seq) for row in self._ask(_passed(seq, upto))]
        return [*found, *every, *passed_on]

    def speaking(self, devices: Collection[str]) -> dict[str, str]:
        """Return the store that speaks for each of ``devices``, of those alone that may speak."""
        known = among(self._conn, device.c.device, devices)
        return {row[0]: row[1] for row in self._ask(_SPEAKING.where(known, device.c.revoked_at.is_(None)))}

    def _ask(self, query: Any) -> list[Any]:
        rows = list(self._conn.execute(query).all())
        self._conn.rollback()
        return rows

    def _wait_for_file(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            told = self._committed.wait(min(left, POLL_SECONDS))
            self._committed.clear()
            before, self._version = self._version, self._file_version()
            if told or self._version != before:
                return True
        return False

    def _file_version(self) -> int:
        return int(self._driver.execute("PRAGMA data_version").fetchone()[0])


def orders_of(department: str) -> str:
    """Return the scope of a page that shows one department's orders."""
    return f"{EVERY_ORDER} {department}"


def matters_of(unit: str) -> str:
    """Return the scope of a page that shows the matters that were passed to a unit."""
    return f"matters {unit}"


def _within(numbers: ColumnElement[int], seq: int, upto: int) -> tuple[ColumnElement[bool], ...]:
    return numbers > seq, numbers <= upto


def _passed(seq: int, upto: int) -> Any:
    """Units that were ever given a matter of which a step has a number in (seq, upto], each with the greatest."""
    query = select(passed.c.unit, func.max(matter_fact.c.seq).label("seq"))
    query = query.join_from(matter_fact, passed, passed.c.matter == matter_fact.c.matter)
    return query.where(matter_fact.c.seq > seq, matter_fact.c.seq <= upto).group_by(passed.c.unit)


def has_matters(conn: Connection, unit: str, after: int) -> bool:
    """Whether something was said after number ``after`` of a matter that was ever given to ``unit``."""
    query = select(matter_fact.c.seq).join(passed, passed.c.matter == matter_fact.c.matter)
    wanted = (matter_fact.c.seq > after, passed.c.unit == unit)
    return conn.execute(query.where(*wanted).limit(1)).first() is not None


def _concerned(seq: int, upto: int) -> Any:
    """Departments whose orders got something with a number in (seq, upto], each with the greatest."""
    order = func.coalesce(order_reply.c.dispatch_order, record.c.id)
    query = select(order_department.c.department, func.max(record.c.seq).label("seq"))
    query = query.select_from(
        record.outerjoin(order_reply, order_reply.c.record == record.c.id).join(
            order_department, order_department.c.record == order
        )
    )
    query = query.where(record.c.seq > seq, record.c.seq <= upto, record.c.kind.in_(_OF_ORDERS))
    return query.group_by(order_department.c.department)


def has_orders(conn: Connection, department: str, after: int) -> bool:
    """Whether something was said after number ``after`` on an order of ``department``; "" is any department."""
    asked = select(order_request.c.seq).where(order_request.c.seq > after).limit(1)
    if not department and conn.execute(asked).first() is not None:
        return True
    for listed, order in ((dispatch_order, dispatch_order.c.record), (order_reply, order_reply.c.dispatch_order)):
        query = select(listed.c.seq).where(listed.c.seq > after)
        if department:
            mine = (order_department.c.record == order, order_department.c.department == department)
            query = query.where(exists().where(*mine))
        if conn.execute(query.limit(1)).first() is not None:
            return True
    return False


_SPEAKING: Final = select(device.c.device, device.c.store)


@contextmanager
def watch(engine: Engine, committed: threading.Event) -> Iterator[Watch]:
    """Give a watch over a store; ``committed`` is set by each commit of this process."""
    options = {"isolation_level": "AUTOCOMMIT"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**options) as conn:
        conn.detach()  # it listens: nobody else may get it afterwards
        yield Watch(conn, committed)


def has_news(conn: Connection, scopes: Collection[str], but_from: str, after: int) -> bool:
    """Whether there is a record within ``scopes`` after number ``after`` that ``but_from`` did not hand in itself."""
    wanted = select(record.c.seq).where(record.c.seq > after, record.c.origin != but_from).limit(1)
    asked = [wanted.where(of.in_(sorted(scopes))) for of in (record.c.scope, record.c.also)]
    if any(conn.execute(query).first() is not None for query in asked):
        return True
    if not any_readdressed(conn):
        return False
    later = select(readdressed.c.seq).join(record, record.c.id == readdressed.c.record).limit(1)
    later = later.where(readdressed.c.unit.in_(sorted(scopes)), readdressed.c.seq > after, record.c.origin != but_from)
    return conn.execute(later).first() is not None
