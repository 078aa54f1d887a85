"""The hand that drives the real window in the demo: fills real forms, clicks real buttons, waits, takes pictures."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication, QWidget

from desktop.actions.desk import Done
from desktop.app import Application
from desktop.forms.form import Draft
from desktop.ui.form_panel import FormPanel
from desktop.ui.pages.list_page import ListPage
from desktop.ui.shell import Shell

T = TypeVar("T")
SECONDS = 60.0


class NotSeen(Exception):
    """The window did not show in time what the demo waited for."""


class Hand:
    """Drives one `Application`; ``pictures`` is where its screenshots go."""

    def __init__(self, application: Application, pictures: Path) -> None:
        self.application = application
        self._pictures = pictures
        self._bugs: list[BaseException] = []
        application.tasks.bug.connect(self._bugs.append)

    @property
    def shell(self) -> Shell:
        """What a signed-in person works in."""
        if self.application.shell is None:
            raise NotSeen("nobody is signed in")
        return self.application.shell

    def wait(self, seen: Callable[[], T | None], what: str, seconds: float = SECONDS) -> T:
        """Let the window live until ``seen`` returns something true."""
        until = time.monotonic() + seconds
        while True:
            if self._bugs:
                raise self._bugs[0]
            found = seen()
            if found:
                return found
            if time.monotonic() > until:
                raise NotSeen(f"{what} did not come within {seconds:.0f} s; {self._told()}")
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
            time.sleep(0.005)

    def _told(self) -> str:
        """What the window says meanwhile: the best hint at why something did not come."""
        shell = self.application.shell
        gate = self.application.gate
        views = [p.view for p in shell.panels()] if shell is not None else [gate.view] if gate is not None else []
        wrong = [v.banner.text() for v in views if v.banner.text()]
        wrong += [f"{n}: {c.error.text()}" for v in views for n, c in v.cells.items() if c.error.text()]
        return "; ".join(wrong) or "no form says what is wrong"

    def rest(self, milliseconds: int = 250) -> None:
        """Let the window settle: what was asked for is painted."""
        until = time.monotonic() + milliseconds / 1000
        while time.monotonic() < until or not self.application.tasks.idle():
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            time.sleep(0.005)

    def sign_in(self, name: str, password: str) -> None:
        """Sign in at the gate."""
        gate = self.wait(lambda: self.application.gate, "the gate")
        self.wait(lambda: gate.view.button.isEnabled(), "the store")
        gate.view.fill({"name": name, "password": password})
        gate.view.submit()
        self.wait(lambda: self.application.shell is not None and self.application.shell.stood, "the desk")
        self.rest()

    def sign_out(self) -> None:
        """Leave the desk to somebody else."""
        self.shell.sign_out.emit()
        self.wait(lambda: self.application.gate, "the gate")

    def panel(self, page: ListPage) -> FormPanel:
        """Wait for the form that a verb of ``page`` opens."""
        return self.wait(lambda: page.panel, f"the form on {page.objectName()}")

    def hand_in(self, panel: FormPanel, values: Draft | None = None, picture: str = "") -> str:
        """Fill the form's widgets, click its button, and return the id of the record that came of it."""
        done: list[Done] = []
        panel.finished.connect(done.append)
        panel.view.fill(values or {})
        self.rest()
        if picture:
            self.picture(picture)
        panel.view.submit()
        self.wait(lambda: done, f"the answer to {panel.job.form.name}")
        self.rest()
        return done[0].id

    def picture(self, name: str, widget: QWidget | None = None) -> None:
        """Take a screenshot of the window, or of a dialog."""
        self.rest(120)
        shown = widget or self.application.window
        shown.grab().save(str(self._pictures / f"{name}.png"))
