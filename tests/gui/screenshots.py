"""Pictures of every page, form and dialog in both languages, both themes and two sizes of screen: to be looked at.

python -m tests.gui.screenshots [FOLDER] [zh-light en-dark …]

Each look is a process of its own, for Qt takes its scale once: 1366x768 at 100 %, and 1920x1080 at 125 %.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtWidgets import QApplication, QDialog, QWidget

from desktop.app import Application, build, qt_application
from desktop.config import Home
from desktop.ui.form_panel import FormPanel
from desktop.ui.form_view import FormView
from desktop.ui.navigation import PAGES
from desktop.ui.shell import Shell
from sync.records.errors import RuleBroken, Unavailable
from sync.records.papers import PaperKind
from tests.support.window_day import a_day
from tests.support.window_desk import LEAD, NOW, PASSPHRASE, PASSWORD, enrolled_home

LOOKS = ("zh-light", "en-light", "zh-dark", "en-dark")
SIZES = {"1366": ("1", 1366, 768), "1920": ("1.25", 1536, 864)}
"""Scale, and the window's width and height in pixels before scaling."""


class Camera:
    """Drives one application and saves what it shows."""

    def __init__(self, application: Application, folder: Path) -> None:
        self.application, self.folder = application, folder

    @property
    def shell(self) -> Shell:
        """What a signed-in person works in."""
        assert self.application.shell is not None
        return self.application.shell

    def settle(self, until: Callable[[], bool] | None = None) -> None:
        """Let events and lanes run until nothing is under way (and ``until`` holds); 8 s at most."""
        end, quiet = time.monotonic() + 8, 0
        while time.monotonic() < end and quiet < 6:
            QApplication.processEvents()
            time.sleep(0.02)
            quiet = quiet + 1 if self.application.tasks.idle() and (until is None or until()) else 0

    def shot(self, name: str) -> None:
        """Save the dialog in front, or the window where there is none."""
        self.settle()
        dialogs = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
        for widget in dialogs or [self.application.window]:
            widget.grab().save(str(self.folder / f"{name}.png"))

    def form(self, name: str, panel: FormPanel | None) -> None:
        """Save a form as it opens, and from its first question to its last; then throw it away."""
        self.settle(lambda: panel is None or panel.isVisible())
        assert panel is not None, name
        self.shot(name)
        self.whole(f"{name}-whole", panel.view)
        panel.throw_away()

    def whole(self, name: str, view: FormView) -> None:
        """Save everything that a form holds, what is scrolled out of sight too."""
        self.settle()
        ground = next(w for w in view.findChildren(QWidget) if w.property("role") == "ground")
        ground.grab().save(str(self.folder / f"{name}.png"))

    def sign_in(self, name: str = LEAD) -> Shell:
        """Sign in through the real form."""
        self.settle(lambda: self.application.store is not None)
        gate = self.application.gate
        assert gate is not None
        gate.view.fill({"name": name, "password": PASSWORD})
        gate.view.submit()
        self.settle(lambda: self.application.shell is not None)
        return self.shell

    def close_dialogs(self) -> None:
        """Close every dialog that is open."""
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QDialog) and widget.isVisible():
                widget.reject()
        QApplication.processEvents()
        self.application.window.activateWindow()


@contextmanager
def camera(home: Home, folder: Path, look: str, size: str) -> Iterator[Camera]:
    """A window on ``home`` in this look, closed at the end."""
    language, theme = look.split("-")
    application = build(home, language=language, theme=theme, now=lambda: NOW)
    application.window.resize(*SIZES[size][1:])
    application.start()
    yield Camera(application, folder)
    application.close()
    application.window.deleteLater()
    QApplication.processEvents()


def before_the_desk(at: Camera) -> None:
    """Enrolment, refused enrolment, and the two questions for a passphrase."""
    application = at.application
    at.shot("00-enrolment")
    gate = application.gate
    assert gate is not None
    gate.view.fill({"url": "http://127.0.0.1:9", "code": "ABCD-EFGH", "name": LEAD})
    gate.view.refuse(RuleBroken("actions.password_differs", field="password_again"))
    at.shot("01-enrolment-refused")
    application._show_new_passphrase(gate.answers())
    at.shot("02-new-passphrase")
    application._show_passphrase()
    at.shot("03-passphrase")


def empty_desk(at: Camera) -> None:
    """Every page on the first morning."""
    at.shot("04-sign-in")
    shell = at.sign_in()
    for name in PAGES:
        shell.turn(name)
        at.shot(f"05-empty-{name}")
    shell.people.turn(1)
    shell.turn("people")
    at.shot("05-empty-organisations")


