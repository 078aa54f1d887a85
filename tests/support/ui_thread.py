"""Watches the UI thread: no statement may reach a store from it on behalf of the window."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from desktop.store.raw import working_connection

WINDOW = ("desktop/ui/", "desktop/app.py")
"""Whose statements are watched: a test itself reads the store from this thread as it likes."""


@contextmanager
def watched() -> Iterator[list[str]]:
    """Give the statements that the window's own code ran on this thread, each with the line that asked for it."""
    found: list[str] = []
    thread = threading.get_ident()

    def look(statement: str) -> None:
        if threading.get_ident() != thread:
            return
        asked = [f for f in traceback.extract_stack() if any(w in f.filename.replace("\\", "/") for w in WINDOW)]
        if asked:
            found.append(f"{asked[-1].filename}:{asked[-1].lineno} {statement[:80]}")

    def connect(*args: Any) -> Any:
        """Every statement of a store passes its driver's connection, built or written out."""
        connection = working_connection(*args)
        connection.set_trace_callback(look)
        return connection

    with mock.patch("desktop.store.store.working_connection", connect):
        yield found
