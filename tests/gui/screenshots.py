"""Pictures of every page, form and dialog in both languages, the themes and three sizes of screen: to be looked at.

python -m tests.gui.screenshots [FOLDER] [zh-light en-contrast-1366 zh-light-1366-150 …]

Each look is a process of its own, for Qt takes its scale once: 1366x768 at 100 %, 1920x1080 at
125 %, 3840x2160 at 200 %.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget

from desktop.actions.day_end import Underway
from desktop.actions.directory import colleague_options, department_options
from desktop.actions.finding import Question
from desktop.actions.order_requests import delegate
from desktop.app import Application, build, qt_application
from desktop.config import Home
from desktop.forms.orders import DELEGATION_FORM
from desktop.forms.questions import fresh
from desktop.ui import collecting
from desktop.ui.dialogs.find import FindBox
from desktop.ui.dialogs.mass_change import MassChangeDialog
from desktop.ui.dialogs.passed_matters import PassedMattersDialog
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.dialogs.sticks import StickDialog
from desktop.ui.form_panel import FormPanel
from desktop.ui.form_view import FormView
from desktop.ui.models.found import Sort
from desktop.ui.models.narrow import Narrow
from desktop.ui.navigation import PAGES
from desktop.ui.pieces.fold import Fold
from desktop.ui.shell import Shell
from sync.protocol import age
from sync.records.audit import Erasure
from sync.records.errors import RuleBroken, Unavailable
from sync.records.kinds import UNIT_PREFIX, new_id, new_identity
from sync.records.papers import PaperKind
from sync.records.record import Made
from tests.gui.layout import faults
from tests.support.stale_wrappers import items_of_layouts
from tests.support.window_conflicts import in_conflict
from tests.support.window_day import a_day
from tests.support.window_desk import LEAD, NOW, PASSPHRASE, PASSWORD, enrolled_home
from tests.support.window_held import in_trouble
from tests.support.window_orders import bad_week

FAULTS, ONLY_LOOK = "faults.txt", "--only-look"
LOOKS = ("zh-light", "en-light", "zh-dark", "en-dark")
SIZES = {"1366": ("1", 1366, 768), "1920": ("1.25", 1536, 864), "3840": ("2", 1920, 1080)}
"""Scale, and the window's width and height in pixels before scaling."""
EVERY = (
    *(f"{look}-{size}" for look in LOOKS for size in SIZES),
    "zh-contrast-1366",
    "en-contrast-1366",
    "zh-light-1366-125",
    "en-light-1366-125",
    "zh-light-1366-150",
)
"""What is made where nothing else is asked for: language, theme, size, and the type size where it is not 100."""


class Camera:
    """Drives one application, saves what it shows, and notes in ``faults`` what is laid out wrongly in it.

    Without ``pictures`` it only looks.
    """

    def __init__(self, application: Application, folder: Path, *, pictures: bool = True) -> None:
        self.application, self.folder, self._pictures = application, folder, pictures
        self.faults: list[str] = []

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
        """Save the dialog in front, or the window where there is none; what lies behind is only looked at."""
        self.settle()
        dialogs = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
        dialogs.sort(key=behind)
        for widget in dialogs or [self.application.window]:
            self._take(name, widget)
            self.faults += [f"{name}: {fault}" for fault in faults(widget)]
        if dialogs and isinstance(dialogs[-1], Sheet) and not begins(dialogs[-1]):
            self.faults.append(f"{name}: no control of the dialog has the focus")

    def _take(self, name: str, widget: QWidget) -> None:
        if self._pictures:
            widget.grab().save(str(self.folder / f"{name}.png"))

    def under_way(self, name: str) -> None:
        """Save what is not at rest."""
        QApplication.processEvents()
        self._take(name, self.application.window)

    def form(self, name: str, panel: FormPanel | None) -> None:
        """Save a form as it opens, and from its first question to its last; then throw it away."""
        self.settle(lambda: panel is None or panel.isVisible())
        assert panel is not None, name
        self.shot(name)
        self.whole(f"{name}-whole", panel.view)
        panel.throw_away()

    def whole(self, name: str, view: FormView) -> None:
        """Save everything that a form holds, what is folded or scrolled out of sight too."""
        for fold in view.findChildren(Fold):
            fold.setChecked(True)
        self.settle()
        self._take(name, next(w for w in view.findChildren(QWidget) if w.property("role") == "ground"))
        self.faults += [f"{name}: {fault}" for fault in faults(self.application.window)]

    def sign_in(self, name: str = LEAD) -> Shell:
        """Sign in through the real form."""
        self.settle(lambda: self.application.store is not None)
        gate = self.application.gate
        assert gate is not None
        gate.view.fill({"name": name, "password": PASSWORD})
        gate.view.submit()
        self.settle(lambda: self.application.shell is not None and self.application.shell.stood)
        return self.shell

    def close_dialogs(self) -> None:
        """Close every dialog that is open."""
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QDialog) and widget.isVisible():
                widget.reject()
        QApplication.processEvents()
        self.application.window.activateWindow()