def pages(at: Camera) -> None:
    """The drafts that are offered, and every page of a day at work."""
    at.sign_in()
    at.shot("10-recover")
    at.close_dialogs()
    for name in PAGES:
        at.shell.turn(name)
        at.shot(f"11-{name}")
    at.shell.turn("people")
    at.shell.people.turn(1)
    at.shot("12-organisations")
    at.shell.people.turn(0)
    at.shell.turn("visits")
    at.shell.visits.search.setText("没有这样的人")
    at.settle(lambda: at.shell.visits.model.rowCount() == 0)
    at.shot("13-nothing-found")
    at.shell.visits.search.clear()


def visit_forms(at: Camera) -> None:
    """A visit as it is typed: blank, recognised, refused, a group; a consultation; a matter from a visit."""
    shell = at.shell
    shell.turn("visits")
    panel = shell.visits.log()
    at.shot("20-visit")
    at.whole("20-visit-whole", panel.view)
    panel.view.fill({"name": "黎平"})
    panel.view.edited.emit()
    at.settle(lambda: panel.findChild(QWidget, "recognition.0") is not None)
    at.shot("21-visit-recognised")
    side = panel.findChild(QWidget, "recognition")
    side.choose(0)  # type: ignore[union-attr]
    at.shot("22-visit-known-person")
    number = {"answer": "given", "type": "citizen", "number": "440311196005310338", "doubt": ""}
    panel.view.fill({"document": number})
    panel.view.refuse(RuleBroken("records.name_long", field="name", length=120, limit=100))
    panel.view.refuse(RuleBroken("records.document_check", field="document"))
    at.shot("23-visit-refused")
    panel.view.fill({"headcount": 6, "roster": [{"name": "何秀英"}, {"name": "周国富"}], "answered": True})
    at.whole("24-visit-group-whole", panel.view)
    panel.throw_away()
    at.form("25-consultation", shell.visits.consult())
    at.settle(lambda: bool(shell.visits.model.rowCount()))
    shell.visits.amend(shell.visits.model.rows()[0].id)
    at.settle(lambda: shell.visits.panel is not None)
    at.form("26-amend", shell.visits.panel)
    shell.visits.open_matter(shell.visits.model.rows()[0].id)
    at.settle(lambda: shell.visits.panel is not None)
    at.form("27-matter-from-visit", shell.visits.panel)


def matter_forms(at: Camera) -> None:
    """What is done with a matter, and with an order."""
    page = at.shell.matters
    at.shell.turn("matters")
    at.settle(lambda: bool(page.model.rowCount()))
    row = page.model.rows()[-1]
    for number, start in enumerate((page.step, page.order, page.mediate, page.follow_up, page.edit)):
        start(row.id)
        at.settle(lambda: page.panel is not None)
        at.form(f"3{number}-{start.__name__}", page.panel)
    at.form("35-new-matter", page.new())
    at.shell.turn("orders")
    orders = at.shell.orders
    at.settle(lambda: bool(orders.model.rowCount()))
    at.form("36-reply", orders.reply(orders.model.rows()[0].id))
    orders.print_order(orders.model.rows()[0].id)
    at.shot("37-order-paper")
    at.close_dialogs()


HAPPENED: tuple[dict[str, object], ...] = (
    {"kind": "contact", "side": "2", "manner": "phone", "reached": "yes", "text": "同意周五下午到社区来谈。"},
    {"kind": "joint", "present": "黎平桂、物业公司王经理", "text": "双方陈述经过，对漏水原因说法不一。"},
    {"kind": "separate", "side": "1", "text": "希望年底前修好，赔偿不低于三千元。"},
    {"kind": "inspection", "place": "3栋502", "present": "黎平桂、物业公司王经理", "text": "卫生间顶板有三处水渍。"},
    {"kind": "suspended", "reason": "appraisal", "until": "2026-12-10"},
    {},
)
"""What `mediation_forms` notes; the last form opens with the suspension's end."""


def mediation_forms(at: Camera) -> None:
    """Signatures, a changed agreement, its paper, cards of people."""
    page = at.shell.mediations
    at.shell.turn("mediations")
    at.settle(lambda: bool(page.model.rowCount()))
    row = next(r for r in page.model.rows() if r.agreement)
    for number, given in enumerate(HAPPENED):
        page.note(row.id)
        at.settle(lambda: page.panel is not None)
        assert page.panel is not None
        page.panel.view.fill(given)
        page.panel.view.edited.emit()
        if number < len(HAPPENED) - 1:
            at.shot(f"39-event-{number}")
            page.panel.view.submit()
            at.settle(lambda: page.panel is None)
        else:
            at.form(f"39-event-{number}", page.panel)
    at.shot("39-events-told")
    page.correct(row.id)
    at.settle(lambda: page.panel is not None)
    at.form("39-correct", page.panel)
    page.sign(row.id, row.agreement)
    at.settle(lambda: page.panel is not None)
    at.form("40-sign", page.panel)
    page.conclude(row.id, row.agreement)
    at.settle(lambda: page.panel is not None)
    page.panel.view.fill({"total": "8000"})
    at.settle(lambda: page.panel is not None)
    at.form("41-change-agreement", page.panel)
    page.conclude(row.id, row.agreement)
    at.settle(lambda: page.panel is not None)
    page.panel.view.fill({"amend_reason": "改期", "performance": "银行转账，分两次付清。", "read_aloud": True})
    page.panel.view.submit()
    at.settle(lambda: page.panel is None)
    page.compare(row.id)
    at.shot("41-versions")
    at.close_dialogs()
    page.print_agreement(row.agreement)
    at.settle()
    at.shot("42-agreement-paper")
    at.close_dialogs()
    at.shell.turn("people")
    at.form("43-person", at.shell.people.persons.new())
    at.shell.people.turn(1)
    at.form("44-organisation", at.shell.people.organisations.new())
    at.shell.people.turn(0)


