"""Spares a start what the binding does for features that no module of ours asks for.

*Sources*: PySide6 reads the source of every module that is imported after it, to see whether it names PySide6 and might
ask for a feature (snake_case): a twentieth of a start. It is told that each may, which is what it finds for every
module of the window.

*Signatures*: PySide6 unpacks and compiles, at every start, what writes and explains the signatures of Qt's functions: a
fifth of what importing the window takes. It is there when the first of them is asked for, as in the message of a call
with wrong arguments.
"""

from __future__ import annotations

import builtins
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Final

_SIGNATURES: Final = "shibokensupport.signature"
_LATE: Final = tuple(
    f"{_SIGNATURES}.{name}"
    for name in ("errorhandler", "layout", "mapping", "parser", "lib.enum_sig", "lib.pyi_generator", "lib.tool")
)
"""What the binding's loader imports and reaches into only when a signature is wanted (PySide6 6.9 to 6.12)."""
_MAPPING: Final = f"{_SIGNATURES}.mapping"
_loading = threading.RLock()


class _Later(ModuleType):
    """A module of the binding that runs when something of it is asked for: by a loader whose finder is gone by then."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what import itself asks
            raise AttributeError(name)
        self.load()
        try:
            return vars(self)[name]
        except KeyError:
            raise AttributeError(name) from None

    def load(self) -> None:
        """Run it, once."""
        with _loading:
            if (loader := vars(self).pop("_loader", None)) is not None:
                self.__spec__ = ModuleSpec(self.__name__, loader)  # the binding names it anew, as PySide6.support
                loader.exec_module(self)


def load_binding() -> None:
    """Import PySide6 without what is for later; nothing is left out where it is loaded already, or loads otherwise."""
    usual = builtins.__import__

    def importing(
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if name == _SIGNATURES and "loader" in (fromlist or ()):
            builtins.__import__ = usual
            _put_off(getattr(sys.modules["shibokensupport"].__spec__, "loader", None))
        return usual(name, globals, locals, fromlist, level)

    if "PySide6.QtCore" in sys.modules:
        return
    builtins.__import__ = importing
    try:
        import_module("PySide6.QtCore")
    finally:
        if builtins.__import__ is importing:  # it was not asked: another way of loading
            builtins.__import__ = usual


def _put_off(loader: Any) -> None:
    """Let modules of the binding stand for themselves, where ``loader`` is the one that has them in memory."""
    if not hasattr(loader, "zfile"):
        return
    for name in _LATE:
        later = sys.modules[name] = _Later(name)
        later.__spec__ = ModuleSpec(name, loader)
        vars(later)["_loader"] = loader
        if name == _MAPPING:
            vars(later)["update_mapping"] = _updating(later)


def _updating(mapping: _Later) -> Callable[[], Any]:
    """What the binding's C code takes from that module's dictionary by name, without asking the module for it."""

    def update_mapping() -> Any:
        mapping.load()
        return vars(mapping)["update_mapping"]()

    return update_mapping


def spare_sources() -> None:
    """Let no source be read from now on; nothing where the binding does it in another way."""
    try:
        feature = import_module("shibokensupport.feature")
    except ImportError:
        return
    if hasattr(feature, "_mod_uses_pyside"):
        setattr(feature, "_mod_uses_pyside", lambda module: True)  # noqa: B010 the binding's own name


load_binding()
spare_sources()