def begins(dialog: QDialog) -> bool:
    """Whether the keyboard is at work in ``dialog``: the focus is on a control that can be used."""
    at = dialog.focusWidget()
    return at is not None and at.isEnabled() and at.isVisible()


def behind(widget: QWidget) -> int:
    """How many widgets ``widget`` was opened over: of dialogs over each other the last has the most."""
    parent = widget.parentWidget()
    return 0 if parent is None else 1 + behind(parent)


def parted(look: str) -> tuple[str, str, str, int]:
    """Language, theme, size and type size of a look."""
    language, theme, size, *more = look.split("-")
    return language, theme, size, int(more[0]) if more else 100


@contextmanager
def camera(home: Home, folder: Path, look: str, *, pictures: bool = True) -> Iterator[Camera]:
    """A window on ``home`` in this look, closed at the end."""
    language, theme, size, type_size = parted(look)
    application = build(home, language=language, theme=theme, type_size=type_size, now=lambda: NOW)
    application.window.resize(*SIZES[size][1:])
    application.start()
    at = Camera(application, folder, pictures=pictures)
    yield at
    with (folder / FAULTS).open("a", encoding="utf-8") as file:
        file.writelines(f"{fault}\n" for fault in at.faults)
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
    at.shell.turn("mediations")
    more = at.shell.mediations.story.findChild(QPushButton, "verb.mediations.more")
    more.click()
    at.shot("12-mediations-more")
    more.click()
    at.shell.turn("people")
    at.shell.people.turn(1)
    at.shot("12-organisations")
    at.shell.people.turn(0)
    at.shell.turn("visits")
    at.shell.visits.search.setText("没有这样的人")
    at.settle(lambda: at.shell.visits.model.rowCount() == 0)
    at.shot("13-nothing-found")
    at.shell.visits.search.clear()
    front = at.shell.visits.front
    front.bar.set(Narrow(channels=frozenset({"walk_in", "phone"}), mine=True))
    front.band.by.setCurrentIndex(front.band.by.findData("category"))
    at.settle(lambda: bool(at.shell.visits.model.rowCount()))
    front.table.selectAll()
    at.shot("14-narrowed-and-chosen")
    front.table.choose_only_current()
    front.bar.set(Narrow())
    front.choose_columns()
    at.shot("15-columns")
    at.close_dialogs()


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
    at.form("35-accusation", page.accuse())
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
    {
        "kind": "period_agreed",
        "agreed_until": "2026-12-20",
        "agreed_by": "黎平桂、深圳市安居物业服务有限公司",
        "agreed_why": "物业公司等维修基金到账，双方同意继续调解。",
    },
    {"kind": "suspended", "reason": "appraisal", "until": "2026-12-10"},
    {},
)
"""What `mediation_forms` notes; the last form opens with the suspension's end."""


def order_forms(at: Camera) -> None:
    """Orders that go to and fro, by telephone, in an emergency, asked for; the code on the screen, and each form."""
    from desktop.forms.orders import DELEGATION_FORM, REFUSAL_FORM
    from desktop.forms.questions import fresh

    made = bad_week(at.shell.tools.desk)
    page = at.shell.orders
    at.shell.turn("orders")
    page.refresh()
    for name, order in (("bounced", made.bounced), ("telephoned", made.telephoned), ("emergency", made.emergency)):
        page.select(order)
        at.settle(lambda wanted=order: page.here() == wanted)  # type: ignore[misc]
        at.shot(f"38-order-{name}")
    at.shell.turn("matters")
    at.shell.matters.refresh()
    at.shell.matters.select(made.passed)
    at.settle(lambda: at.shell.matters.here() == made.passed)
    at.shot("38-matter-passed")
    at.shell.turn("orders")
    page.step(made.telephoned)
    at.settle(lambda: page.panel is not None)
    at.form("38-order-step", page.panel)
    order_calls(at)
    at.shell.turn("orders")
    page.show_requests()
    at.shot("38-order-requests")
    at.close_dialogs()
    delegations_shown(at)
    page.show_arrival(made.telephoned)
    at.shot("38-order-arrival")
    at.close_dialogs()
    passed_here(at)
    referrals_told(at)
    page = at.shell.orders
    at.shell.turn("orders")
    at.form("38-order-refusal", page.open_form(REFUSAL_FORM, fresh(REFUSAL_FORM, "order_step"), made.request))
    at.form("38-order-delegation", page.open_form(DELEGATION_FORM, fresh(DELEGATION_FORM, "order_delegation")))


