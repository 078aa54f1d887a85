"""Watches where classes of Qt are made: the UI thread reads the binding's table of them without a lock (later.py)."""

from __future__ import annotations

import builtins
import sys
import threading
import traceback
from typing import Any

from shiboken6 import Shiboken

_KIND = type(Shiboken.Object)


def watch_classes() -> list[str]:
    """From now on, note each class of Qt that is made, and each part of Qt that is loaded, by another than the UI
    thread; the list grows as they are."""
    found: list[str] = []
    build = builtins.__build_class__

    def elsewhere() -> bool:
        return threading.current_thread() is not threading.main_thread()

    def note(*args: Any, **kwargs: Any) -> Any:
        made = build(*args, **kwargs)
        if isinstance(made, _KIND) and elsewhere():
            found.append(f"{made.__module__}.{made.__qualname__} {_asked()}")
        return made

    def hear(event: str, told: tuple[Any, ...]) -> None:
        if event == "import" and str(told[0]).startswith("PySide6.") and elsewhere():
            found.append(f"{told[0]} {_asked()}")

    builtins.__build_class__ = note
    sys.addaudithook(hear)
    return found


def _asked() -> str:
    """Which lines of ours led there, the nearest first."""
    return " < ".join(
        f"{f.filename}:{f.lineno}" for f in reversed(traceback.extract_stack()) if "/desktop/" in f.filename
    )
