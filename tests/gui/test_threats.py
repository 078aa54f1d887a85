"""Help at the desk: one key that no page names, a form that stays as it was, and nothing on the resident's page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget

from desktop.actions.directory import department_options
from desktop.store.threats import threat_events
from desktop.ui import later
from desktop.ui.dialogs.confirming import ConfirmPage
from desktop.ui.dialogs.drawn_signature import DrawnSignatureDialog
from desktop.ui.dialogs.emergency import EmergencyDialog
from desktop.ui.dialogs.find import FindBox
from desktop.ui.dialogs.password import PasswordDialog
from desktop.ui.dialogs.shortcuts import SHORTCUTS
from desktop.ui.dialogs.threat_end import ThreatEndDialog
from desktop.ui.pieces.threat_strip import ThreatStrip
from desktop.ui.quiet_key import QuietKey
from resources import LANGUAGES, wording
from sync.records.help_numbers import HelpNumber, numbers_text
from sync.records.kinds import STAFF_PREFIX, new_id, new_identity
from sync.records.orders import DispatchOrder
from sync.records.record import Made
from sync.records.rule_tables import FIRST, RuleTable
from sync.records.threats import ThreatEvent, ThreatStep
from sync.records.units import StaffMember
from tests.gui.layout import faults
from tests.gui.walk import Walk, elsewhere, without_a_name
from tests.support.window_desk import LEAD, NOW, REGISTRAR, WindowDesk

Key = Qt.Key
FLAGS = {
    text
    for language in LANGUAGES
    for key, text in wording(language).entries.items()
    if key.startswith(("threats.", "records.threatstep_", "records.kind_threat")) and "{" not in text and len(text) > 2
}


def press(times: int = 2) -> None:
    """Press the key as a person does, in whatever window has the focus."""
    window = QGuiApplication.focusWindow()
    assert window is not None
    for _ in range(times):
        QTest.keyClick(window, Key.Key_F12)


def steps(walk: Walk) -> list[ThreatStep]:
    with walk.reader() as reader:
        return [event.step for event in threat_events(reader)]


def strip(walk: Walk) -> ThreatStrip:
    walk.until(lambda: walk.shell.threats is not None and walk.shell.threats.strip.isVisible())
    walk.settle()
    assert walk.shell.threats is not None
    return walk.shell.threats.strip


def click(strip: ThreatStrip, name: str) -> None:
    made = strip.findChild(QPushButton, f"strip.{name}")
    assert made is not None
    made.setFocus()
    QTest.keyClick(made, Key.Key_Space)


def words_on(root: QWidget) -> str:
    parts = [w for w in root.findChildren(QWidget) if w.isVisible()]
    return "\n".join(w.text() for w in parts if isinstance(w, QLabel | QPushButton)) + root.windowTitle()


def dialog(walk: Walk, kind: type[QDialog]) -> QDialog:
    walk.until(lambda: any(type(d) is kind for d in walk.dialogs()))
    walk.settle()
    return next(d for d in walk.dialogs() if type(d) is kind)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_key_calls_shows_the_numbers_and_leaves_the_form_alone(
    open_window: Callable[..., Walk], language: str
) -> None:
    walk = open_window(name=REGISTRAR, language=language)
    walk.shell.turn("visits")
    panel = walk.shell.visits.log()
    walk.settle()
    panel.view.fill({"name": "黎平桂", "text": "楼上漏水"})
    before, focus = panel.view.values(), QApplication.focusWidget()
    press(1)
    walk.settle()
    assert steps(walk) == [], "one press is no call"
    walk.qtbot.wait(1100)
    press()
    shown = strip(walk)
    assert steps(walk) == [ThreatStep.RAISED]
    assert (panel.view.values(), QApplication.focusWidget()) == (before, focus)
    words = walk.application.words
    assert words("threats.no_network") in shown.text.text(), "said at once, for nobody else hears"
    assert "110" in shown.numbers.text()
    assert "12356" in shown.numbers.text()
    walk.until(lambda: faults(walk.shell) == [])
    assert without_a_name(shown) == []
    press()
    walk.settle()
    assert steps(walk) == [ThreatStep.RAISED], "one call, however often"
    click(shown, "police")
    walk.until(lambda: ThreatStep.POLICE in steps(walk))
    assert panel.view.values() == before
    with walk.reader() as reader:
        raised = threat_events(reader)[0]
    assert (raised.id, raised.name) == (raised.threat, REGISTRAR)


def test_the_page_that_is_turned_to_a_resident_shows_nothing_of_it(walk: Walk) -> None:
    walk.shell.turn("visits")
    panel = walk.shell.visits.log()
    panel.view.fill({"name": "黎平桂", "text": "楼上漏水", "phone": "13812345678"})
    walk.settle()
    walk.qtbot.keyClick(panel, Key.Key_F9)
    page = dialog(walk, ConfirmPage)
    walk.until(lambda: QGuiApplication.focusWindow() is page.windowHandle())
    walk.settle()  # what has the focus is painted so once its window has it
    said = words_on(page)
    picture = page.grab().toImage()
    press()
    walk.until(lambda: steps(walk) == [ThreatStep.RAISED])
    walk.settle()
    assert words_on(page) == said
    assert page.grab().toImage() == picture
    assert not any(flag in said for flag in FLAGS)
    assert walk.dialogs() == [page]
    page.reject()
    assert strip(walk).isVisible(), "the desk sees it as soon as the page is gone"


def test_a_window_that_closes_while_pages_are_fetched_looks_for_nobody(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=REGISTRAR)
    application, shell, stood = walk.application, walk.shell, list[bool]()
    application.close()
    shell.threats = None

    def stands() -> None:
        application._stands_whole()
        stood.append(True)

    later.load_behind(application, stands)
    walk.until(lambda: stood == [True])
    assert shell.threats is None


def test_no_page_names_the_key(walk: Walk) -> None:
    walk.settle()
    assert "F12" not in " ".join(keys for keys, _ in SHORTCUTS)
    assert not any("F12" in f"{c.keys} {c.text}" for c in walk.shell.commands())
    assert not any("threat" in c.name for c in walk.shell.commands())
    every = " ".join(text for language in LANGUAGES for text in wording(language).entries.values())
    assert "F12" not in every


def test_the_key_is_the_settings_and_may_be_none(qtbot: object, walk: Walk) -> None:
    assert replace(walk.application.home.settings, quiet_key="").quiet_key == ""
    heard: list[int] = []
    times = iter([0.0, 5.0, 5.5, 9.0])
    single, twice = QuietKey("Ctrl+F11", 1, 1), QuietKey("F8", 2, 1, clock=lambda: next(times))
    nothing = QuietKey("", 1, 1)
    for at, key in enumerate((single, twice, nothing)):
        key.pressed.connect(lambda at=at: heard.append(at))
    window = QGuiApplication.focusWindow()
    assert window is not None
    QTest.keyClick(window, Key.Key_F11)
    assert heard == []
    QTest.keyClick(window, Key.Key_F11, Qt.KeyboardModifier.ControlModifier)
    assert heard == [0]
    for _ in range(4):
        QTest.keyClick(window, Key.Key_F8)
    assert heard == [0, 1], "twice within a second, and only then"
    for each in (single, twice, nothing):
        window.removeEventFilter(each)


def elsewhere_raised(walk: Walk) -> str:
    """A colleague's desk of the same station calls, and the exchange has brought it here."""
    desk, own = walk.shell.tools.desk, new_id("threat_event")

    def come() -> None:
        made = Made(by=walk.desk.staff[REGISTRAR], unit=desk.session.unit, store=new_identity("sto"), at=desk.now())
        event = {"id": own, "threat": own, "step": ThreatStep.RAISED, "happened_at": desk.now(), "name": REGISTRAR}
        with desk.store.write() as work:
            work.add(ThreatEvent(made=made, **event))  # type: ignore[arg-type]
        walk.shell.tools.bus.tell(work.changes)

    elsewhere(come)
    return own


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_colleague_sees_it_on_a_locked_desk_too_and_says_that_he_comes(
    open_window: Callable[..., Walk], language: str
) -> None:
    walk = open_window(name=LEAD, language=language)
    walk.application._threats()
    walk.application.lock.close()
    elsewhere_raised(walk)
    words = walk.application.words
    lock = walk.application.lock
    walk.until(lambda: lock.page is not None and lock.page.text.text() == words("threats.please_come", name=REGISTRAR))
    assert lock.page is not None
    lock.page.view.fill({"password": "Qianshao-2026"})
    lock.page.view.submit()
    walk.until(lambda: not lock.closed)
    shown = strip(walk)
    assert REGISTRAR in shown.text.text()
    assert not shown.says.isVisible(), "the script is for whoever stands there"
    click(shown, "coming")
    walk.until(lambda: ThreatStep.COMING in steps(walk))
    walk.settle()
    assert LEAD in shown.text.text()
    walk.until(lambda: faults(walk.shell) == [])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_false_alarm_ends_with_a_reason(open_window: Callable[..., Walk], language: str) -> None:
    walk = open_window(name=LEAD, language=language)
    press()
    shown = strip(walk)
    click(shown, "end")
    end = dialog(walk, ThreatEndDialog)
    assert isinstance(end, ThreatEndDialog)
    walk.until(lambda: faults(end) == [])
    end.view.fill({"step": "false_alarm"})
    end.view.submit()
    walk.settle()
    assert steps(walk) == [ThreatStep.RAISED], "without a reason it does not end"
    end.view.fill({"text": "键盘放了本子"})
    end.view.submit()
    walk.until(lambda: not shown.isVisible())
    assert steps(walk) == [ThreatStep.RAISED, ThreatStep.FALSE_ALARM]
    walk.close_dialogs()
    press()
    strip(walk)
    assert steps(walk).count(ThreatStep.RAISED) == 2, "the next call is another one"


