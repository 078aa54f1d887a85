"""Pictures of every page in both languages and both themes, with a day's worth of records: to be looked at.

python -m tests.gui.screenshots [FOLDER]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import shiboken6
from PySide6.QtWidgets import QApplication, QDialog

from desktop.app import Application, build, qt_application
from desktop.ui.navigation import PAGES
from desktop.ui.shell import Shell
from tests.support.window_day import a_day
from tests.support.window_desk import LEAD, NOW, PASSWORD, WindowDesk, enrolled_home


def settle(application: Application, seconds: float = 8.0, until: Callable[[], bool] | None = None) -> None:
    """Let events and lanes run until nothing is under way (and ``until`` holds)."""
    end = time.monotonic() + seconds
    quiet = 0
    while time.monotonic() < end and quiet < 6:
        QApplication.processEvents()
        time.sleep(0.02)
        quiet = quiet + 1 if application.tasks.idle() and (until is None or until()) else 0


def shot(folder: Path, name: str) -> None:
    """Save the window, and whatever dialog is over it."""
    for widget in QApplication.topLevelWidgets():
        if widget.objectName() == "window":
            widget.grab().save(str(folder / f"{name}.png"))
    dialogs = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
    for dialog in dialogs:
        dialog.grab().save(str(folder / f"{name}.{dialog.objectName().removeprefix('dialog.')}.png"))


def sign_in(application: Application, name: str = LEAD) -> Shell:
    """Sign in through the real form."""
    settle(application, until=lambda: application.store is not None)
    gate = application.gate
    assert gate is not None
    gate.view.fill({"name": name, "password": PASSWORD})
    gate.view.submit()
    settle(application, until=lambda: application.shell is not None)
    assert application.shell is not None
    return application.shell


def close_dialogs() -> None:
    """Close every dialog that is open."""
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QDialog) and widget.isVisible():
            widget.reject()
    QApplication.processEvents()
    for widget in QApplication.topLevelWidgets():
        if widget.objectName() == "window":
            widget.activateWindow()


def tour(desk: WindowDesk, folder: Path, language: str, theme: str, forms: bool) -> None:
    """Go through the pages, and through the forms too where ``forms``."""
    application = build(desk.home, language=language, theme=theme, now=lambda: NOW)
    application.window.resize(1366, 768)
    application.start()
    settle(application, until=lambda: application.store is not None)
    mark = f"{language}-{theme}"
    shot(folder, f"{mark}-00-gate")
    shell = sign_in(application)
    shot(folder, f"{mark}-01-recover")
    close_dialogs()
    for at, name in enumerate(PAGES):
        shell.turn(name)
        settle(application)
        shot(folder, f"{mark}-1{at}-{name}")
    if forms:
        _forms(application, shell, folder, mark)
    application.close()
    shiboken6.delete(application.window)


def _forms(application: Application, shell: Shell, folder: Path, mark: str) -> None:
    shell.turn("visits")
    panel = shell.visits.log()
    settle(application)
    shot(folder, f"{mark}-20-visit")
    panel.view.fill({"name": "黎平", "headcount": 6})
    panel.view.edited.emit()
    settle(application, 1.5)
    time.sleep(0.4)
    settle(application, 2)
    shot(folder, f"{mark}-21-visit-recognise")
    shell.visits.panel and panel.view.refuse(_error())
    settle(application, 1)
    shot(folder, f"{mark}-22-visit-error")
    panel.throw_away()
    shell.visits.consult()
    settle(application)
    shot(folder, f"{mark}-23-consultation")
    shell.go_back()
    shell.turn("matters")
    settle(application)
    row = shell.matters.model.rows()[0]
    for at, start in enumerate((shell.matters.step, shell.matters.order, shell.matters.mediate, shell.matters.edit)):
        start(row.id)
        settle(application)
        shot(folder, f"{mark}-3{at}-{start.__name__}")
        if shell.matters.panel is not None:
            shell.matters.panel.throw_away()
    shell.turn("mediations")
    settle(application)
    for med in shell.mediations.model.rows()[:1]:
        shell.mediations.conclude(med.id)
        settle(application)
        shot(folder, f"{mark}-40-conclude")
        if shell.mediations.panel is not None:
            shell.mediations.panel.throw_away()
        if med.agreement:
            shell.mediations.sign(med.id, med.agreement)
            settle(application)
            shot(folder, f"{mark}-41-sign")
            if shell.mediations.panel is not None:
                shell.mediations.panel.throw_away()
            shell.mediations.print_agreement(med.agreement)
            settle(application)
            time.sleep(0.5)
            settle(application)
            shot(folder, f"{mark}-42-print")
            close_dialogs()
    shell.turn("people")
    shell.people.persons.new()
    settle(application)
    shot(folder, f"{mark}-50-person")
    shell.go_back()
    shell.show_keys()
    settle(application, 1)
    shot(folder, f"{mark}-60-keys")
    close_dialogs()


def _error() -> Exception:
    from sync.records.errors import RuleBroken

    return RuleBroken("records.name_long", field="name", length=120, limit=100)


def main() -> None:
    """Make the pictures."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    qt_application()
    with tempfile.TemporaryDirectory() as home:
        desk = enrolled_home(Path(home) / "qianshao")
        a_day(desk)
        only = sys.argv[2:] or ["zh-light", "en-light", "zh-dark", "en-dark"]
        for each in only:
            language, theme = each.split("-")
            os.environ["QIANSHAO_PASSPHRASE"] = "the window's own tests"
            tour(desk, folder, language, theme, forms=True)


if __name__ == "__main__":
    main()
