"""The composition root of the window: builds every part, passes it down, and owns the way in and the way out.

Nothing heavy is imported here: the store, and the pages that need it, are loaded beside the sign-in page.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import desktop.ui  # noqa: F401 before Qt and all others: it spares them what nobody asks for (binding.py)

# isort: split
from PySide6.QtCore import QEvent, QLibraryInfo, QObject, QTimer, QTranslator, Signal
from PySide6.QtWidgets import QApplication, QWidget

from desktop.config import LANGUAGES, Home, home_from, owner_only
from desktop.early import PASSPHRASE, Asked
from desktop.forms.form import Draft
from desktop.forms.gate import ENROLMENT_FORM, SIGN_IN_FORM
from desktop.logs import keep_log
from desktop.ui import collecting
from desktop.ui.background import Background
from desktop.ui.bus import Bus
from desktop.ui.caretaker import Caretaker
from desktop.ui.fields.sources import Surroundings
from desktop.ui.front import Front, ask
from desktop.ui.gate import Gate
from desktop.ui.lock import Lock
from desktop.ui.opening import Opened, Opening, load_desk, sign_in
from desktop.ui.passphrase import NEW_PASSPHRASE_FORM, PASSPHRASE_FORM, chosen_passphrase
from desktop.ui.quiet_key import PRESSES_WITHIN, QuietKey
from desktop.ui.ready import Ready
from desktop.ui.restoring import Restoring, helps
from desktop.ui.tasks import Task, TaskRunner
from desktop.ui.theme import STYLE, STYLED, Theme
from desktop.ui.window import Window
from desktop.ui.words import sentence
from resources import Wording, wording
from sync.records.errors import QianshaoError, Refused

if TYPE_CHECKING:
    from desktop.actions.arrivals import Arrival
    from desktop.session import Session
    from desktop.store.store import Store
    from desktop.ui.dialogs.crash import CrashDialog
    from desktop.ui.shell import Shell
    from desktop.ui.threats import ThreatWatch
    from desktop.ui.tools import Tools


class Application(QObject):
    """One window on one home. ``ready`` is emitted when the gate can be used, ``signed_in`` when the shell can."""

    ready = Signal()
    signed_in = Signal()

    def __init__(
        self,
        home: Home,
        *,
        language: str = "",
        theme: str = "",
        type_size: int = 0,
        now: Callable[[], datetime] | None = None,
        asked: Asked | None = None,
    ) -> None:
        super().__init__()
        self.home = home
        self._asked = asked
        self._now = now
        self._passphrase = os.environ.pop(PASSPHRASE, "")
        self.words: Wording = wording(language or home.settings.language)
        self.theme = Theme(theme or home.settings.theme, type_size or home.settings.font_scale)
        self.tasks = TaskRunner(self)
        self.bus = Bus(self)
        self.caretaker = Caretaker(self.tasks, self)
        self.bus.changed.connect(self.caretaker.disturbed)
        self.caretaker.put_right.connect(self.bus.tell)
        self.background = Background(self.tasks, self.bus, self)
        self.background.arrived.connect(self._arrived)
        self.window = Window(self.theme, self.words("window.product"))
        self.lock = Lock(self.window, home.settings.lock_minutes * 60)
        settings = home.settings
        self.quiet_key = QuietKey(settings.quiet_key, settings.quiet_presses, PRESSES_WITHIN, self)
        self.quiet_key.pressed.connect(self._call_for_help)
        self.opening = Opening(self.tasks, self)
        self.shell: Shell | None = None
        self._first = False
        self._session: Session | None = None
        self._untold: list[Arrival] = []
        self._ready = Ready(self.tasks, self._make_shell)
        self._qt_words = QTranslator(self)
        self._crash: CrashDialog | None = None
        self.restoring = Restoring(self.window, self._around, self._restore)
        self.restoring.restored.connect(self._restored)
        self.opening.let_in.connect(self._let_in)
        self.opening.opened.connect(self._opened)
        self.opening.failed.connect(self._gate_refused)
        self.tasks.bug.connect(self.crash)
        self.tasks.unheard.connect(self._unheard)
        self.window.leaving.connect(self._leaving)
        self.theme.followed.connect(self._dressed)
        self.lock.closing.connect(self._leaving)
        self.lock.left.connect(self._sign_out)

    @property
    def store(self) -> Store | None:
        """The store, while it is open."""
        there = self.opening.there
        return there.store if there is not None else None

    @property
    def gate(self) -> Gate | None:
        """The page before the desk, while it is shown."""
        inside = self.window.inside
        return inside if isinstance(inside, Gate) and not self.lock.closed else None

    def start(self) -> None:
        """Dress the window, show it, and open the store beside it; without one, ask to enrol."""
        self.theme.wear()
        self._speak()
        if not self.home.store_path.exists():
            self._show_enrolment()
        elif self.home.keys_path.exists() and not self._passphrase:
            self._show_passphrase()
        else:
            self._open_store(self._asked)
            self._show_sign_in()
        self.window.show()

    def close(self) -> None:
        """End in good order: drafts, lanes, store."""
        if self.shell is not None:
            self.shell.keep_drafts()
        self._ready.take(None)
        self.bus.rest()
        self.background.rest()
        self.caretaker.rest()
        self.tasks.close()
        self.opening.close()
        self.window.close()
        self.shell = None  # what still waits for its turn finds nobody signed in

    def crash(self, error: BaseException) -> None:
        """Show the one dialog that bugs reach."""
        if self._crash is None:
            from desktop.ui.dialogs.crash import CrashDialog

            self._crash = CrashDialog(self.words, error, str(self.home.path / "logs"), self.window)
            self._crash.finished.connect(self._crash_seen)
            self._crash.open()

    def choose_language(self, language: str) -> None:
        """Speak another language from now on; what is being typed is kept as a draft and offered on Today."""
        page = self._undress()
        self.words = wording(language)
        self.home.save(replace(self.home.settings, language=language))
        self._speak()
        self._dress_again(page)

    def choose_theme(self, mode: str) -> None:
        """Wear another theme from now on; what is being typed is kept as a draft and offered on Today."""
        page = self._undress()
        self.home.save(replace(self.home.settings, theme=mode))
        self.theme.choose(mode, self.theme.size)
        self._dress_again(page)

    def choose_type_size(self, size: int) -> None:
        """Use larger or smaller type from now on, in per cent; what is being typed is kept as a draft."""
        page = self._undress()
        self.home.save(replace(self.home.settings, font_scale=size))
        self.theme.choose(self.theme.mode, size)
        self._dress_again(page)

    def choose_background(self, on: bool) -> None:
        """Exchange in the background from now on, or at day end alone."""
        self.home.save(replace(self.home.settings, background_exchange=on))
        self.background.rest()
        self._go_on_exchanging()
        if self.shell is not None:
            self.shell.line.show_standing(self.background.standing)

    # The way in

    def _show_enrolment(self) -> None:
        gate = Gate(self._around(), ENROLMENT_FORM, self.words("window.enrolment_text"))
        gate.submitted.connect(self._enrol)
        self.window.put(gate)
        gate.view.start()
        self.ready.emit()

    def _show_passphrase(self) -> None:
        gate = Gate(self._around(), PASSPHRASE_FORM, self.words("window.passphrase_text"))
        gate.submitted.connect(self._unlock)
        self.window.put(gate)
        gate.view.start()
        self.ready.emit()

    def _unlock(self, draft: Draft) -> None:
        self._passphrase = str(draft["passphrase"])
        self._open_store()

    def _show_new_passphrase(self, enrolment: Draft) -> None:
        gate = Gate(self._around(), NEW_PASSPHRASE_FORM, self.words("window.new_passphrase_text"))
        gate.submitted.connect(lambda draft: self._choose_passphrase(draft, enrolment))
        self.window.put(gate)
        gate.view.start()

    def _choose_passphrase(self, draft: Draft, enrolment: Draft) -> None:
        try:
            self._passphrase = chosen_passphrase(draft)
        except QianshaoError as error:
            self._gate_refused(error)
            return
        self._enrol(enrolment)

    def _show_sign_in(self) -> None:
        gate = Gate(self._around(), SIGN_IN_FORM, self.words("window.sign_in_text"))
        gate.submitted.connect(self._sign_in)
        gate.view.button.setEnabled(self.opening.lets_in)
        self.window.put(gate)
        gate.view.start()
        if self.opening.lets_in:
            self._ask_names()

    def _enrol(self, draft: Draft) -> None:
        home, passphrase = self.home, self._passphrase

        def work(_task: Task) -> Opened:
            from desktop.actions.enrolment import enrol
            from desktop.actions.passwords import check_password
            from desktop.keys import keys_for

            check_password(draft["password"], draft["password_again"])
            keys = keys_for(home, passphrase)
            store = enrol(home, keys, draft["url"], draft["code"], draft["name"], draft["password"])
            load_desk()
            return Opened(store, keys)

        if self.gate is not None:
            self.gate.text.setText(self.words("window.enrolling"))
        self.tasks.link(work, lambda made: self._enrolled(made, draft), lambda error: self._not_enrolled(error, draft))

    def _not_enrolled(self, error: QianshaoError, draft: Draft) -> None:
        if error.key == "store.keyring_none" and not self._passphrase:
            self._show_new_passphrase(draft)
            return
        if self.gate is None or self.gate.view.form is not ENROLMENT_FORM:
            self._show_enrolment()
        if self.gate is not None:
            self.gate.text.setText(self.words("window.enrolment_text"))
            self.gate.view.fill({n: v for n, v in draft.items() if n in self.gate.view.cells})
        self._gate_refused(error)

    def _enrolled(self, made: Opened, draft: Draft) -> None:
        self.opening.take(made)
        self._first = True
        self._sign_in(draft)

    def _open_store(self, asked: Asked | None = None) -> None:
        self.opening.begin(self.home, self._passphrase, self.words, asked)

    def _let_in(self) -> None:
        if self.gate is None or self.gate.view.form is not SIGN_IN_FORM:
            self._show_sign_in()
        else:
            self.gate.view.settle()
            self._ask_names()
        self.ready.emit()

    def _opened(self) -> None:
        if self.gate is not None and self.gate.view.form is not SIGN_IN_FORM:
            self._let_in()
        import desktop.ui.shell  # noqa: F401 now: a password is still typed, or tried

        self._ready.go_on(self.store)

    def _ask_names(self) -> None:
        names, store = self.opening.names, self.store
        if names is not None:
            self._named(names)
            return
        if store is None:
            return

        def work() -> list[str]:
            from desktop.actions.signing_in import colleagues

            return colleagues(store)

        self.tasks.read(work, self._named)

    def _named(self, names: Sequence[str]) -> None:
        if self.gate is not None:
            self.gate.offer_names(names)

    def _sign_in(self, draft: Draft) -> None:
        self.opening.sign_in(draft["name"], draft["password"], self._now, self._signed_in, self._gate_refused)
        self._ready.begin(draft["name"], self.store)

    def _gate_refused(self, error: QianshaoError) -> None:
        self._ready.take(None)
        if self.gate is not None:
            self.gate.view.settle(error)
            self.gate.view.button.setEnabled(self.opening.lets_in or self.gate.view.form is not SIGN_IN_FORM)

        if self.gate is not None and self.store is None and helps(error):
            self.restoring.offer(self.gate)

    def _restore(self, path: Path, recovery_passphrase: str) -> None:
        from desktop.actions.backups import restore
        from desktop.keys import keys_for

        restore(self.home, keys_for(self.home, self._passphrase), path, recovery_passphrase).close()

    def _restored(self) -> None:
        self._show_sign_in()
        self._open_store()

    def _signed_in(self, session: Session) -> None:
        self._session = session
        self._show_shell()
        if self.store is not None:
            self.bus.watch(self.tasks, self.store.data_version)
            self.caretaker.watch(self.store)
        if self.shell is not None:
            if self._first:
                self.shell.exchange_first()
            else:
                self.shell.stands.connect(self.shell.offer_drafts)
        self._first = False
        collecting.keep()
        self.signed_in.emit()

    # The desk

    def _show_shell(self) -> None:
        session = self._session
        if session is None:
            raise RuntimeError("nobody has signed in")
        self.shell = self._ready.take(session) or self._make_shell(session)
        self.shell.language.connect(self._other_language)
        self.shell.theme.connect(self.choose_theme)
        self.shell.type_size.connect(self.choose_type_size)
        self.shell.background.connect(self.choose_background)
        self.shell.line.show_standing(self.background.standing)
        self.background.stands.connect(self.shell.line.show_standing)
        self.shell.lock.connect(self.lock.close)
        self.shell.sign_out.connect(self._sign_out)
        self.shell.stands.connect(self._today_stands)
        self.window.put(self.shell)
        untold, self._untold = self._untold, []
        self.shell.tell_arrived(untold)
        if self.store is not None:
            self.lock.guard(session, self._around(), partial(sign_in, self.store, now=self._now))
        self.shell.turn("today")

    def _arrived(self, arrivals: Sequence[Arrival]) -> None:
        if self.shell is not None:
            self.shell.tell_arrived(arrivals)
        else:  # signed out meanwhile: whoever comes next is told
            self._untold += arrivals

    def _make_shell(self, session: Session) -> Shell:
        from desktop.ui.shell import Shell

        return Shell(self._tools(session))

    def _today_stands(self) -> None:
        self.tasks.link(lambda _task: _load_beneath(), self._load_behind)

    def _load_behind(self, _done: None) -> None:
        from desktop.ui import later

        later.load_behind(self, self._stands_whole)
        self._go_on_exchanging()

    def _stands_whole(self) -> None:
        if self.shell is None:  # signed out or closed meanwhile
            return
        collecting.keep()
        if (threats := self._threats()) is not None:
            threats.look()

    def _call_for_help(self) -> None:
        """Wherever the key was pressed: over a form, a dialog, a page that is turned to a resident, a locked desk."""
        if (threats := self._threats()) is not None:
            threats.call()

    def _threats(self) -> ThreatWatch | None:
        """What shows who needs help, once somebody has signed in."""
        if self.shell is None:
            return None
        if self.shell.threats is None:
            self.shell.watch_threats(self.background).needed.connect(self.lock.tell)
        return self.shell.threats

    def _go_on_exchanging(self) -> None:
        there = self.opening.there
        if there is not None and self._session is not None:
            self.background.watch(there.store, self.home, there.keys)

    def _tools(self, session: Session) -> Tools:
        from desktop.actions.desk import Desk, wall_clock
        from desktop.actions.manner import manner_of
        from desktop.ui.models.lookup import DeskSources
        from desktop.ui.tools import Tools

        there = self.opening.there
        if there is None:
            raise RuntimeError("no store is open")
        manner = partial(manner_of, self.home)
        desk = Desk(there.store, session, self._now or wall_clock, manner, there.keys)
        sources = DeskSources(desk, self.words)
        return Tools(self.words, self.theme, self.tasks, self.bus, desk, self.home, sources, there.keys)

    def _undress(self) -> str:
        """Let go of the shell and all its widgets now, so that dressing does not ask each of them; returns its page."""
        if self.shell is None:
            return ""
        page = self.shell.now
        self.shell.keep_drafts()
        self.shell = None
        self.window.put(QWidget())
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        collecting.let_go()
        return page

    def _dress_again(self, page: str) -> None:
        if page:
            self._show_shell()
            if self.shell is not None:
                self.shell.turn(page)
            collecting.keep()
        elif self.gate is not None:
            self._show_sign_in() if self.home.store_path.exists() else self._show_enrolment()

    def _dressed(self) -> None:
        self._ready.take(None)
        # The system went light or dark: the icons follow. A locked desk stays as it is until it is opened.
        if not self.lock.closed:
            self._dress_again(self._undress())

    def _other_language(self) -> None:
        self.choose_language("en" if self.words.language == "zh" else "zh")

    def _sign_out(self) -> None:
        if self.shell is not None:
            self.shell.keep_drafts()
        self.bus.rest()
        self.background.rest()
        self.caretaker.rest()
        self.lock.leave()
        self.shell = self._session = None
        collecting.let_go()
        self._show_sign_in()

    def _around(self) -> Surroundings:
        return Surroundings(self.words, self.theme, self.tasks)

    def _speak(self) -> None:
        app = QApplication.instance()
        if app is None:
            return
        app.removeTranslator(self._qt_words)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if self.words.language == "zh" and self._qt_words.load("qtbase_zh_CN", folder):
            app.installTranslator(self._qt_words)

    # The way out

    def _leaving(self) -> None:
        if self.shell is not None:
            self.shell.keep_drafts()

    def _unheard(self, error: QianshaoError) -> None:
        if self.shell is not None:
            self.shell.say(sentence(self.words, error), "bad")

    def _crash_seen(self) -> None:
        self._crash = None


def _load_beneath() -> None:
    """Import what the pages behind Today stand on, now that it is painted; and what signs a first paper."""
    from desktop.printing import proof
    from desktop.ui import later

    later.load_beneath()
    proof.load()


def build(
    home: Home,
    *,
    language: str = "",
    theme: str = "",
    type_size: int = 0,
    now: Callable[[], datetime] | None = None,
    asked: Asked | None = None,
) -> Application:
    """Return an application on ``home`` that is not started yet; tests and the demo drive the same one.

    ``asked`` is the store's key where it has been asked for early.
    """
    return Application(home, language=language, theme=theme, type_size=type_size, now=now, asked=asked)


def qt_application(argv: Sequence[str] = ()) -> QApplication:
    """Return this process's QApplication, made where there is none yet."""
    standing = QApplication.instance()
    if isinstance(standing, QApplication):
        return standing
    app = QApplication([sys.argv[0], "-style", STYLE, *argv])
    app.setProperty(STYLED, True)
    app.setApplicationName("qianshao")
    app.setDesktopFileName("qianshao")
    return app