def passed_here(at: Camera) -> None:
    """What other units passed here: on Today, beside its list (one covered), and the form that answers."""
    from tests.support.window_passed import asked_to_mediate, passed_week

    shell = at.shell
    waiting, _, _ = passed_week(shell.tools.desk, NOW)
    shell.turn("today")
    shell.today.refresh()
    at.settle(lambda: shell.today.findChild(QPushButton, f"today.passed.{waiting}") is not None)
    at.shot("38-today-passed")
    shell.show_passed()
    at.shot("38-passed")
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, PassedMattersDialog) and w.isVisible())
    dialog.table.setCurrentCell(1, 0)
    at.shot("38-passed-covered")
    at.close_dialogs()
    shell.finder.find()
    box = next(w for w in QApplication.topLevelWidgets() if isinstance(w, FindBox) and w.isVisible())
    box.ask(Question("漏水", kind="passed_matter"))
    at.settle(lambda: any(line.sort is Sort.RECORD for line in box.model.lines))
    at.shot("38-passed-found")
    at.close_dialogs()
    shell.matters.answer_passed(waiting)
    at.settle(lambda: shell.matters.panel is not None)
    at.form("38-passed-answer", shell.matters.panel)
    asked = asked_to_mediate(shell.tools.desk, NOW)
    shell.show_passed()
    at.shot("38-passed-asked")
    at.close_dialogs()
    shell.matters.answer_passed(asked)
    at.settle(lambda: shell.matters.panel is not None and shell.matters.panel.view.values().get("kind") == "mediates")
    at.form("38-passed-mediates", shell.matters.panel)


def referrals_told(at: Camera) -> None:
    """Referrals without any, with some, the form for a result, and what somebody sees who counsels and nothing else."""
    from tests.support.window_desk import WindowDesk
    from tests.support.window_referrals import COUNSELLOR, counsels, refer_three

    desk = at.shell.tools.desk
    at.shell.turn("referrals")
    at.shot("39-referrals-none")
    staff = {LEAD: desk.session.staff}
    her = counsels(WindowDesk(at.application.home, desk.session.unit, staff), desk.store, COUNSELLOR)
    made = refer_three(desk, her)
    page = at.shell.referrals
    page.refresh()
    at.settle(lambda: page.table.rowCount() > 1)
    page.select(made.under_way)
    at.shot("39-referrals")
    page.write()
    at.settle(lambda: page.panel is not None)
    at.form("39-referral-result", page.panel)
    at.application._sign_out()
    at.sign_in(COUNSELLOR)
    at.close_dialogs()
    at.settle(lambda: at.shell.referrals.table.rowCount() > 1)
    at.shot("39-counsellor")
    at.shell.referrals.select(made.under_way)
    at.settle(lambda: at.shell.referrals.here() == made.under_way)
    at.shell.referrals.story.asked.emit("open_kept", made.results[0])
    at.settle()
    at.shot("39-counsellor-opened")
    at.application._sign_out()
    at.sign_in()
    at.close_dialogs()


def delegations_shown(at: Camera) -> None:
    """Who may issue beside the secretary, and the question before a delegation is withdrawn."""
    from desktop.ui.dialogs.delegations import DelegationsDialog

    page, desk = at.shell.orders, at.shell.tools.desk
    at.shell.turn("orders")
    page.show_delegations()
    at.shot("38-order-delegations-none")
    at.close_dialogs()
    said = {"delegate": colleague_options(desk)[0].value, "paper": "凤凰党委函〔2026〕9号"}
    days = {"starts_on": NOW.date().isoformat(), "ends_on": (NOW + timedelta(days=9)).date().isoformat()}
    delegate(desk, fresh(DELEGATION_FORM, "order_delegation", {**said, **days}))
    page.show_delegations()
    at.shot("38-order-delegations")
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, DelegationsDialog) and w.isVisible())
    dialog.take_back.click()
    at.shot("38-order-delegations-withdraw")
    at.close_dialogs()


