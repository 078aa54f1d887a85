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


LATE = """
import sys
import desktop.app
import desktop.ui.shell

late = sys.modules["shibokensupport.signature.parser"]
print("_loader" in vars(late))
"""
SAID = """
import threading
import {first}
from PySide6.QtWidgets import QApplication, QLabel
from PySide6.support.signature import get_signature

app = QApplication(["test", "-platform", "offscreen"])
said = []


def wrong() -> None:
    try:
        QLabel.setText(1, 2)
    except TypeError as error:
        said.append(str(error))


threads = [threading.Thread(target=wrong) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
label = QLabel("")
for call in (lambda: label.setText(1), lambda: label.setGeometry("a"), lambda: QLabel(nothing=1)):
    try:
        call()
    except (TypeError, AttributeError) as error:
        said.append(str(error))
print(said, get_signature(QLabel.setText), get_signature(QLabel))
"""


def printed(program: str) -> str:
    """What a Python of its own prints."""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stderr == ""
    return done.stdout


def test_what_explains_signatures_is_not_loaded_to_show_the_window() -> None:
    assert printed(LATE) == "True\n"


def test_signatures_are_explained_as_the_binding_does_by_itself() -> None:
    ours = printed(SAID.format(first="desktop.ui"))
    assert ours == printed(SAID.format(first="PySide6.QtCore"))
    assert "setText" in ours


def test_the_binding_still_works_as_it_was_spared(qapp: object) -> None:
    from shibokensupport import feature  # type: ignore[import-not-found]

    import desktop.ui.binding

    desktop.ui.binding.spare_sources()
    assert feature._mod_uses_pyside(desktop.ui.binding)
