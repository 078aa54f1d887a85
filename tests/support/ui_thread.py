"""Watches the UI thread: no statement may reach a store from it on behalf of the window."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

WINDOW = ("desktop/ui/", "desktop/app.py")
"""Whose statements are watched: a test itself reads the store from this thread as it likes."""


@contextmanager
def watched() -> Iterator[list[str]]:
    """Give the statements that the window's own code ran on this thread, each with the line that asked for it."""
    found: list[str] = []
    thread = threading.get_ident()

    def look(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if threading.get_ident() != thread:
            return
        asked = [f for f in traceback.extract_stack() if any(w in f.filename.replace("\\", "/") for w in WINDOW)]
        if asked:
            found.append(f"{asked[-1].filename}:{asked[-1].lineno} {statement[:80]}")

    event.listen(Engine, "before_cursor_execute", look)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", look)