def order_calls(at: Camera) -> None:
    """An order's form in which two departments were told by telephone."""
    page = at.shell.matters
    at.shell.turn("matters")
    at.settle(lambda: bool(page.model.rowCount()))
    page.order(page.model.rows()[-1].id)
    at.settle(lambda: page.panel is not None)
    assert page.panel is not None
    units = [option.value for option in department_options(at.shell.tools.desk)][:2]
    said = {"called_at": (NOW - timedelta(minutes=20)).isoformat(), "read_back": "半小时内派两人到社区"}
    calls = [{"called": unit, "callee": name, **said} for unit, name in zip(units, ("周海涛", "罗秀英"), strict=True)]
    page.panel.view.fill({"departments": units, "calls": calls})
    at.form("38-order-calls", page.panel)


def mediation_forms(at: Camera) -> None:
    """Signatures, a changed agreement, its paper, the whole file, cards of people."""
    from desktop.ui.dialogs.whole_file import WholeFileDialog

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
    page.wills.note(row.id)
    at.settle(lambda: page.panel is not None)
    assert page.panel is not None
    rows = page.panel.view.values()["consents"]
    page.panel.view.fill({"consents": [{**each, "answer": "agrees"} for each in rows]})
    page.panel.view.edited.emit()
    at.form("39-consents", page.panel)
    page.wills.offer_end(row.id, ("深圳市安居物业服务有限公司",))
    at.shot("39-end-refused")
    at.close_dialogs()
    page.sign(row.id, row.agreement)
    at.settle(lambda: page.panel is not None)
    at.form("40-sign", page.panel)
    signing = page.steps.signing(row.id, row.agreement)
    at.settle(lambda: signing.page is not None)
    signing.record()
    at.settle(lambda: signing.page is not None and signing.page.state.signed == 1)
    signing.line.reason.setText("中途离开，拒绝签字")
    signing.refuse()
    at.settle(lambda: bool(signing.refused))
    at.shot("40-signing")
    at.close_dialogs()
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
    next(b for w in QApplication.topLevelWidgets() for b in w.findChildren(QPushButton, "dialog.paper.rules")).click()
    at.shot("42-print-rules")
    at.close_dialogs()
    page.show_file(row.id)
    at.settle()
    at.shot("42-case-file")
    at.close_dialogs()
    whole = WholeFileDialog.show_file(at.application.window, at.shell.tools, row.id)
    at.settle(whole.save.isEnabled)
    at.shot("42-whole-file")
    at.close_dialogs()
    at.shell.turn("people")
    at.form("43-person", at.shell.people.persons.new())
    at.shell.people.turn(1)
    at.form("44-organisation", at.shell.people.organisations.new())
    at.shell.people.turn(0)


def _proofs(at: Camera) -> None:
    """The verification of papers: one that was signed here and is altered, one without a code, and no PDF."""
    from dataclasses import replace

    from desktop.actions.signing_keys import stamp
    from desktop.printing.reading_back import read_back
    from desktop.ui.dialogs.proving import ProvingDialog
    from tests.support import sheets

    at.shell.verify_papers()
    at.shot("dialog-proving")
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, ProvingDialog) and w.isVisible())
    desk = at.shell.tools.desk
    with desk.store.write() as work:
        work.set_meta("district", desk.session.unit)  # its own list, so that there is one
    signed = sheets.render(replace(sheets.AGREEMENT, stamp=stamp(desk)))
    papers = {"协议书.pdf": signed, "旧登记表.pdf": sheets.render(sheets.REGISTRATION), "照片.pdf": b"%PDF-1.4 damaged"}
    files = []
    for name, content in papers.items():
        files.append(at.folder / name)
        files[-1].write_bytes(content)
    dialog.take(files)
    at.shot("dialog-proving-files")
    dialog.field.setPlainText(f"金额：人民币81,000.00元。\n{read_back(signed)[0].code}")
    at.settle(lambda: not dialog.waits)
    at.shot("dialog-proving-text")
    for file in files:
        file.unlink()
    at.close_dialogs()


