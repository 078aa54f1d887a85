"""Help at the desk: the key that calls for it, what this desk shows then, and what the station's other desks do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from desktop.actions.desk import Done
from desktop.actions.threats import Standing, late_after, note_threat, open_threats, raise_threat
from desktop.changes import Changes
from desktop.ui import later
from desktop.ui.background import CONNECTED, OLDER, Background
from desktop.ui.dialogs.sheet import Hosting
from desktop.ui.pieces.threat_strip import ThreatStrip
from sync.records.errors import QianshaoError
from sync.records.threats import ThreatStep

if TYPE_CHECKING:
    from desktop.ui.shell import Shell

_KINDS = ("threat_event", "notice")


class ThreatWatch(QObject):
    """One for each shell. ``needed`` carries the sentence that a colleague needs help, once for each call."""

    needed = Signal(str)

    def __init__(self, shell: Shell, background: Background) -> None:
        super().__init__(shell)
        self._shell, self._tools, self._background = shell, shell.tools, background
        self._standing: Standing | None = None
        self._told: set[str] = set()
        self._hidden: set[str] = set()
        self._late = False
        self._orders: dict[str, str] = {}
        self.strip = self._connected(ThreatStrip(self._tools))
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._be_late)
        self._tools.bus.changed.connect(self._changed)
        background.stands.connect(self._show)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._another_window)

    def call(self) -> None:
        """Somebody pressed the key: note it, say it to the district at once, and show what to do."""
        desk = self._tools.desk
        self._late = False
        self._hidden.clear()
        self._patience.start(round(late_after() * 1000))
        self._tools.tasks.write(lambda: raise_threat(desk), self._raised, self._failed)

    def look(self) -> None:
        """Ask which calls are open."""
        desk = self._tools.desk
        self._tools.tasks.read(lambda: open_threats(desk), self._found, self._failed)

    def _raised(self, done: Done) -> None:
        self._tools.bus.tell(done.changes)
        self._background.begin()
        self.look()

    def _changed(self, changes: Changes) -> None:
        if changes.touches(*_KINDS):
            self.look()

    def _found(self, open_: tuple[Standing, ...]) -> None:
        shown = [each for each in open_ if each.threat.id not in self._hidden]
        self._standing = shown[-1] if shown else None
        self._show()
        for each in open_:
            if not each.own and each.threat.id not in self._told:
                self._told.add(each.threat.id)
                self.needed.emit(self._tools.words("threats.please_come", name=each.threat.raised_by))
                QApplication.alert(self._shell.window())

    def _connected(self, strip: ThreatStrip) -> ThreatStrip:
        strip.noted.connect(self._note)
        strip.ordered.connect(self._order)
        strip.ending.connect(self._end)
        strip.closed.connect(self._hide)
        return strip

    def _show(self, _standing: object = None) -> None:
        """Show how it stands over the pages, and in the dialog in front, which would hide it."""
        strips = [self.strip, *_strips_in_dialogs()]
        if self._standing is None:
            for strip in strips:
                strip.hide()
            return
        if (dialog := _dialog_in_front()) is not None and not any(dialog.isAncestorOf(strip) for strip in strips):
            within = self._connected(ThreatStrip(self._tools, within=True, noting=dialog.OF_A_CALL))
            dialog.put_over(within)
            strips.append(within)
        connected = self._background.standing.state in (CONNECTED, OLDER)
        for strip in strips:
            order = self._orders.get(self._standing.threat.id, "")
            strip.show_standing(self._standing, connected=connected, late=self._late, order=order)
        if dialog is not None:
            dialog.fit()

    def _another_window(self, _window: QWindow | None) -> None:
        if self._standing is not None:
            self._show()

    def _be_late(self) -> None:
        self._late = True
        self._show()

    def _note(self, step: str) -> None:
        self._write(lambda desk, threat: note_threat(desk, threat, ThreatStep(step)))

    def _write(self, act: Callable[..., Done]) -> None:
        if self._standing is not None:
            desk, threat = self._tools.desk, self._standing.threat.id
            self._tools.tasks.write(lambda: act(desk, threat), self._written, self._failed)

    def _written(self, done: Done) -> None:
        self._tools.bus.tell(done.changes)
        self._background.begin()

    def _order(self) -> None:
        if self._standing is not None:
            threat = self._standing.threat.id
            given = partial(self._given, threat)
            later.emergency_order(self._tools, threat, self._in_front(), given, self._failed)

    def _given(self, threat: str, number: str, departments: str) -> None:
        self._orders[threat] = self._tools.words("threats.order_given", number=number, departments=departments)
        self._show()

    def _in_front(self) -> QWidget:
        return QApplication.activeModalWidget() or self._shell.window()

    def _end(self) -> None:
        if self._standing is not None:
            dialog = later.threat_end_dialog(self._tools, self._standing.threat.id, self._in_front())
            dialog.ended.connect(self._written)
            dialog.open()

    def _hide(self) -> None:
        if self._standing is not None:
            self._hidden.add(self._standing.threat.id)
        self._standing = None
        self._show()

    def _failed(self, error: QianshaoError) -> None:
        self._shell.say(self._tools.sentence(error), "bad")


def _dialog_in_front() -> Hosting | None:
    """Return the modal dialog in front that takes the strip: none that faces a resident, none of the call itself."""
    found = QApplication.activeModalWidget()
    return found if isinstance(found, Hosting) and found.isVisible() and not found.FACES_A_RESIDENT else None


def _strips_in_dialogs() -> list[ThreatStrip]:
    dialogs = [each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()]
    return [strip for dialog in dialogs for strip in dialog.findChildren(ThreatStrip)]
