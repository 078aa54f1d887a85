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

from sqlalchemy import CompoundSelect, Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError

T = TypeVar("T")
Asks = Select[Any] | CompoundSelect[Any]
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
    """Let what is said inside go by one trip: questions, and statements of which nothing is asked back.

    Inside, a result and a ``rowcount`` are not there yet. What goes wrong is raised inside or at the end, as SQLAlchemy
    raises it.
    """
    if conn.dialect.name != "postgresql":
        yield Trip(conn, None)
        return
    driver = cast(Any, conn.connection.driver_connection)
    base = conn.dialect.loaded_dbapi.Error
    try:
        with driver.pipeline():
            yield Trip(conn, driver)
    except base as error:
        if driver.closed:
            conn.invalidate(error)
        raise DBAPIError.instance(None, None, error, base, hide_parameters=True, dialect=conn.dialect) from error


@lru_cache(_STATEMENTS)
def _spelled(statement: Asks, dialect: Dialect) -> tuple[str, Mapping[str, Any], Callable[[Row], Row]]:
    """Return a statement as the driver takes it, the values that it holds by itself, and what turns its rows."""
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    found = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in statement.selected_columns]
    turns = [(place, turn) for place, turn in enumerate(found) if turn is not None]

    def turned(row: Row) -> Row:
        told = list(row)
        for place, turn in turns:
            told[place] = turn(told[place])
        return told

    return str(compiled), {k: v for k, v in compiled.params.items() if v is not None}, turned if turns else tuple