def dialogs(at: Camera) -> None:
    """What stands over the window."""
    from desktop.ui.dialogs.characters import CharacterPicker
    from desktop.ui.dialogs.colleagues import ColleaguesDialog
    from desktop.ui.dialogs.confirm import Confirm
    from desktop.ui.dialogs.dues import DuesDialog
    from desktop.ui.dialogs.importing import ImportDialog
    from desktop.ui.dialogs.paper import PaperDialog
    from desktop.ui.dialogs.paper_manner import PaperMannerDialog
    from desktop.ui.dialogs.password import PasswordDialog

    shell, window = at.shell, at.application.window
    tools, words = shell.tools, at.application.words
    shell.show_keys()
    at.shot("50-keys")
    at.close_dialogs()
    shell.show_dues()
    dues = next(w for w in QApplication.topLevelWidgets() if isinstance(w, DuesDialog) and w.isVisible())
    at.settle(lambda: bool(dues.model.rowCount()))
    at.shot("50-dues")
    at.close_dialogs()
    picker = CharacterPicker(tools.around(), window, private=True)
    picker.open()
    picker.line.setText("di 页")
    at.settle(lambda: picker.list.count() > 0)
    at.shot("50-characters")
    at.close_dialogs()
    manner = PaperMannerDialog(tools, window)
    manner.open()
    at.settle(lambda: manner.keep.isEnabled())
    at.shot("50-paper-manner")
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
    _proofs(at)
    importing = ImportDialog(tools, window)
    importing.open()
    at.shot("54-import")
    importing.bar.show()
    importing._progress((240, 600))
    at.shot("55-importing")
    at.close_dialogs()
    Confirm.discard(window, words, f"{words('forms.visit_title')} 马建国", window.update)
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


def files_and_checks(at: Camera) -> None:
    """Files of a form, of a record, in the viewer; the page that is turned to a resident; handwriting."""
    from desktop.actions.attachments import Content
    from desktop.files.attached import PDF, PNG
    from desktop.ui.dialogs.confirming import ConfirmPage
    from desktop.ui.pieces.file_tile import FileTile
    from tests.support import pictures

    shell, page = at.shell, at.shell.visits
    shell.turn("visits")
    panel = page.log()
    given = {"name": "黎平桂", "phone": "13812345678", "text": "楼上卫生间长期渗水，多次沟通无果，要求修复。"}
    panel.view.fill({**given, "happened_at": NOW.isoformat()})
    assert panel.files is not None
    panel.files.take(Content("现场照片.png", PNG, pictures.png(600, 400)))
    panel.files.take(Content("租赁合同.pdf", PDF, pictures.pdf()))
    panel.files.line.refuse(at.application.words("attachments.damaged", file="照片2.jpg"))
    at.whole("70-files-whole", panel.view)
    page.form_confirmation.show()
    at.settle(lambda: any(isinstance(w, ConfirmPage) for w in QApplication.topLevelWidgets()))
    turned = [w for w in QApplication.topLevelWidgets() if isinstance(w, ConfirmPage)]
    for dialog in turned:  # a screen that is none is 800 pixels wide, whatever the look
        dialog.setWindowState(Qt.WindowState.WindowNoState)
        dialog.resize(shell.window().size())
    at.shot("71-resident-checks")
    for dialog in turned:
        dialog.sign()
    at.shot("72-resident-signs")
    at.close_dialogs()
    panel.view.submit()
    at.settle(lambda: page.panel is None and bool(page.story.findChildren(FileTile)))
    at.shot("73-files-told")
    page.files.open()
    at.shot("74-attachments")
    at.close_dialogs()
    page.story.findChildren(FileTile)[0].picture.click()
    at.shot("75-attachment")
    at.close_dialogs()
    row = next(r for r in shell.mediations.model.rows() if r.agreement)
    shell.turn("mediations")
    shell.mediations.steps.draw(row.agreement)
    at.shot("76-handwriting")
    at.close_dialogs()


def calls_and_help(at: Camera) -> None:
    """A call that waits on Today; help at the desk: the strip over a form, the emergency order, the end."""
    from desktop.actions.notices import CallRow

    shell = at.shell
    number, unit = "(2026)光明发令第3号", "区城管和综合执法局"
    call = CallRow("ord_", number, "小区物业停用电梯", "uni_", unit, "周明", "075527401234", NOW, NOW, False, 2)
    shell.turn("today")
    at.settle()
    shell.today._show_calls((call,))
    at.shot("help-1-today")
    shell.make_call(call)
    at.shot("help-2-call")
    at.close_dialogs()
    shell.turn("visits")
    shell.visits.log()
    at.application.quiet_key.pressed.emit()
    at.settle(lambda: shell.threats is not None)
    threats = shell.threats
    assert threats is not None
    at.settle(threats.strip.isVisible)
    at.shot("help-3-strip")
    threats.strip.ordered.emit()
    at.settle(lambda: any(isinstance(w, QDialog) and w.isVisible() for w in QApplication.topLevelWidgets()))
    at.shot("help-4-order")
    at.close_dialogs()
    threats.strip.ending.emit()
    at.shot("help-5-ends")
    at.close_dialogs()
    threats.strip.closed.emit()
    shell.visits.back()
    at.settle()