def test_the_emergency_order_is_written_over_the_form_and_says_nothing_of_a_threat(walk: Walk) -> None:
    walk.shell.turn("visits")
    panel = walk.shell.visits.log()
    panel.view.fill({"name": "黎平桂", "text": "楼上漏水"})
    walk.settle()
    before = panel.view.values()
    press()
    click(strip(walk), "order")
    order = dialog(walk, EmergencyDialog)
    assert isinstance(order, EmergencyDialog)
    walk.until(lambda: faults(order) == [])
    assert without_a_name(order) == []
    departments = elsewhere(lambda: [o.value for o in department_options(walk.shell.tools.desk)][:1])
    order.view.fill({"departments": departments, "authority": "光信联办〔2024〕3号"})
    order.view.submit()
    walk.until(lambda: not any(isinstance(d, EmergencyDialog) for d in walk.dialogs()))
    assert panel.view.values() == before
    with walk.reader() as reader:
        events = threat_events(reader)
        matter = next(e.matter for e in events if e.step is ThreatStep.ORDER_OPENED)
        (issued,) = reader.linked(matter, "dispatch_order.matter")
    assert isinstance(issued, DispatchOrder)
    assert issued.grade == "red"
    said = f"{issued.subject}{issued.text}{issued.place}"
    assert not any(word in said for word in ("威胁", "求助", "报警", "应急", "紧急", "扬言"))
    click(strip(walk), "order")
    again = dialog(walk, EmergencyDialog)
    assert isinstance(again, EmergencyDialog)
    assert again._matter == matter
    again.reject()


