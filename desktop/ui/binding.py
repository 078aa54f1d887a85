"""Spares a start what the binding does for its optional features (snake_case): no module of ours asks for any.

PySide6 reads the source of every module that is imported after it, to see whether it names PySide6 and might ask for
a feature: a twentieth of a start. It is told that each may, which is what it finds for every module of the window.
"""

from __future__ import annotations

from importlib import import_module


def spare_sources() -> None:
    """Let no source be read from now on; nothing where the binding does it in another way."""
    try:
        feature = import_module("shibokensupport.feature")
    except ImportError:
        return
    if hasattr(feature, "_mod_uses_pyside"):
        setattr(feature, "_mod_uses_pyside", lambda module: True)  # noqa: B010 the binding's own name


spare_sources()