def dialogs(at: Camera) -> None:
    """What stands over the window."""
    from desktop.ui.dialogs.colleagues import ColleaguesDialog
    from desktop.ui.dialogs.confirm import Confirm
    from desktop.ui.dialogs.importing import ImportDialog
    from desktop.ui.dialogs.paper import PaperDialog
    from desktop.ui.dialogs.password import PasswordDialog

    shell, window = at.shell, at.application.window
    tools, words = shell.tools, at.application.words
    shell.show_keys()
    at.shot("50-keys")
    at.close_dialogs()
    colleagues = ColleaguesDialog(tools, window)
    colleagues.open()
    at.shot("51-colleagues")
    colleagues.add_one()
    at.shot("52-add-colleague")
    at.close_dialogs()
    at.close_dialogs()
    PasswordDialog(tools, window).open()
    at.shot("53-password")
    at.close_dialogs()
    importing = ImportDialog(tools, window)
    importing.open()
    at.shot("54-import")
    importing.bar.show()
    importing._progress((240, 600))
    at.shot("55-importing")
    at.close_dialogs()
    Confirm.discard(window, words, "登记来访 马建国", window.update)
    at.shot("56-confirm")
    at.close_dialogs()
    paper = PaperDialog(tools, PaperKind.REGISTRATION, "", window)
    paper.open()
    paper.refuse(Unavailable("printing.no_print_system", package="cups-client"))
    at.shot("57-paper-refused")
    at.close_dialogs()
    at.application.crash(ZeroDivisionError())
    at.shot("58-crash")
    at.close_dialogs()


def the_end(at: Camera) -> None:
    """Notices, a day end under way and one that failed, the locked desk."""
    shell, words = at.shell, at.application.words
    shell.turn("today")
    shell.say(words("window.exchange_all_sent"), "good")
    at.shot("60-notice-good")
    shell.say(words("window.not_yours"), "bad")
    at.shot("61-notice-bad")
    shell.notice.hide()
    shell.turn("day_end")
    shell.day_end.begin()
    at.shot("62-day-end-failed")
    shell.notice.hide()
    shell.day_end.bar.show()
    shell.day_end._progress(("push", 320, 1200))
    at.application.window.grab().save(str(at.folder / "63-day-end-under-way.png"))
    at.application.lock.close()
    at.shot("64-locked")


def tour(work: Path, folder: Path, look: str, size: str) -> None:
    """All of one look; ``work`` holds the two homes, of which copies are used."""
    with camera(Home(work / "none"), folder, look, size) as at:
        before_the_desk(at)
    for home, steps in (
        ("empty", (empty_desk,)),
        ("full", (pages, visit_forms, matter_forms, mediation_forms, dialogs, the_end)),
    ):
        os.environ["QIANSHAO_PASSPHRASE"] = PASSPHRASE
        copy = shutil.copytree(work / home, work / f"{home}-{look}-{size}")
        with camera(Home(copy), folder, look, size) as at:
            for step in steps:
                step(at)


def main() -> None:
    """Make the pictures: the parent makes the homes, a child for each look takes the pictures."""
    if sys.argv[1:2] == ["--look"]:
        work, folder, look, size = sys.argv[2:]
        qt_application()
        tour(Path(work), Path(folder), look, size)
        return
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/screenshots").absolute()
    looks = sys.argv[2:] or list(LOOKS)
    with tempfile.TemporaryDirectory() as made:
        work = Path(made)
        enrolled_home(work / "empty")
        a_day(enrolled_home(work / "full"))
        for look in looks:
            for size, (scale, _width, _height) in SIZES.items():
                if look.count("-") == 2 and not look.endswith(size):
                    continue
                name = "-".join(look.split("-")[:2])
                place = folder / f"{name}-{size}"
                place.mkdir(parents=True, exist_ok=True)
                own = {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale}
                command = [sys.executable, "-m", "tests.gui.screenshots", "--look", str(work), str(place), name, size]
                subprocess.run(command, env={**os.environ, **own}, check=True)


if __name__ == "__main__":
    main()
