"""A module that some library imports and hardly ever uses is loaded when something of it is asked for.

importlib's own LazyLoader loads it at the second import statement already (Python 3.11 asks it for its spec).
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any


def load_late(name: str) -> None:
    """Let module ``name`` stand for itself until then; nothing where it is loaded already."""
    if name in sys.modules:
        return
    stand_in = ModuleType(name)

    def ask(attribute: str) -> Any:
        if sys.modules.get(name) is stand_in:
            del sys.modules[name]
        return getattr(import_module(name), attribute)

    stand_in.__getattr__ = ask  # type: ignore[method-assign]
    parent, _, child = name.rpartition(".")
    sys.modules[name] = stand_in
    if parent:
        setattr(import_module(parent), child, stand_in)