def counter_papers(at: Camera) -> None:
    """Hand-over, blank forms, the papers of a visit, printing many, the log of what was printed."""
    from desktop.actions.papers import issue_paper
    from sync.records.kinds import new_id
    from sync.records.papers import NumberLease, Series
    from sync.records.record import Made

    shell, desk = at.shell, at.shell.tools.desk
    shell.turn("visits")
    at.settle(lambda: bool(shell.visits.model.rowCount()))
    shell.hand_over()
    at.shot("77-hand-over")
    at.close_dialogs()
    shell.show_blanks()
    at.shot("77-blanks-none")
    at.close_dialogs()
    made, unit, store = Made(by="", unit=desk.store.unit, store="sto_district", at=NOW), desk.store.unit, desk.store.id
    for year in {NOW.year, desk.now().year}:
        lease = NumberLease(
            id=new_id("number_lease"), made=made, year=year, series=Series.VISIT, unit=unit, store=store,
            first=900_001, last=900_020,
        )  # fmt: skip
        with desk.store.write() as work:
            work.add(lease)
    shell.show_blanks()
    at.settle()
    blanks = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "dialog.blanks" and w.isVisible())
    blanks.view.fill({"count": 3})  # type: ignore[attr-defined]
    blanks.view.submit()  # type: ignore[attr-defined]
    at.settle(lambda: bool(blanks.table.rowCount()))  # type: ignore[attr-defined]
    at.shot("77-blanks-printed")
    at.close_dialogs()
    shell.show_blanks()
    at.shot("77-blanks-out")
    at.close_dialogs()
    visit = shell.visits.model.rows()[0].id
    shell.visits.show_papers(visit)
    at.shot("78-papers")
    at.close_dialogs()
    for _ in range(2):
        shell.tools.bus.tell(issue_paper(desk, PaperKind.REGISTRATION, visit).changes)
    shell.turn("prints")
    at.settle(lambda: bool(shell.prints.model.rowCount()))
    at.shot("78-prints")


WORKERS = ("陈木", "古丽娜尔·阿布都热合曼", "何秀英", "周国富", "郑玉兰")


def many_parties(at: Camera) -> None:
    """A list of shares in the agreement's form, and an agreement for each of many persons."""
    from desktop.actions.agreements import agreement_draft, conclude
    from desktop.actions.matters import open_matter
    from desktop.actions.mediations import mediation_draft_from, open_mediation
    from desktop.forms.matters import MATTER_FORM
    from desktop.forms.questions import fresh
    from desktop.ui.dialogs.roster import RosterDialog

    page, desk = at.shell.mediations, at.shell.tools.desk
    people = [{"role": "applicant", "party_kind": "person", "name": name} for name in WORKERS]
    firm = {"role": "respondent", "party_kind": "organisation", "name": "光明建筑公司"}
    draft = fresh(
        MATTER_FORM, "matter", {"title": "五人工资纠纷", "discovered_at": NOW.isoformat(), "parties": [*people, firm]}
    )
    matter = open_matter(desk, None, draft).id
    told = {"rights_told_at": NOW.isoformat(), "started_at": NOW.isoformat()}
    made = open_mediation(desk, matter, mediation_draft_from(desk, matter) | told).id
    at.shell.turn("mediations")
    page.conclude(made)
    at.settle(lambda: page.panel is not None)
    assert page.panel is not None
    lines = [f"{name}\t2026年1月至3月\t24,347.00\t6217003320001{at:06d}" for at, name in enumerate(WORKERS)]
    page.panel.view.cells["shares"].control.take_list("\n".join(("姓名\t期间\t金额\t账号", *lines)))
    roster = next(w for w in QApplication.topLevelWidgets() if isinstance(w, RosterDialog) and w.isVisible())
    at.settle(lambda: bool(roster.table.rowCount()))
    at.shot("79-roster")
    at.close_dialogs()
    page.panel.throw_away()
    shares = [{"name": name, "amount": "10"} for name in WORKERS]
    terms = [{"text": "支付工资", "amount": "50", "payer": "2", "payee": "1"}]
    said = {"facts": "欠薪。", "performance": "当场。", "terms": terms, "shares": shares, "one_each": True}
    said |= {"drawn_on": NOW.date().isoformat()}
    conclude(desk, made, agreement_draft(desk, made) | said)
    page.show_each(made)
    at.shot("79-each")
    at.close_dialogs()