def test_the_numbers_are_those_that_the_district_published(desk: WindowDesk, open_window: Callable[..., Walk]) -> None:
    store = desk.store()
    made = Made(by="", unit=desk.unit, store=store.id, at=NOW)
    numbers = (HelpNumber("075523456789", label="光明派出所"), HelpNumber("110", "police"))
    with store.write() as work:
        table = {"name": "threat", "number": FIRST, "text": numbers_text(numbers), "starts_on": date(2020, 1, 1)}
        work.add(RuleTable(id=new_id("rule_table"), made=made, **table))
    store.close()
    walk = open_window(name=REGISTRAR)
    press()
    said = strip(walk).numbers.text()
    assert said.startswith("光明派出所 0755-23456789    报警 110")
    assert "12356" not in said
    walk.until(lambda: faults(walk.shell) == [])


def test_the_counsellor_is_named_as_one_before_other_colleagues(
    desk: WindowDesk, open_window: Callable[..., Walk]
) -> None:
    store = desk.store()
    made = Made(by="", unit=desk.unit, store=store.id, at=NOW)
    with store.write() as work:
        for name, further, number in (("安远", (), "13800000003"), ("陈静", ("counsellor",), "13800000002")):
            own = {"id": new_id("staff_member"), "staff": new_identity(STAFF_PREFIX), "unit": desk.unit}
            work.add(StaffMember(made=made, name=name, roles=(), further=further, telephone=number, **own))
    store.close()
    walk = open_window(name=REGISTRAR)
    press()
    said = strip(walk).numbers.text()
    assert said.index("陈静（心理咨询） 138") < said.index("安远 138")
    walk.until(lambda: faults(walk.shell) == [])