def main(argv: Sequence[str] | None = None, asked: Asked | None = None) -> int:
    """Open the window; 0 when it was closed in good order, 1 where it could not be opened.

    ``asked`` is the key of the home's store where it has been asked for early.
    """
    parser = argparse.ArgumentParser(prog="qianshao")
    parser.add_argument("--home", type=Path, default=None)
    arguments = parser.parse_args(argv)
    owner_only()
    home = home_from(arguments.home)
    app = qt_application()
    words, lock = wording(LANGUAGES[0]), home.lock
    try:
        words = wording(home.settings.language)
        lock.take()
    except Refused:
        ask(home.front_path)
        sys.stderr.write(words("window.already_open") + "\n")
        return 1
    except QianshaoError as error:
        return _not_opened(sentence(words, error))
    except OSError as error:  # the home is a file, or a folder that is closed
        return _not_opened(words("cli.system", file=error.filename or home.path, reason=error.strerror or error))
    keep_log(home)
    application = build(home, asked=asked)
    sys.excepthook = _to_dialog(application)
    application.start()
    Front(application.window, home.front_path)
    QTimer.singleShot(2000, app, collecting.keep)
    try:
        return app.exec()
    finally:
        application.close()
        lock.let_go()
        # The interpreter's last collection takes dead wrappers apart one reference too far (PySide6 6.12, Python 3.11).
        collecting.keep()


def _not_opened(text: str) -> int:
    """Say why there is no window, also to somebody who started it by its icon and sees no terminal."""
    from PySide6.QtWidgets import QMessageBox

    sys.stderr.write(text + "\n")
    QMessageBox.critical(None, "", text)
    return 1


def _to_dialog(
    application: Application,
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    def hook(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
        elif isinstance(error, QianshaoError):
            application.tasks.unheard.emit(error)
        else:
            application.crash(error)

    return hook