def counting(at: Camera) -> None:
    """The statistics: a year, as a picture, the records of a number, and what is asked before they are reported."""
    shell, page = at.shell, at.shell.statistics
    shell.turn("statistics")
    page.bar.span.setCurrentIndex(3)
    at.shot("80-statistics-year")
    page.turn()
    at.shot("81-statistics-picture")
    page.turn()
    page.open_cell(page.model.index(page.model.rowCount() - 1, 0))
    at.shot("82-cases")
    at.close_dialogs()
    page.report()
    at.shot("83-report")
    at.close_dialogs()
    page.ledger("visits")
    at.shot("84-ledger")
    at.close_dialogs()


def conflicts(at: Camera) -> None:
    """A card that was edited in two places: on Today, in its list and pane, and the decision half made."""
    from desktop.ui.dialogs.conflict import ConflictDialog

    shell = at.shell
    shell.turn("today")
    at.shot("85-today-conflicts")
    shell.turn("people")
    shell.people.turn(0)
    page = shell.people.shown
    at.settle(lambda: any(row.conflicted for row in page.model.rows()))
    page.select(next(row.id for row in page.model.rows() if row.conflicted))
    at.shot("86-card-in-conflict")
    shell.decide_conflicts()
    at.shot("87-conflict")
    (dialog,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, ConflictDialog))
    address, note = dialog._fields["address"].told, dialog._fields["note"].told
    dialog.choose("address", address.sides[1].value)
    dialog.choose("note", note.both)
    at.shot("88-conflict-half-decided")
    at.close_dialogs()


def held_records(at: Camera) -> None:
    """Records that the district refused: at the day end, on their page, mended by a form, sent again, made void."""
    shell = at.shell
    at.settle(lambda: at.application.store is not None)
    assert at.application.store is not None
    shell.turn("held")
    at.shot("95-held-none")
    ids = in_trouble(at.application.store)
    shell.turn("day_end")
    shell.day_end.refresh()
    at.shot("96-day-end-held")
    shell.turn("held")
    page = shell.held
    page.refresh()
    at.settle(lambda: page.table.rowCount() > 0)
    for number, kind in (("97", "visit"), ("98", "step"), ("99", "participation")):
        page.select(ids[kind])
        at.shot(f"{number}-held-{kind}")
    page.select(ids["person"])
    at.settle()
    page.story.findChild(QPushButton, "verb.held.again").click()
    at.settle()
    page.select(ids["person"])
    at.shot("99a-held-again")
    page.select(ids["dispatch_order"])
    at.settle()
    page.story.findChild(QPushButton, "verb.held.give_up").click()
    at.shot("99b-held-void")
    at.close_dialogs()
    page.send_all()
    at.shot("99c-held-all-again")
    at.close_dialogs()
    page.select(ids["visit"])
    at.settle()
    page.story.findChild(QPushButton, "verb.held.mend").click()
    at.settle(lambda: shell.visits.panel is not None)
    at.shot("99d-held-mended-by-its-form")
    assert shell.visits.panel is not None
    shell.visits.panel.throw_away()


def signed_for(at: Camera) -> None:
    """A day end of which the district has signed for all but the last record, and the dialog for a stick."""
    from desktop.store import proved
    from sync.protocol.messages import Receipt
    from sync.protocol.receipts import Statement, Told

    shell, store = at.shell, at.application.store
    assert store is not None
    with store.write() as work:
        upto = work.sql("SELECT max(ordinal) FROM record").fetchone()[0]
        told = (Told(store.id, upto, proved.link_at(work, upto).hex()),)
        said = {"id": "rcp_1", "store": store.id, "unit": store.unit, "after": 0, "upto": upto, "counts": {}}
        said |= {"digest": "", "agreed": True, "chain": "", "at": NOW}
        message = msgspec.json.encode(Receipt(**said, signed=b"by the district"))
        work.sql("UPDATE record SET state = 'settled', district_seq = ordinal WHERE ordinal < ?", (upto,))
        work.sql("INSERT INTO receipt VALUES ('rcp_1', 0, 1, ?)", (message,))
        proved.note(work, Statement(district="uni_0", number=1, journals=told, **said))
    shell.turn("today")
    shell.today.refresh()
    at.shot("62-today-signed-for")
    shell.turn("day_end")
    shell.day_end.refresh()
    at.shot("62-day-end-signed-for")
    shell.day_end.by_stick()
    at.shot("62-stick")
    at.close_dialogs()


