"""Long statements that a person may stop: SQLite asks every few thousand steps whether to go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy.engine import Connection
from sqlcipher3 import dbapi2 as sqlcipher

Cancelled = Callable[[], bool]
_INSTRUCTIONS: Final = 20_000


@contextmanager
def stoppable(connection: Connection, cancelled: Cancelled) -> Iterator[None]:
    """Let the statements within end with an error that is `interrupted` where ``cancelled`` says so."""
    raw: Any = connection.connection.driver_connection
    raw.set_progress_handler(lambda: int(cancelled()), _INSTRUCTIONS)
    try:
        yield
    finally:
        raw.set_progress_handler(None, 0)


def interrupted(error: Exception) -> bool:
    """Whether a statement ended with ``error`` because it was stopped."""
    cause = getattr(error, "orig", error)
    return isinstance(cause, sqlcipher.OperationalError) and "interrupted" in str(cause)