def in_front(walk: Walk, kind: type[QDialog]) -> ThreatStrip:
    """The strip in the dialog in front."""
    over = dialog(walk, kind)
    walk.until(lambda: any(each.isVisible() for each in over.findChildren(ThreatStrip)))
    walk.settle()
    return over.findChildren(ThreatStrip)[0]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_open_dialog_shows_the_strip_and_lets_it_be_used_by_keys(
    open_window: Callable[..., Walk], language: str
) -> None:
    walk = open_window(name=LEAD, language=language)
    walk.application._threats()
    walk.shell.change_password()
    over = dialog(walk, PasswordDialog)
    assert isinstance(over, PasswordDialog)
    walk.until(lambda: QGuiApplication.focusWindow() is over.windowHandle())
    had = QApplication.focusWidget()
    elsewhere_raised(walk)
    shown = in_front(walk, PasswordDialog)
    assert REGISTRAR in shown.text.text()
    assert QApplication.focusWidget() is had, "it takes no focus when it comes"
    walk.until(lambda: faults(over) == [])
    assert without_a_name(shown) == []
    QTest.keyClick(over, Key.Key_F6, Qt.KeyboardModifier.ControlModifier)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert shown.isAncestorOf(focused)
    QTest.keyClick(over, Key.Key_F6, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is had, "and back to where it was"
    click(shown, "coming")
    walk.until(lambda: ThreatStep.COMING in steps(walk))
    walk.until(lambda: LEAD in shown.text.text())
    over.reject()
    assert LEAD in strip(walk).text.text()


def test_a_dialog_that_opens_during_a_call_shows_it_and_one_that_faces_a_resident_does_not(walk: Walk) -> None:
    press()
    strip(walk)
    walk.shell.finder.find()
    shown = in_front(walk, FindBox)
    assert "110" in shown.numbers.text()
    find = dialog(walk, FindBox)
    QTest.keyClick(find, Key.Key_Escape)
    walk.until(lambda: walk.dialogs() == [])
    assert DrawnSignatureDialog.FACES_A_RESIDENT
    click(strip(walk), "end")
    end = in_front(walk, ThreatEndDialog)
    assert end.findChild(QPushButton, "strip.end") is None, "what is open already is not offered again"
    assert end.findChild(QPushButton, "strip.police") is not None


def test_one_press_gives_the_emergency_order_where_all_is_known(walk: Walk) -> None:
    press()
    shown = strip(walk)
    click(shown, "order")
    first = dialog(walk, EmergencyDialog)
    assert isinstance(first, EmergencyDialog)
    departments = elsewhere(lambda: [o.value for o in department_options(walk.shell.tools.desk)][:1])
    first.view.fill({"departments": departments, "authority": "光信联办〔2024〕3号"})
    first.view.submit()
    walk.until(lambda: walk.dialogs() == [])
    click(strip(walk), "end")
    end = dialog(walk, ThreatEndDialog)
    assert isinstance(end, ThreatEndDialog)
    end.view.submit()
    walk.until(lambda: not shown.isVisible() and walk.dialogs() == [])
    walk.shell.change_password()
    over = dialog(walk, PasswordDialog)
    walk.until(lambda: QGuiApplication.focusWindow() is over.windowHandle())
    press()
    within = in_front(walk, PasswordDialog)
    QTest.keyClick(over, Key.Key_E, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    walk.until(lambda: steps(walk).count(ThreatStep.ORDER_OPENED) == 2)

    def given() -> list[DispatchOrder]:
        with walk.reader() as reader:
            matters = [e.matter for e in threat_events(reader) if e.step is ThreatStep.ORDER_OPENED]
            found = [each for matter in matters for each in reader.linked(matter, "dispatch_order.matter")]
        return [each for each in found if isinstance(each, DispatchOrder)]

    walk.until(lambda: len(given()) == 2)
    assert {tuple(order.departments) for order in given()} == {tuple(departments)}
    walk.until(lambda: given()[1].number in within.text.text())
    assert not any(isinstance(each, EmergencyDialog) for each in walk.dialogs()), "no form asked anything"