def much_by_stick(at: Camera) -> None:
    """A stick that would erase much at once: the station lead is asked, and does not agree."""
    store, tools = at.application.store, at.shell.tools
    assert store is not None
    made = Made(by=tools.desk.session.staff, unit=store.unit, store=store.id, at=NOW)
    with store.write() as work:
        work.set_meta("district", new_identity(UNIT_PREFIX))
        work.set_meta("district_recipient", age.recipient_of(age.new_identity()))
        for (target,) in work.sql("SELECT id FROM record WHERE kind = 'visit' LIMIT 12").fetchall():
            work.add(Erasure(id=new_id("erasure"), made=made, target=target, reason="误登"))
    settings = replace(tools.home.settings, device=new_identity("dev"), mass_change_percent=1, mass_change_least=3)
    tools.home.save(settings)
    tools.keys.set_device_secret(store.key_id, bytes(32))
    at.shell.day_end.by_stick()
    at.settle()
    stick = next(w for w in QApplication.topLevelWidgets() if isinstance(w, StickDialog) and w.isVisible())
    stick.write(at.folder)
    at.shot("63-stick-would-change-much")
    next(w for w in QApplication.topLevelWidgets() if isinstance(w, MassChangeDialog)).decline.click()
    at.shot("63-stick-not-agreed")
    at.close_dialogs()


def the_end(at: Camera) -> None:
    """Notices, a day end under way and one that failed, the locked desk."""
    signed_for(at)
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
    shell.day_end._progress(Underway("stage_push", 320, 1200, 81_920))
    at.under_way("63-day-end-under-way")
    shell.day_end._progress(Underway("stage_push", 320, 1200, 81_920, pause=12))
    at.under_way("63-day-end-goes-on")
    much_by_stick(at)
    at.application.lock.close()
    at.shot("64-locked")


def tour(work: Path, folder: Path, look: str, *, pictures: bool = True) -> None:
    """All of one look; ``work`` holds the two homes, of which copies are used."""
    with camera(Home(work / f"none-{look}"), folder, look, pictures=pictures) as at:
        before_the_desk(at)
    for home, steps in (
        ("empty", (empty_desk,)),
        (
            "full",
            (
                pages,
                visit_forms,
                matter_forms,
                order_forms,
                mediation_forms,
                dialogs,
                files_and_checks,
                counter_papers,
                many_parties,
                counting,
                conflicts,
                held_records,
                calls_and_help,
                the_end,
            ),
        ),
    ):
        os.environ["QIANSHAO_PASSPHRASE"] = PASSPHRASE
        copy = shutil.copytree(work / home, work / f"{home}-{look}")
        with camera(Home(copy), folder, look, pictures=pictures) as at:
            for step in steps:
                step(at)


def take(work: Path, folder: Path, look: str, *more: str) -> list[str]:
    """Take one look's pictures in a process of its own; returns the faults that were seen (also in faults.txt)."""
    place = folder / look
    place.mkdir(parents=True, exist_ok=True)
    (place / FAULTS).unlink(missing_ok=True)
    own = {
        "QT_QPA_PLATFORM": "offscreen",
        "QT_SCALE_FACTOR": SIZES[parted(look)[2]][0],
        "PYTHONFAULTHANDLER": "1",  # where Qt ends a process, it says where that was
    }
    command = [sys.executable, "-m", "tests.gui.screenshots", "--look", str(work), str(place), look, *more]
    subprocess.run(command, env={**os.environ, **own}, check=True)
    return (place / FAULTS).read_text("utf-8").splitlines()


def main() -> None:
    """Make the pictures: the parent makes the homes, a child for each look takes the pictures, a core each."""
    if sys.argv[1:2] == ["--look"]:
        homes, place, one, *more = sys.argv[2:]
        qt_application()
        tour(Path(homes), Path(place), one, pictures=ONLY_LOOK not in more)
        assert not items_of_layouts()
        collecting.keep()  # as the program ends (desktop/app.py)
        return
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/screenshots").absolute()
    asked = sys.argv[2:] or EVERY
    looks = [look for look in asked if look.count("-") > 1]
    looks += [f"{look}-{size}" for look in asked if look.count("-") == 1 for size in SIZES]
    with tempfile.TemporaryDirectory() as made, ThreadPoolExecutor(os.cpu_count()) as cores:
        work = Path(made)
        enrolled_home(work / "empty")
        full = enrolled_home(work / "full")
        a_day(full)
        in_conflict(full)
        for look, seen in zip(looks, cores.map(partial(take, work, folder), looks), strict=True):
            sys.stdout.writelines(f"{look} {fault}\n" for fault in seen)


if __name__ == "__main__":
    main()
