"""Orders at the window: three keystrokes to the paper, an emergency, requests, and the code on the screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from desktop.actions.directory import colleague_options, department_options
from desktop.actions.order_requests import delegate, delegations
from desktop.forms.orders import DELEGATION_FORM
from desktop.forms.questions import fresh
from desktop.store.links import orders_of_matter
from desktop.ui.dialogs.arrival_code import ArrivalCodeDialog
from desktop.ui.dialogs.confirm import Confirm
from desktop.ui.dialogs.delegations import DelegationsDialog
from desktop.ui.dialogs.order_requests import OrderRequestsDialog
from desktop.ui.dialogs.paper import PaperDialog
from desktop.ui.fields.choice import ComboControl
from desktop.ui.fields.rows import RowsControl
from desktop.ui.words import moment
from sync.protocol.signed import opened, public_of
from sync.records.arrival_codes import PURPOSE, said_in, signed_of
from sync.records.order_course import IssuedOrder, RequestStage
from sync.records.orders import DispatchOrder
from tests.gui.walk import Walk
from tests.support.window_desk import REGISTRAR
from tests.support.window_orders import bad_week

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def the_matter(walk: Walk) -> str:
    """Stand on the matter of which the day already has an order."""
    page = walk.shell.matters
    walk.shell.turn("matters")
    walk.until(lambda: page.model.rowCount() > 0)
    with walk.shell.tools.desk.store.read() as reader:
        matter = next(r.id for r in page.model.rows() if orders_of_matter(reader, r.id))
    page.select(matter)
    walk.until(lambda: page.here() == matter)
    walk.settle()
    page.table.setFocus()
    return matter


def press(walk: Walk, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    walk.settle()
    walk.qtbot.keyClick(QApplication.focusWidget(), key, modifier)


def test_three_keystrokes_lead_from_a_matter_to_the_order_s_paper(walk: Walk) -> None:
    matter = the_matter(walk)
    press(walk, Qt.Key.Key_O, CTRL | SHIFT)
    walk.until(lambda: walk.shell.matters.panel is not None)
    press(walk, Qt.Key.Key_Return, CTRL)
    walk.until(lambda: walk.shell.now == "orders" and bool(walk.shell.orders.here()))
    walk.settle()
    press(walk, Qt.Key.Key_P, CTRL)
    walk.until(lambda: any(isinstance(w, PaperDialog) for w in QApplication.topLevelWidgets() if w.isVisible()))
    with walk.shell.tools.desk.store.read() as reader:
        assert len(orders_of_matter(reader, matter)) == 2
    next(w for w in QApplication.topLevelWidgets() if isinstance(w, PaperDialog) and w.isVisible()).reject()


def test_several_departments_are_told_by_telephone_each_in_its_own_row(walk: Walk) -> None:
    matter = the_matter(walk)
    walk.shell.matters.order(matter)
    walk.until(lambda: walk.shell.matters.panel is not None)
    panel = walk.shell.matters.panel
    assert panel is not None
    desk = walk.shell.tools.desk
    units = [option.value for option in department_options(desk)][:2]
    view = panel.view
    view.unfold("calls")
    rows = view.cells["calls"].control
    assert isinstance(rows, RowsControl)
    for place, name in enumerate(("周海涛", "罗秀英")):
        rows.adder.click()
        view_row = rows._rows[place].card
        assert view_row is not None
        combo = view_row.group.cells["called"].control
        assert isinstance(combo, ComboControl)
        walk.until(lambda combo=combo: combo.combo.findData(units[1]) >= 0)  # type: ignore[misc]
        view_row.group.fill({"called": units[place], "callee": name, "read_back": "马上到"})
    view.fill({"departments": units[:1]})
    view.submit()
    walk.until(lambda: not view_row.group.cells["called"].error.isHidden())
    view.fill({"departments": units})
    view.submit()
    walk.until(lambda: walk.shell.now == "orders" and bool(walk.shell.orders.here()))
    with desk.store.read() as reader:
        order = reader.get(walk.shell.orders.here())
    assert isinstance(order, DispatchOrder)
    assert [(call.department, call.callee) for call in order.calls] == list(
        zip(units, ("周海涛", "罗秀英"), strict=True)
    )


def test_one_tap_issues_an_order_in_an_emergency_and_it_names_who_ratifies(
    walk: Walk,
) -> None:
    matter = the_matter(walk)
    walk.shell.matters.emergency(matter)
    walk.until(lambda: walk.shell.now == "orders" and bool(walk.shell.orders.here()))
    walk.settle()
    with walk.shell.tools.desk.store.read() as reader:
        order = reader.get(walk.shell.orders.here())
    assert isinstance(order, DispatchOrder)
    assert order.emergency
    assert order.ratifier_name


def test_a_request_waits_on_the_page_and_its_order_opens_filled_in(walk: Walk) -> None:
    made = bad_week(walk.shell.tools.desk)
    page = walk.shell.orders
    walk.shell.turn("today")
    walk.shell.today.refresh()
    walk.until(lambda: walk.shell.today.findChild(QPushButton, f"today.request.{made.request}") is not None)
    line = walk.shell.today.findChild(QPushButton, f"today.request.{made.request}")
    assert line is not None
    line.click()
    assert walk.shell.now == "orders"
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, OrderRequestsDialog))
    walk.until(lambda: dialog.current() is not None)
    found = dialog.current()
    assert found is not None
    assert (found[0].id, found[0].requested_by_name) == (made.request, REGISTRAR)
    answered = replace(found[1], state=RequestStage.ISSUED, issued=(IssuedOrder("ord_1", "发令第9号", "on_scene"),))
    dialog.offer([(found[0], answered)])
    cells = [dialog.table.item(0, column) for column in (3, 4)]
    words = walk.shell.tools.words
    assert [cell.text() for cell in cells if cell] == ["发令第9号", words("records.orderstage_on_scene")]
    assert not dialog.issue.isEnabled()
    dialog.offer([found])
    dialog.issue.click()
    walk.until(lambda: page.panel is not None)
    assert page.panel is not None
    assert page.panel.view.values()["subject"] == "夜间施工噪声"
    page.panel.view.submit()
    walk.until(lambda: page.panel is None)


def test_the_screen_shows_a_code_that_the_desk_signed_for_this_order_and_department(walk: Walk) -> None:
    made = bad_week(walk.shell.tools.desk)
    page = walk.shell.orders
    walk.shell.turn("orders")
    page.show_arrival(made.telephoned)
    walk.until(lambda: any(isinstance(w, ArrivalCodeDialog) for w in QApplication.topLevelWidgets()))
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, ArrivalCodeDialog))
    walk.until(lambda: dialog.shown is not None)
    assert dialog.shown is not None
    desk = walk.shell.tools.desk
    assert desk.keys is not None
    public = public_of(desk.keys.signing_secret(desk.store.key_id))
    said = said_in(opened(PURPOSE, signed_of(dialog.shown.address), {public}))
    assert (said.order, said.department) == (made.telephoned, dialog.choice.currentData())
    first = dialog.shown.text
    dialog.renew()
    walk.until(lambda: dialog.shown is not None and dialog.shown.text != first)
    dialog.reject()


def test_a_delegation_is_withdrawn_after_one_question(walk: Walk) -> None:
    desk, page = walk.shell.tools.desk, walk.shell.orders
    colleague = colleague_options(desk)[0]
    today = desk.now().date()
    said = {
        "delegate": colleague.value,
        "paper": "凤凰党委函〔2026〕9号",
        "ends_on": (today + timedelta(days=9)).isoformat(),
    }
    delegate(desk, fresh(DELEGATION_FORM, "order_delegation", {**said, "starts_on": today.isoformat()}))
    walk.shell.turn("orders")
    page.show_delegations()
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, DelegationsDialog) and w.isVisible())
    walk.until(lambda: dialog.current() is not None)
    assert dialog.take_back.isEnabled()
    dialog.take_back.click()
    walk.until(lambda: any(isinstance(w, Confirm) and w.isVisible() for w in QApplication.topLevelWidgets()))
    next(w for w in QApplication.topLevelWidgets() if isinstance(w, Confirm) and w.isVisible()).accept()
    walk.until(lambda: dialog.current() is None)
    walk.until(lambda: not dialog.take_back.isEnabled())
    assert delegations(desk) == []
    dialog.add.click()
    walk.until(lambda: page.panel is not None)


def test_an_emergency_under_a_doubted_clock_says_under_which_time_it_went(walk: Walk) -> None:
    matter = the_matter(walk)
    page, desk = walk.shell.matters, walk.shell.tools.desk
    now = desk.now()
    object.__setattr__(desk, "now", lambda: now - timedelta(days=365))
    heard: list[tuple[str, str]] = []
    page.said.connect(lambda text, tone: heard.append((text, tone)))
    page.emergency(matter)
    walk.until(lambda: walk.shell.now == "orders" and bool(walk.shell.orders.here()))
    walk.settle()
    with desk.store.read() as reader:
        order = reader.get(walk.shell.orders.here())
    assert isinstance(order, DispatchOrder)
    assert order.issued_at > now - timedelta(days=30)
    words = walk.shell.tools.words
    told = words("window.order_issued", number=order.number)
    assert (words("window.dated", told=told, at=moment(order.issued_at)), "warn") in heard


def test_the_form_asks_for_the_time_only_where_the_clock_is_in_doubt(walk: Walk) -> None:
    matter = the_matter(walk)
    page, desk = walk.shell.matters, walk.shell.tools.desk
    now = desk.now()
    for doubted in (False, True):
        if doubted:
            object.__setattr__(desk, "now", lambda: now - timedelta(days=365))
        page.order(matter)
        walk.until(lambda: page.panel is not None)
        assert page.panel is not None
        assert page.panel.view.cells["issued_at"].isVisibleTo(page.panel.view) is doubted
        page.panel.throw_away()
        walk.until(lambda: page.panel is None)
