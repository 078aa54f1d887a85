"""Several statements by one trip to the database, within the transaction that is open.

Whoever holds the lock of numbers is waited for by all, and of what a short statement takes most is the way there and
back. PostgreSQL is told them in a row (libpq's pipeline mode); the embedded database is no way off and told one by one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar, cast

from sqlalchemy import CompoundSelect, Connection, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import ReturningUpdate

T = TypeVar("T")
_UNDER_WAY: Final = "trip_under_way"
Asks = Select[Any] | CompoundSelect[Any] | ReturningUpdate[Any]
Row = Sequence[Any]
_STATEMENTS: Final = 64


@dataclass(frozen=True, slots=True, eq=False)
class Question(Generic[T]):
    """A statement that is made once, what stands at its places (text and numbers), and what its rows say."""

    statement: Asks
    values: Mapping[str, str | int]
    read: Callable[[Sequence[Row]], T]

    def ask(self, conn: Connection) -> T:
        """Ask it by itself."""
        return self.read(conn.execute(self.statement, self.values).all())


class Trip:
    """What is asked on the way; each answer is there when the trip is over."""

    def __init__(self, conn: Connection, driver: Any) -> None:
        self._conn, self._driver = conn, driver

    def commit(self) -> None:
        """Have the transaction end with this trip; at an embedded database it ends as ever, with its block.

        SQLAlchemy, which knows nothing of it, finds nothing left to commit, or rolls back what went wrong.
        """
        if self._driver is not None:
            self._driver.commit()

    def ask(self, question: Question[T]) -> Callable[[], T]:
        """Ask a question; what is returned gives its answer, once the trip is over."""
        if self._driver is None:
            answer = question.ask(self._conn)
            return lambda: answer
        said, values, turn = _spelled(question.statement, self._conn.dialect)
        cursor = self._driver.execute(said, {**values, **question.values})
        return lambda: question.read([turn(row) for row in cursor.fetchall()])


@contextlib.contextmanager
def together(conn: Connection) -> Iterator[Trip]:
    """Let what is said inside go by one trip: questions, and statements of which nothing is asked back (`say`).

    Inside, a result and a ``rowcount`` are not there yet. What goes wrong is raised inside or at the end, as SQLAlchemy
    raises it.
    """
    if conn.dialect.name != "postgresql":
        yield Trip(conn, None)
        return
    known = conn.info  # of the connection as it is now: what is given up has none
    with at_driver(conn) as driver:
        known[_UNDER_WAY] = driver
        try:
            with driver.pipeline():
                yield Trip(conn, driver)
        finally:
            known.pop(_UNDER_WAY, None)


@contextlib.contextmanager
def at_driver(conn: Connection) -> Iterator[Any]:
    """Let something be said to PostgreSQL's driver itself; what goes wrong is raised as SQLAlchemy raises it."""
    driver = cast(Any, conn.connection.driver_connection)
    base = conn.dialect.loaded_dbapi.Error
    try:
        yield driver
    except base as error:
        if driver.closed:
            conn.invalidate(error)
        raise DBAPIError.instance(None, None, error, base, hide_parameters=True, dialect=conn.dialect) from error


@contextlib.contextmanager
def last_trip(conn: Connection) -> Iterator[Trip]:
    """`together`, and the commit goes with it: nothing more may be said in this transaction.

    What is told of it is true once the trip is over, and not before.
    """
    with together(conn) as trip:
        yield trip
        trip.commit()


def say(conn: Connection, statement: Insert | Update, values: Mapping[str, object]) -> None:
    """Say a statement that is made once and gives no rows; on a trip, to the driver itself, which takes a part of the
    time that SQLAlchemy does.
    """
    driver = conn.info.get(_UNDER_WAY)
    if driver is None:
        conn.execute(statement, values)
        return
    said, own, turns = _worded(statement, conn.dialect, tuple(values))
    driver.execute(said, {**own, **values, **{name: turn(values[name]) for name, turn in turns if name in values}})


@lru_cache(_STATEMENTS)
def _worded(
    statement: Insert | Update, dialect: Dialect, names: tuple[str, ...]
) -> tuple[str, Mapping[str, Any], Sequence[tuple[str, Callable[[Any], Any]]]]:
    """Return a statement for values of these names as the driver takes it, the values that it holds by itself, and what
    turns those of which names.
    """
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    found = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
    own = {name: value for name, value in compiled.params.items() if value is not None}
    return str(compiled), own, [(name, turn) for name, turn in found.items() if turn is not None]


@lru_cache(_STATEMENTS)
def _spelled(statement: Asks, dialect: Dialect) -> tuple[str, Mapping[str, Any], Callable[[Row], Row]]:
    """Return a statement as the driver takes it, the values that it holds by itself, and what turns its rows."""
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    found = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in statement.exported_columns]
    turns = [(place, turn) for place, turn in enumerate(found) if turn is not None]

    def turned(row: Row) -> Row:
        told = list(row)
        for place, turn in turns:
            told[place] = turn(told[place])
        return told

    return str(compiled), {k: v for k, v in compiled.params.items() if v is not None}, turned if turns else tuple
