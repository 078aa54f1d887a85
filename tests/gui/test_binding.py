"""The binding is spared what nobody asks of it."""

from __future__ import annotations

import subprocess
import sys

LOADED = """
import linecache
import {first}
import desktop.app
import desktop.ui.shell
print(sum("/desktop/" in name for name in linecache.cache))
"""


def sources_read(first: str) -> int:
    """Start a Python that imports the window after ``first``, and return of how many modules it has read the source."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(first=first)], check=True, capture_output=True, text=True
    )
    return int(done.stdout)


def test_no_source_is_read_to_import_the_window() -> None:
    assert sources_read("PySide6.QtCore") == 0


def test_the_binding_still_works_as_it_was_spared(qapp: object) -> None:
    from shibokensupport import feature  # type: ignore[import-not-found]

    import desktop.ui.binding

    desktop.ui.binding.spare_sources()
    assert feature._mod_uses_pyside(desktop.ui.binding)
